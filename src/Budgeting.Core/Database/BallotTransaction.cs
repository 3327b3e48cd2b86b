using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Database;

/// <summary>
/// A transaction that writes ballots of one round. It holds the lock of <see cref="BallotClosing.BallotLock"/> together with others;
/// what it read was read under that lock. Disposed without a commit it leaves nothing.
/// </summary>
/// <param name="databaseNow">The database server's clock; null when it has none.</param>
/// <param name="schedule">The round's schedule; null when there is no such round.</param>
/// <param name="closed">Whether the round's voting has been closed for good.</param>
internal abstract class BallotTransaction(DateTimeOffset? databaseNow, Schedule? schedule, bool closed) : IAsyncDisposable
{
    public DateTimeOffset? DatabaseNow { get; } = databaseNow;

    public Schedule? Schedule { get; } = schedule;

    public bool Closed { get; } = closed;

    /// <summary>
    /// Writes and commits. A ballot replaces its voter's earlier one unless that came of the same act of casting or one of the two is on
    /// paper; one whose act has been replaced or withdrawn before is not written. Withdrawing takes out what was cast, taking back takes out
    /// what is on paper. No voter may occur twice, and only one of the lists may hold any: what is locked in the order of keys on all servers
    /// cannot be waited for in a circle.
    /// </summary>
    /// <returns>The keys of the voters for whom something was written.</returns>
    public abstract Task<IReadOnlySet<string>> CommitAsync(BallotWrites writes, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}

/// <summary>What a transaction of the ballot box writes.</summary>
/// <param name="Stored">Ballots put in, cast or on paper.</param>
/// <param name="Withdrawn">Voters whose cast ballot is taken out.</param>
/// <param name="TakenBack">Voters whose paper ballot is taken back.</param>
internal sealed record BallotWrites(List<BallotRow> Stored, List<string> Withdrawn, List<string> TakenBack);
