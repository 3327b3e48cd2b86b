using System.Collections.Concurrent;
using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Voting;

/// <summary>Sheets that have been read once; they never change.</summary>
internal sealed class SheetCache
{
    private readonly ConcurrentDictionary<long, IReadOnlyList<BallotSheet>> _sheets = new();

    public IReadOnlyList<BallotSheet>? Find(long roundId) => _sheets.GetValueOrDefault(roundId);

    public void Keep(long roundId, IReadOnlyList<BallotSheet> sheets) => _sheets[roundId] = sheets;
}

internal sealed class BallotSheetService(BudgetingContext context, SheetCache cache, IPhaseDuties duties, UnitOfWork work) : IBallotSheets
{
    public async Task<IReadOnlyList<BallotSheet>> OfRoundAsync(long roundId, CancellationToken cancellation)
    {
        if (cache.Find(roundId) is { } known)
            return known;
        var sheets = await ReadAsync(roundId, cancellation);
        if (sheets.Count == 0)
        {
            // Voting opens by the clock by which ballots are let in. Whoever comes before the job does what the job would have done.
            var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
            if (round is null || !round.Frozen(await work.NowAsync(cancellation)) || await duties.CarryOutNextAsync(roundId, cancellation) is null)
                return await ReadAsync(roundId, cancellation);
            sheets = await ReadAsync(roundId, cancellation);
        }
        if (sheets.Count > 0)
            cache.Keep(roundId, sheets);
        return sheets;
    }

    private async Task<IReadOnlyList<BallotSheet>> ReadAsync(long roundId, CancellationToken cancellation)
    {
        var stored = await (
            from sheet in context.BallotSheets.AsNoTracking()
            join heading in context.Headings on sheet.HeadingId equals heading.Id
            where sheet.RoundId == roundId
            orderby heading.Position
            select sheet).ToListAsync(cancellation);
        return [.. stored.Select(SheetText.Read)];
    }
}
