using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Following;

/// <summary>Writes messages to followers into the transaction that notes that they were told.</summary>
internal sealed class NewsTelling(BudgetingContext context, Outbox outbox, UnsubscribeLinks links, SiteLinks site)
{
    /// <summary>How many lines a message has at most. The rest is on the person's page.</summary>
    private const int MostLines = 30;

    private static readonly TimeSpan Useful = TimeSpan.FromDays(3);

    /// <summary>
    /// What follows hear of: news of what is followed, since it is followed. Whoever follows a proposal hears of the round's result too. The author of a proposal hears by this way of its
    /// answer; of what moderation does they get a message of their own, and what they did themselves they know.
    /// </summary>
    public IQueryable<Told> Concerning(IQueryable<Follow> follows) =>
        from follow in follows
        from item in context.News
        where item.RoundId == follow.RoundId && (item.ProposalId == follow.ProposalId || item.Kind == NewsKind.ResultPublished) && item.At >= follow.FollowedAt
            && (item.Kind == NewsKind.ProposalAnswered || !context.Proposals.Any(proposal => proposal.Id == item.ProposalId && proposal.AuthorId == follow.AccountId))
        select new Told { Follow = follow, Item = item };

    /// <summary>
    /// Writes a message to each account of some follows with what they have not been told yet, and notes that they were. The locks of their choices are held.
    /// </summary>
    /// <param name="follows">The follows, of few accounts.</param>
    /// <param name="until">The latest news to tell of.</param>
    /// <param name="choice">In what form: at once, or as a digest.</param>
    /// <param name="now">The transaction's instant.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>How many messages were written.</returns>
    public async Task<int> TellAsync(IQueryable<Follow> follows, long until, NewsChoice choice, DateTimeOffset now, CancellationToken cancellation)
    {
        var messages = outbox.Carries(MessageChannel.Email) ? await WriteAsync(follows, until, choice, now, cancellation) : 0;
        await context.SaveChangesAsync(cancellation);
        await follows.Where(follow => follow.ToldTo < until).ExecuteUpdateAsync(row => row.SetProperty(follow => follow.ToldTo, until), cancellation);
        return messages;
    }

    private async Task<int> WriteAsync(IQueryable<Follow> follows, long until, NewsChoice choice, DateTimeOffset now, CancellationToken cancellation)
    {
        var due = await (
            from told in Concerning(follows)
            where told.Item.Id > told.Follow.ToldTo && told.Item.Id <= until
            join account in context.Users on told.Follow.AccountId equals account.Id
            where account.EmailConfirmed && account.LeftAt == null && account.Email != null
            select new { told.Follow.AccountId, told.Item.Id }).Distinct().ToListAsync(cancellation);
        if (due.Count == 0)
            return 0;
        var accountIds = due.Select(row => row.AccountId).Distinct().ToList();
        var accounts = await context.Users.Where(account => accountIds.Contains(account.Id))
            .Select(account => new { account.Id, account.Email, account.Language }).ToListAsync(cancellation);
        var lines = await LinesAsync([.. due.Select(row => row.Id).Distinct()], cancellation);
        var byAccount = due.ToLookup(row => row.AccountId, row => row.Id);
        var written = 0;
        foreach (var account in accounts)
        {
            if (EmailAddress.Parse(account.Email) is not { } address)
                continue;
            // Of a thing that happened several times the last is told.
            var own = byAccount[account.Id].Select(id => lines[id]).GroupBy(line => (line.RoundId, line.ProposalId, line.Kind, line.Phase)).Select(group => group.MaxBy(line => line.Id)!)
                .OrderBy(line => line.RoundId).ThenBy(line => line.Id).ToList();
            var roundId = choice == NewsChoice.Immediate && own.TrueForAll(line => line.RoundId == own[0].RoundId) ? own[0].RoundId : (long?)null;
            var token = links.Make(account.Id, roundId);
            var text = NewsText.Write(account.Language ?? Languages.All[0], own.Take(MostLines).ToList(), own.Count - MostLines, choice, roundId is not null, site, links.Page(token));
            outbox.Add(MessageKind.News, account.Id, address, text, now, Useful, links.OneClick(token));
            written++;
        }
        return written;
    }

    /// <summary>What the messages say of each piece of news, as things stand now: what was hidden or taken back since is not named.</summary>
    private async Task<Dictionary<long, NewsLine>> LinesAsync(IReadOnlyList<long> ids, CancellationToken cancellation) =>
        await (
            from item in context.News
            where ids.Contains(item.Id)
            join round in context.Rounds on item.RoundId equals round.Id
            join region in context.Regions on round.RegionId equals region.Id
            join found in context.Proposals on item.ProposalId equals found.Id into proposals
            from proposal in proposals.DefaultIfEmpty()
            select new NewsLine
            {
                Id = item.Id, Kind = item.Kind, At = item.At, Phase = item.Phase, RoundId = item.RoundId, RoundTitle = round.Title, TimeZone = region.TimeZone, ProposalId = item.ProposalId,
                PhaseEndsAt = round.Phases.Where(phase => phase.StartsAt > item.At).Min(phase => (DateTimeOffset?)phase.StartsAt),
                Title = proposal == null || proposal.HiddenAt != null || proposal.WithdrawnAt != null ? null : proposal.Title,
                Feasible = proposal == null || proposal.Answer == null ? null : (bool?)proposal.Answer.Feasible,
            }).ToDictionaryAsync(line => line.Id, cancellation);
}

/// <summary>A piece of news and somebody who hears of it.</summary>
internal sealed class Told
{
    public required Follow Follow { get; init; }

    public required NewsItem Item { get; init; }
}

/// <summary>What a message says of a piece of news.</summary>
internal sealed class NewsLine
{
    public required long Id { get; init; }

    public required NewsKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public Rounds.Phase? Phase { get; init; }

    public DateTimeOffset? PhaseEndsAt { get; init; }

    public required long RoundId { get; init; }

    public required LocalizedText RoundTitle { get; init; }

    public required string TimeZone { get; init; }

    public long? ProposalId { get; init; }

    public string? Title { get; init; }

    public bool? Feasible { get; init; }
}
