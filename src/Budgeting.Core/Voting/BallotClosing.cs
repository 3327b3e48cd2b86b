using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Voting;

/// <summary>What happens once when voting ends.</summary>
internal sealed class BallotClosing(BudgetingContext context, DatabaseDialect dialect, RoundSecrets secrets)
{
    /// <summary>The lock under which ballots are written (together) and voting is closed (alone).</summary>
    public static string BallotLock(long roundId) => $"ballots {roundId}";

    /// <summary>
    /// Waits until every ballot being written is committed or refused, then counts what is in the box and destroys the round's secret.
    /// Casting after that finds the closing time past by the same clock.
    /// </summary>
    public async Task CloseAsync(Round round, CancellationToken cancellation)
    {
        await dialect.LockAsync(context, BallotLock(round.Id), cancellation);
        var ballots = await context.Ballots.CountAsync(ballot => ballot.RoundId == round.Id && ballot.Choices != null, cancellation);
        round.Close(ballots);
        await secrets.DestroyAsync(round.Id, cancellation);
    }
}
