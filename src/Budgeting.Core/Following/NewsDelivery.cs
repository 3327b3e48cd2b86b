using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Following;

internal sealed class NewsDelivery(
    BudgetingContext context, UnitOfWork work, NewsLog log, NewsTelling telling, Outbox outbox, IOptions<FollowingOptions> options, IOptions<RetentionOptions> retention) : INewsDelivery
{
    private static readonly NewsChoice[] Choices = [NewsChoice.Immediate, NewsChoice.Daily, NewsChoice.Weekly];

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);

    public async Task<int> TellAsync(CancellationToken cancellation)
    {
        await log.NotePhasesAsync(cancellation);
        var messages = 0;
        foreach (var choice in Choices)
        {
            while (await StepAsync(choice, cancellation) is { } written)
                messages += written;
        }
        return messages;
    }

    public async Task<IReadOnlyList<NewsRunView>> RunsAsync(CancellationToken cancellation)
    {
        var runs = await context.NewsRuns.AsNoTracking().ToListAsync(cancellation);
        return [.. Choices.Select(choice => runs.Find(run => run.Choice == choice)?.ToView() ?? new(choice, false, null, null, 0))];
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var before = await work.NowAsync(cancellation) - TimeSpan.FromDays(retention.Value.NewsDays);
        var told = await context.NewsRuns.CountAsync(cancellation) < Choices.Length ? 0 : await context.NewsRuns.MinAsync(run => run.ToldId, cancellation);
        // The latest stays: its number says how far somebody who begins to follow has been told. A phase that began is noted once, so its note stays too.
        var latest = await log.LatestAsync(cancellation);
        var old = context.News.Where(item => item.At < before && item.Id <= told && item.Id != latest && item.Kind != NewsKind.PhaseBegan);
        return await old.AnyAsync(cancellation) ? await old.ExecuteDeleteAsync(cancellation) : 0;
    }

    /// <summary>Tells some of those who have still to be told, in one transaction: either they have their messages and are noted as told, or neither.</summary>
    /// <returns>How many messages were written; null when nothing is left to do now.</returns>
    private async Task<int?> StepAsync(NewsChoice choice, CancellationToken cancellation)
    {
        context.ChangeTracker.Clear();
        // Looking takes no lock, and mostly there is nothing to do.
        var seen = await context.NewsRuns.AsNoTracking().FirstOrDefaultAsync(run => run.Choice == choice, cancellation);
        if (seen is { UnderWay: false } && !seen.IsDue(await log.LatestAsync(cancellation), await work.NowAsync(cancellation)))
            return null;
        if (await context.OutgoingMessages.CountAsync(message => message.State == MessageState.Waiting && message.Kind == MessageKind.News, cancellation) >= options.Value.MostWaiting)
            return null;
        outbox.Ready();
        await using var transaction = await work.BeginAsync(Followers.Lock(choice), cancellation);
        var now = await work.NowAsync(cancellation);
        var run = await context.NewsRuns.FirstOrDefaultAsync(run => run.Choice == choice, cancellation);
        if (run is null)
        {
            run = new() { Choice = choice };
            run.Plan(NextDigest(choice, now));
            context.Add(run);
        }
        if (!run.UnderWay)
        {
            var latest = await log.LatestAsync(cancellation);
            if (!run.IsDue(latest, now))
            {
                await SaveAsync();
                return null;
            }
            run.Begin(latest);
            run.Plan(NextDigest(choice, now));
        }
        var written = 0;
        var item = await NextAsync(run, cancellation);
        if (item is null)
        {
            run.Finish(now);
        }
        else
        {
            var rows = item switch
            {
                { Kind: NewsKind.ResultPublished } => context.Follows.Where(follow => follow.RoundId == item.RoundId),
                { ProposalId: { } proposalId } => context.Follows.Where(follow => follow.ProposalId == proposalId),
                _ => context.Follows.Where(follow => follow.RoundId == item.RoundId && follow.ProposalId == null),
            };
            // Those who were told leave the beginning of the index, so that the next step finds the next ones.
            var some = (await rows.Where(follow => follow.Choice == choice && follow.ToldTo < item.Id).OrderBy(follow => follow.ToldTo)
                .Select(follow => follow.AccountId).Take(options.Value.Batch).ToListAsync(cancellation)).Distinct().ToList();
            // With everything else they follow: a person gets one message.
            written = await telling.TellAsync(
                context.Follows.Where(follow => some.Contains(follow.AccountId) && follow.Choice == choice), run.UntilId, choice, now, cancellation);
            run.Go(item.Id, written);
        }
        await SaveAsync();
        if (written > 0)
            outbox.Ring();
        return item is null ? null : written;

        async Task SaveAsync()
        {
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }

    /// <summary>The first news of a run of which somebody has still to be told.</summary>
    private Task<NewsItem?> NextAsync(NewsRun run, CancellationToken cancellation) => context.News.AsNoTracking()
        .Where(item => item.Id > run.ToldId && item.Id <= run.UntilId
            && (item.ProposalId != null
                ? context.Follows.Any(follow => follow.ProposalId == item.ProposalId && follow.Choice == run.Choice && follow.ToldTo < item.Id)
                : context.Follows.Any(follow => follow.RoundId == item.RoundId && follow.Choice == run.Choice && follow.ToldTo < item.Id
                    && (follow.ProposalId == null || item.Kind == NewsKind.ResultPublished))))
        .OrderBy(item => item.Id).FirstOrDefaultAsync(cancellation);

    private DateTimeOffset? NextDigest(NewsChoice choice, DateTimeOffset now)
    {
        if (choice == NewsChoice.Immediate)
            return null;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, _zone).DateTime);
        while (true)
        {
            var local = day.ToDateTime(new(options.Value.DigestHour, 0));
            // An hour that the clocks skip is the next one; of an hour that comes twice it is the first.
            var due = LocalTimes.Resolve(_zone.IsInvalidTime(local) ? local.AddHours(1) : local, _zone, RepeatedHour.Earlier);
            if (due.Value > now && (choice == NewsChoice.Daily || day.DayOfWeek == options.Value.DigestDay))
                return due.Value;
            day = day.AddDays(1);
        }
    }
}
