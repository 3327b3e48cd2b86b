using System.Collections.Concurrent;
using Budgeting.Core.Voting;
using Budgeting.Silo.Rounds;

namespace Budgeting.Silo.Voting;

/// <summary>Sheets that this silo has been given. They never change once frozen, so that every silo may have them all.</summary>
internal sealed class SheetsInMemory
{
    private readonly ConcurrentDictionary<long, IReadOnlyList<BallotSheet>> _sheets = new();

    public IReadOnlyList<BallotSheet>? Find(long roundId) => _sheets.GetValueOrDefault(roundId);

    public void Keep(long roundId, IReadOnlyList<BallotSheet> sheets) => _sheets[roundId] = sheets;
}

/// <summary>Sheets from this silo's memory, or else from the round's grain, which has them frozen once for all silos.</summary>
internal sealed class GrainBallotSheets([FromKeyedServices(Own.Key)] IBallotSheets own, SheetsInMemory memory, Grains grains) : IBallotSheets
{
    public async Task<IReadOnlyList<BallotSheet>> OfRoundAsync(long roundId, CancellationToken cancellation)
    {
        if (memory.Find(roundId) is { } known)
            return known;
        if (await grains.RoundAsync(roundId, cancellation) is not { } round)
            return [];
        var sheets = await grains.AskAsync<IRoundGrain, IReadOnlyList<BallotSheet>>(round, async grain => await grain.SheetsAsync(), () => own.OfRoundAsync(roundId, cancellation));
        if (sheets.Count > 0)
            memory.Keep(roundId, sheets);
        return sheets;
    }
}
