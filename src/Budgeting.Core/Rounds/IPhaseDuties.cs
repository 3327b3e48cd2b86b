namespace Budgeting.Core.Rounds;

/// <summary>What must follow from a phase change, in the order it is done.</summary>
public enum PhaseDuty
{
    /// <summary>When voting opens: draw the lots, freeze and hash the ballot sheets, make the round's secret.</summary>
    FreezeSheets,

    /// <summary>When voting ends: wait out ballots being written, record their number, destroy the round's secret.</summary>
    CloseVoting,

    /// <summary>
    /// Once the round's secret is destroyed: clear away what it left in the database's files. Whoever reads at that moment can hold this up,
    /// so it holds up nothing itself.
    /// </summary>
    ClearSecret,

    /// <summary>Count every heading.</summary>
    Count,

    /// <summary>Mark the round as ready, so that a coordinator may publish.</summary>
    MarkReadyToPublish,
}

/// <summary>
/// Carries out what follows from phase changes. The duties stand in the database in the transaction that sets the schedule;
/// each is done in a transaction of its own that also ticks it off, so that it happens once however many servers run and
/// wherever one of them stops. <see cref="PhaseDuty.ClearSecret"/> alone is done before it is ticked off and out of line.
/// </summary>
public interface IPhaseDuties
{
    /// <summary>The rounds with something due at or before now, and the earliest due instants still ahead.</summary>
    Task<IReadOnlyList<DutyAlarm>> OutstandingAsync(CancellationToken cancellation);

    /// <summary>
    /// Does the next due duty of a round, if there is one. Counting waits until paper ballots are reconciled. One that fails is noted and
    /// throws; clearing the secret is noted and passed over.
    /// </summary>
    /// <returns>The duty that was done now, or null when nothing is due (or another server just did it) or what is waits for people or readers.</returns>
    Task<PhaseDuty?> CarryOutNextAsync(long roundId, CancellationToken cancellation);

    /// <summary>Does all due duties of a round, in order.</summary>
    /// <returns>The number done.</returns>
    Task<int> CarryOutAllAsync(long roundId, CancellationToken cancellation);
}

/// <summary>
/// Wakes a server when a duty falls due. The duties in the database are what counts; an alarm only says when to look at them. A process has as
/// many kinds as its host adds, and none where it serves nobody, as the command line.
/// </summary>
public interface IPhaseAlarms
{
    /// <summary>Sets or moves the alarm of a round's phase. Called once the schedule that causes it has been committed.</summary>
    Task SetAsync(DutyAlarm alarm, CancellationToken cancellation);

    /// <summary>Whether the alarm is waiting to ring at its time. One that has rung may be gone, also when the duty it called to failed.</summary>
    Task<bool> IsSetAsync(DutyAlarm alarm, CancellationToken cancellation);
}

/// <summary>A round that has, or will have, something to be done.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Phase">The phase whose start causes it.</param>
/// <param name="DueAt">When.</param>
/// <param name="WaitsForPaper">Whether it is due and waits for paper ballots to be reconciled.</param>
public sealed record DutyAlarm(long RoundId, Phase Phase, DateTimeOffset DueAt, bool WaitsForPaper = false);

/// <summary>A duty as shown to those who run the round.</summary>
/// <param name="Duty">What is to be done.</param>
/// <param name="DueAt">From when.</param>
/// <param name="CompletedAt">When it was done; null when it was not.</param>
/// <param name="Note">Why the last attempt failed; null when it did not.</param>
/// <param name="WaitsForPaper">Whether it is due and waits for paper ballots to be reconciled, which is no fault.</param>
public sealed record PhaseDutyView(PhaseDuty Duty, DateTimeOffset DueAt, DateTimeOffset? CompletedAt, string? Note, bool WaitsForPaper = false);
