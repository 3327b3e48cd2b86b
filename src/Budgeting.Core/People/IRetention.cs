namespace Budgeting.Core.People;

/// <summary>Deletes what has had its time, each kind of data after its own period. See <c>docs/privacy.md</c>.</summary>
public interface IRetention
{
    /// <summary>Does one task: all of what is due, but of accounts that nobody uses a hundred at a time, the rest at the next run. Any number of servers may do so at once.</summary>
    /// <param name="actor">The platform, or an administrator who does not want to wait.</param>
    /// <param name="task">Which.</param>
    /// <param name="site">The site's own address, for links in warnings; null when it has none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many rows it concerned, or <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<int>> RunAsync(Actor actor, RetentionTask task, string? site, CancellationToken cancellation);

    /// <summary>When each task was last done, in the order of the tasks. One that found nothing is noted at most once an hour.</summary>
    Task<IReadOnlyList<RetentionRun>> RunsAsync(CancellationToken cancellation);
}

/// <summary>Something to delete in time.</summary>
public enum RetentionTask
{
    /// <summary>Counts of attempts whose window is over, and one-time codes of the desk.</summary>
    Attempts,

    /// <summary>Links by e-mail that are too old.</summary>
    OneTimeLinks,

    /// <summary>Sign-ins that nobody uses.</summary>
    SignIns,

    /// <summary>The content of messages that were never sent and are of no use any more.</summary>
    Outbox,

    /// <summary>Lines of the log of deliveries.</summary>
    DeliveryLog,

    /// <summary>Who made reports that were settled.</summary>
    Reporters,

    /// <summary>The codes of former addresses, once the voting they guard is over.</summary>
    FormerVoters,

    /// <summary>Accounts that nobody uses, after a warning.</summary>
    InactiveAccounts,

    /// <summary>News that followers were told.</summary>
    News,

    /// <summary>Addresses to invite people by, once voting is over.</summary>
    Contacts,
}

/// <summary>That a task was done.</summary>
/// <param name="Task">Which.</param>
/// <param name="At">When; null for never.</param>
/// <param name="Rows">How many rows it concerned.</param>
public sealed record RetentionRun(RetentionTask Task, DateTimeOffset? At, int Rows);

/// <summary>How long things are kept, in days. Configured under <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>A sign-in that nobody uses.</summary>
    public int SignInDays { get; set; } = 14;

    /// <summary>A line of the log of deliveries.</summary>
    public int DeliveryLogDays { get; set; } = 90;

    /// <summary>Who made a report, after it was settled and any appeal decided.</summary>
    public int ReporterDays { get; set; } = 180;

    /// <summary>An account that nobody uses, until its owner is warned.</summary>
    public int InactiveDays { get; set; } = 730;

    /// <summary>From the warning until the account is deleted.</summary>
    public int WarningDays { get; set; } = 60;

    /// <summary>News that followers were told.</summary>
    public int NewsDays { get; set; } = 180;

    internal bool IsPossible => this is { NewsDays: > 7 } and { SignInDays: > 0, DeliveryLogDays: > 0, ReporterDays: > 0, InactiveDays: > 0, WarningDays: > 0 }
        // The log says whether a warning was sent.
        && DeliveryLogDays > WarningDays;
}
