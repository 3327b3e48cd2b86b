using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.Invitations;
using Budgeting.Core.Notifications;
using Budgeting.Core.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.People;

internal sealed class RetentionService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit, IAttempts attempts, IOneTimeLinks links, ISignInSessions sessions,
    IMessageDelivery delivery, FormerVoters formerVoters, AccountErasure erasure, LiveAccounts live, INewsDelivery news, IInvitations invitations, Outbox outbox, IOptions<RetentionOptions> options) : IRetention
{
    private const int Batch = 100;
    private static readonly TimeSpan Noted = TimeSpan.FromHours(1);

    private RetentionOptions Periods => options.Value;

    public async Task<Outcome<int>> RunAsync(Actor actor, RetentionTask task, string? site, CancellationToken cancellation)
    {
        var administers = await authority.RegionsAsync(actor, cancellation, Role.Administrator);
        if (!administers.Granted)
            return Outcome<int>.Refused(administers.Refusals);
        var now = await work.NowAsync(cancellation);
        var rows = task switch
        {
            RetentionTask.Attempts => await attempts.PurgeAsync(cancellation),
            RetentionTask.OneTimeLinks => await links.PurgeAsync(cancellation),
            RetentionTask.SignIns => await sessions.PurgeAsync(cancellation),
            RetentionTask.Outbox => await EndExpiredAsync(now, cancellation),
            RetentionTask.DeliveryLog => await delivery.PurgeAsync(cancellation),
            RetentionTask.Reporters => await ForgetReportersAsync(now, cancellation),
            RetentionTask.FormerVoters => await context.FormerVoters.AnyAsync(cancellation) ? await formerVoters.PurgeAsync(now, cancellation) : 0,
            RetentionTask.InactiveAccounts => await WarnAsync(now, site, cancellation) + await DeleteInactiveAsync(now, cancellation),
            RetentionTask.News => await news.PurgeAsync(cancellation),
            RetentionTask.Contacts => await invitations.PurgeAsync(cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "Not a task."),
        };
        await NoteAsync(actor, task, rows, now, cancellation);
        return rows;
    }

    public async Task<IReadOnlyList<RetentionRun>> RunsAsync(CancellationToken cancellation)
    {
        var noted = await context.RetentionRuns.AsNoTracking().ToDictionaryAsync(run => run.Task, cancellation);
        return [.. Enum.GetValues<RetentionTask>().Select(task => noted.TryGetValue(task, out var run) ? new RetentionRun(task, run.At, run.Rows) : new(task, null, 0))];
    }

    private async Task NoteAsync(Actor actor, RetentionTask task, int rows, DateTimeOffset now, CancellationToken cancellation)
    {
        context.ChangeTracker.Clear();
        var byHand = actor != Actor.Platform;
        var known = await context.RetentionRuns.FirstOrDefaultAsync(run => run.Task == task, cancellation);
        // Nothing found is not worth a write that stands in line with the ballots.
        if (!byHand && rows == 0 && known is not null && known.At > now - Noted)
            return;
        await using var transaction = await work.BeginAsync("retention", cancellation);
        if (await context.RetentionRuns.Where(run => run.Task == task)
                .ExecuteUpdateAsync(row => row.SetProperty(run => run.At, now).SetProperty(run => run.Rows, rows), cancellation) == 0)
            context.Add(new StoredRetentionRun { Task = task, At = now, Rows = rows });
        await context.SaveChangesAsync(cancellation);
        if (byHand)
            await audit.AppendAsync(actor, "retention.run", $"task {task}", new { rows }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<int> EndExpiredAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // One that is being sent this minute is left to its sender.
        var expired = context.OutgoingMessages.Where(message => message.State == MessageState.Waiting && message.ExpiresAt <= now && message.DueAt <= now);
        return await expired.AnyAsync(cancellation)
            ? await expired.ExecuteUpdateAsync(row => row.SetProperty(message => message.State, MessageState.Expired)
                .SetProperty(message => message.Body, (byte[]?)null).SetProperty(message => message.DueAt, now), cancellation)
            : 0;
    }

    private async Task<int> ForgetReportersAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var before = now.AddDays(-Periods.ReporterDays);
        var settled = context.Reports.Where(report => report.ReporterId != null && context.ModerationActs.Any(act =>
            act.Id == report.ActId && act.At < before && (act.AppealedAt == null || act.DecidedAt < before)));
        return await settled.AnyAsync(cancellation)
            ? await settled.ExecuteUpdateAsync(row => row.SetProperty(report => report.ReporterId, (long?)null), cancellation) : 0;
    }

    private async Task<int> WarnAsync(DateTimeOffset now, string? site, CancellationToken cancellation)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        // Of accounts from before this was noted nobody knows: their time begins now.
        if (await context.Users.AnyAsync(account => account.SeenOn == null && account.LeftAt == null, cancellation))
            await context.Users.Where(account => account.SeenOn == null && account.LeftAt == null).ExecuteUpdateAsync(row => row.SetProperty(account => account.SeenOn, today), cancellation);
        // Who cannot be warned is not deleted.
        if (!outbox.Carries(MessageChannel.Email))
            return 0;
        var before = today.AddDays(-Periods.InactiveDays);
        var unused = await context.Users.AsNoTracking()
            .Where(account => account.LeftAt == null && account.WarnedAt == null && account.SeenOn < before && account.EmailConfirmed
                && !context.RoleGrants.Any(grant => grant.AccountId == account.Id && grant.RevokedAt == null && (grant.EndsAt == null || grant.EndsAt > now) && grant.Role != Role.Resident && grant.Role != Role.ExpertByExperience))
            .OrderBy(account => account.Id).Select(account => account.Id).Take(Batch).ToListAsync(cancellation);
        outbox.Ready();
        var warned = 0;
        foreach (var id in unused)
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
            context.ChangeTracker.Clear();
            if (await live.HoldAsync(id, cancellation) is not { WarnedAt: null, EmailConfirmed: true } account || account.SeenOn >= before)
                continue;
            account.WarnedAt = now;
            var period = TimeSpan.FromDays(Periods.WarningDays);
            outbox.Tell(MessageKind.AccountUnused, account, MessageText.AccountUnused(account.Language ?? Languages.All[0], site is null ? "" : $"{site}/sign-in", Periods.WarningDays), now, period);
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            warned++;
        }
        outbox.Ring();
        return warned;
    }

    private async Task<int> DeleteInactiveAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var before = now.AddDays(-Periods.WarningDays);
        var overdue = context.Users.Where(account => account.LeftAt == null && account.WarnedAt < before);
        if (!await overdue.AnyAsync(cancellation))
            return 0;
        var warnings = context.OutgoingMessages.Where(message => message.Kind == MessageKind.AccountUnused);
        // A warning that never left warned nobody: another one is written.
        await overdue.Where(account => !warnings.Any(warning => warning.AccountId == account.Id && warning.WrittenAt == account.WarnedAt
                && (warning.State == MessageState.Sent || warning.State == MessageState.Waiting)))
            .ExecuteUpdateAsync(row => row.SetProperty(account => account.WarnedAt, (DateTimeOffset?)null), cancellation);
        // The period begins when the warning has left.
        var due = await overdue.AsNoTracking()
            .Where(account => warnings.Any(warning => warning.AccountId == account.Id && warning.WrittenAt == account.WarnedAt && warning.State == MessageState.Sent && warning.DueAt < before))
            .OrderBy(account => account.Id).Select(account => new { account.Id, account.WarnedAt }).Take(Batch).ToListAsync(cancellation);
        var deleted = 0;
        foreach (var account in due)
        {
            context.ChangeTracker.Clear();
            // Whoever came back in the meantime is not warned any more.
            if ((await erasure.EraseAsync(Actor.Platform, account.Id, keepName: false, still => still.WarnedAt == account.WarnedAt, cancellation)).Granted)
                deleted++;
        }
        return deleted;
    }
}

/// <summary>When a task was last done.</summary>
internal sealed class StoredRetentionRun
{
    public required RetentionTask Task { get; init; }

    public DateTimeOffset At { get; init; }

    public int Rows { get; init; }
}

internal sealed class StoredRetentionRunMapping : IEntityTypeConfiguration<StoredRetentionRun>
{
    public void Configure(EntityTypeBuilder<StoredRetentionRun> table)
    {
        table.ToTable("retention_runs");
        table.HasKey(run => run.Task);
        table.Property(run => run.Task).HasConversion<string>();
    }
}
