using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Following;

/// <summary>Writes what followers are told into the transaction of the act that causes it.</summary>
internal sealed class NewsLog(BudgetingContext context, DatabaseDialect dialect, UnitOfWork work)
{
    /// <summary>
    /// Held from taking a number to the commit, so that nothing is committed behind the number up to which somebody has been told. Taken after the lock of a
    /// round and before that of the audit log.
    /// </summary>
    private const string Lock = "news";

    // Before a round is announced nobody follows it, and its result is told when somebody publishes it.
    private static readonly Phase[] Told = [Phase.Proposing, Phase.CoDeveloping, Phase.Evaluating, Phase.Voting, Phase.Counting, Phase.Implementing, Phase.Archived];

    /// <summary>Adds to the pending changes what happened to a proposal.</summary>
    public Task AddAsync(NewsKind kind, long roundId, long proposalId, DateTimeOffset now, CancellationToken cancellation) =>
        AddAsync(new NewsItem { Kind = kind, RoundId = roundId, ProposalId = proposalId, At = now }, cancellation);

    /// <summary>Adds to the pending changes what happened in a round.</summary>
    public Task AddAsync(NewsKind kind, long roundId, DateTimeOffset now, CancellationToken cancellation) =>
        AddAsync(new NewsItem { Kind = kind, RoundId = roundId, At = now }, cancellation);

    /// <summary>The number of the latest news; zero before any.</summary>
    public async Task<long> LatestAsync(CancellationToken cancellation) => await context.News.MaxAsync(item => (long?)item.Id, cancellation) ?? 0;

    /// <summary>Notes the phases that have begun and were not noted: they follow from schedules and the clock, whoever sees it first.</summary>
    public async Task NotePhasesAsync(CancellationToken cancellation)
    {
        // Mostly there are none, and looking takes no lock.
        if ((await BegunAsync(cancellation)).Count == 0)
            return;
        await using var transaction = await work.BeginAsync(Lock, cancellation);
        context.AddRange(await BegunAsync(cancellation));
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        context.ChangeTracker.Clear();
    }

    private async Task<List<NewsItem>> BegunAsync(CancellationToken cancellation)
    {
        var now = await work.NowAsync(cancellation);
        var begun = await (
            from round in context.Rounds.AsNoTracking()
            where !round.Imported
            from phase in round.Phases
            where phase.StartsAt <= now && Told.Contains(phase.Phase) && !context.News.Any(item => item.RoundId == round.Id && item.Phase == phase.Phase)
            select new { round.Id, phase.Phase, phase.StartsAt }).ToListAsync(cancellation);
        return [.. begun.OrderBy(row => row.StartsAt).ThenBy(row => row.Id).ThenBy(row => row.Phase)
            .Select(row => new NewsItem { Kind = NewsKind.PhaseBegan, RoundId = row.Id, Phase = row.Phase, At = row.StartsAt })];
    }

    /// <summary>Takes the lock of news before there is any: for a transaction that writes to the audit log first.</summary>
    public Task HoldAsync(CancellationToken cancellation) => dialect.LockAsync(context, Lock, cancellation);

    private async Task AddAsync(NewsItem item, CancellationToken cancellation)
    {
        await HoldAsync(cancellation);
        context.Add(item);
    }
}
