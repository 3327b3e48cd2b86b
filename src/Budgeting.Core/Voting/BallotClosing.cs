using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Voting;

/// <summary>What happens once when voting ends.</summary>
internal sealed class BallotClosing(BudgetingContext context, DatabaseDialect dialect, RoundSecrets secrets, IOptions<BallotPublicationOptions> publication)
{
    /// <summary>The lock under which ballots are written (together) and voting is closed (alone).</summary>
    public static string BallotLock(long roundId) => $"ballots {roundId}";

    /// <summary>
    /// Waits until every ballot being written is committed or refused, then counts what is in the box and destroys the round's secret, and with it what of bands would still lead to
    /// somebody. Casting after that finds the closing time past by the same clock.
    /// </summary>
    public async Task CloseAsync(Round round, CancellationToken cancellation)
    {
        await dialect.LockAsync(context, BallotLock(round.Id), cancellation);
        var ballots = await context.Ballots.CountAsync(ballot => ballot.RoundId == round.Id && ballot.Choices != null, cancellation);
        await secrets.DestroyAsync(round.Id, cancellation);
        await HideSmallBandsAsync(round.Id, cancellation);
        round.Close(ballots);
    }

    // A band that few ballots have leads, with the register beside it, to those who can have it. What stays is what could be published, paper left out of account:
    // it hides nobody here.
    private async Task HideSmallBandsAsync(long roundId, CancellationToken cancellation)
    {
        var cast = context.Ballots.Where(ballot => ballot.RoundId == roundId && ballot.Choices != null);
        var cells = await cast.GroupBy(ballot => ballot.Band).Select(cell => new { Band = cell.Key, Ballots = cell.Count() }).ToListAsync(cancellation);
        List<string?> small = [.. BallotPublication.Suppressed(cells.Select(cell => (cell.Band, cell.Ballots)), publication.Value.CellSize)];
        if (small.Count > 0)
            await cast.Where(ballot => small.Contains(ballot.Band)).ExecuteUpdateAsync(row => row.SetProperty(ballot => ballot.Band, (string?)null), cancellation);
    }
}
