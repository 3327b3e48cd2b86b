using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Following;

internal sealed class FollowingService(
    BudgetingContext context, UnitOfWork work, Followers followers, NewsLog log, NewsTelling telling, UnsubscribeLinks links, Outbox outbox, TimeProvider time) : IFollowing
{
    private const int Shown = 20;

    public async Task<Outcome<Done>> FollowRoundAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        return round?.Schedule.PhaseAt(time.GetUtcNow()) is null ? Refusal.NotFound : await AddAsync(accountId, roundId, null, cancellation);
    }

    public async Task<Outcome<Done>> FollowProposalAsync(Actor actor, long proposalId, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        var roundId = await context.Proposals
            .Where(proposal => proposal.Id == proposalId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && (proposal.HiddenAt == null || proposal.AuthorId == accountId))
            .Select(proposal => (long?)proposal.RoundId).FirstOrDefaultAsync(cancellation);
        return roundId is { } id ? await AddAsync(accountId, id, proposalId, cancellation) : Refusal.NotFound;
    }

    public Task<Outcome<Done>> UnfollowRoundAsync(Actor actor, long roundId, CancellationToken cancellation) =>
        RemoveAsync(actor, context.Follows.Where(follow => follow.RoundId == roundId && follow.ProposalId == null), cancellation);

    public Task<Outcome<Done>> UnfollowProposalAsync(Actor actor, long proposalId, CancellationToken cancellation) =>
        RemoveAsync(actor, context.Follows.Where(follow => follow.ProposalId == proposalId), cancellation);

    public async Task<Outcome<bool>> FollowsAsync(Actor actor, long roundId, long? proposalId, CancellationToken cancellation) => actor.AccountId is { } accountId
        ? await context.Follows.AnyAsync(follow => follow.AccountId == accountId && follow.RoundId == roundId && follow.ProposalId == proposalId, cancellation)
        : Refusal.Of("SignIn.Needed");

    public async Task<Outcome<FollowedView>> OwnAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await context.Users.Where(account => account.Id == accountId).Select(account => new { account.News, account.EmailConfirmed }).FirstOrDefaultAsync(cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var rows = await (
            from follow in context.Follows.AsNoTracking()
            join round in context.Rounds on follow.RoundId equals round.Id
            join found in context.Proposals on follow.ProposalId equals found.Id into proposals
            from proposal in proposals.DefaultIfEmpty()
            where follow.AccountId == accountId
            orderby follow.RoundId descending, follow.ProposalId
            select new
            {
                follow.RoundId, RoundTitle = round.Title, follow.ProposalId, follow.Choice, follow.Chosen,
                Title = proposal == null || proposal.HiddenAt != null || proposal.WithdrawnAt != null ? null : proposal.Title, Language = proposal == null ? "" : proposal.Language,
            }).ToListAsync(cancellation);
        var news = await (
            from item in telling.Concerning(context.Follows.AsNoTracking().Where(follow => follow.AccountId == accountId)).Select(told => told.Item).Distinct()
            join round in context.Rounds on item.RoundId equals round.Id
            join found in context.Proposals on item.ProposalId equals found.Id into proposals
            from proposal in proposals.DefaultIfEmpty()
            orderby item.Id descending
            select new
            {
                item.Kind, item.At, item.RoundId, RoundTitle = round.Title, item.Phase, item.ProposalId,
                Title = proposal == null || proposal.HiddenAt != null || proposal.WithdrawnAt != null ? null : proposal.Title, Language = proposal == null ? "" : proposal.Language,
            }).Take(Shown).ToListAsync(cancellation);
        return new FollowedView(
            account.News ?? Followers.Unchosen,
            account.EmailConfirmed && outbox.Carries(MessageChannel.Email),
            [.. rows.GroupBy(row => row.RoundId).Select(group => new FollowedRound(
                group.Key, group.First().RoundTitle, group.Any(row => row.ProposalId is null), group.First().Chosen ? group.First().Choice : null,
                [.. group.Where(row => row.ProposalId is not null).Select(row => new FollowedProposal(row.ProposalId!.Value, row.Title, row.Language))]))],
            [.. news.Select(row => new NewsView(
                row.Kind, row.At, row.RoundId, row.RoundTitle, row.Phase, row.ProposalId is { } id ? new(id, row.Title, row.Language) : null))]);
    }

    public async Task<Outcome<Done>> ChooseAsync(Actor actor, NewsChoice? choice, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (choice is not { } chosen || !Enum.IsDefined(chosen))
            return Refusal.Of("Following.Choice", "Choice");
        outbox.Ready();
        await using var transaction = await work.BeginAsync(Followers.Lock(accountId), cancellation);
        await followers.HoldAsync(cancellation);
        if (await context.Users.Where(account => account.Id == accountId && account.LeftAt == null)
                .ExecuteUpdateAsync(row => row.SetProperty(account => account.News, chosen), cancellation) == 0)
            return Refusal.Of("SignIn.Needed");
        await ChangeAsync(accountId, context.Follows.Where(follow => !follow.Chosen), chosen, ownChoice: false, cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    public async Task<Outcome<Done>> ChooseForRoundAsync(Actor actor, long roundId, NewsChoice? choice, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (choice is { } wanted && !Enum.IsDefined(wanted))
            return Refusal.Of("Following.Choice", "Choice");
        var own = context.Follows.Where(follow => follow.RoundId == roundId);
        outbox.Ready();
        await using var transaction = await work.BeginAsync(Followers.Lock(accountId), cancellation);
        await followers.HoldAsync(cancellation);
        if (!await own.AnyAsync(follow => follow.AccountId == accountId, cancellation))
            return Refusal.NotFound;
        var chosen = choice ?? await context.Users.Where(account => account.Id == accountId).Select(account => account.News).FirstOrDefaultAsync(cancellation) ?? Followers.Unchosen;
        await ChangeAsync(accountId, own, chosen, ownChoice: choice is not null, cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    public async Task<Outcome<Unsubscription>> LookAsync(string token, CancellationToken cancellation)
    {
        if (links.Read(token) is not { } link)
            return Refusal.Of("Unsubscribe.Unknown");
        if (link.RoundId is not { } roundId)
            return new Unsubscription(null);
        var title = await context.Rounds.Where(round => round.Id == roundId).Select(round => round.Title).FirstOrDefaultAsync(cancellation);
        return title is null ? Refusal.Of("Unsubscribe.Unknown") : new Unsubscription(title);
    }

    public async Task<Outcome<Unsubscription>> UnsubscribeAsync(string token, CancellationToken cancellation)
    {
        var found = await LookAsync(token, cancellation);
        if (!found.Granted || links.Read(token) is not { } link)
            return found;
        await using var transaction = await work.BeginAsync(Followers.Lock(link.AccountId), cancellation);
        await followers.HoldAsync(cancellation);
        var own = context.Follows.Where(follow => follow.AccountId == link.AccountId && (link.RoundId == null || follow.RoundId == link.RoundId));
        var byRound = link.RoundId is not null;
        if (!byRound)
        {
            await context.Users.Where(account => account.Id == link.AccountId && account.LeftAt == null)
                .ExecuteUpdateAsync(row => row.SetProperty(account => account.News, NewsChoice.None), cancellation);
        }
        await own.ExecuteUpdateAsync(row => row.SetProperty(follow => follow.Choice, NewsChoice.None).SetProperty(follow => follow.Chosen, byRound), cancellation);
        await DropAsync(link.AccountId, cancellation);
        await transaction.CommitAsync(cancellation);
        return found;
    }

    private async Task<Outcome<Done>> AddAsync(long accountId, long roundId, long? proposalId, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(Followers.Lock(accountId), cancellation);
        if (!await context.Users.AnyAsync(account => account.Id == accountId && account.LeftAt == null, cancellation))
            return Refusal.Of("SignIn.Needed");
        if (await followers.AddAsync(accountId, roundId, proposalId, await work.NowAsync(cancellation), cancellation) is { } refusal)
            return refusal;
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    private async Task<Outcome<Done>> RemoveAsync(Actor actor, IQueryable<Follow> follows, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        await using var transaction = await work.BeginAsync(Followers.Lock(accountId), cancellation);
        await follows.Where(follow => follow.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await DropAsync(accountId, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    /// <summary>Changes when messages come. Nothing that has gathered is lost by it, and nothing comes twice; whoever heard nothing does not get it all afterwards.</summary>
    private async Task ChangeAsync(long accountId, IQueryable<Follow> follows, NewsChoice choice, bool ownChoice, CancellationToken cancellation)
    {
        var own = follows.Where(follow => follow.AccountId == accountId);
        var latest = await log.LatestAsync(cancellation);
        if (choice != NewsChoice.None)
        {
            var gathered = own.Where(follow => follow.Choice != NewsChoice.None && follow.Choice != choice);
            if (await gathered.OrderBy(follow => follow.Id).Select(follow => (NewsChoice?)follow.Choice).FirstOrDefaultAsync(cancellation) is { } former)
                await telling.TellAsync(gathered, latest, former, await work.NowAsync(cancellation), cancellation);
        }
        await own.Where(follow => follow.Choice != choice).ExecuteUpdateAsync(row => row.SetProperty(follow => follow.ToldTo, latest), cancellation);
        await own.ExecuteUpdateAsync(row => row.SetProperty(follow => follow.Choice, choice).SetProperty(follow => follow.Chosen, ownChoice), cancellation);
        await context.SaveChangesAsync(cancellation);
        context.ChangeTracker.Clear();
        await DropAsync(accountId, cancellation);
    }

    /// <summary>Takes back what waits to be sent to somebody who wants to hear of nothing any more. What is still followed may be told of in the same message.</summary>
    private async Task DropAsync(long accountId, CancellationToken cancellation)
    {
        if (!await context.Follows.AnyAsync(follow => follow.AccountId == accountId && follow.Choice != NewsChoice.None, cancellation))
            await context.OutgoingMessages.Where(message => message.AccountId == accountId && message.Kind == MessageKind.News && message.State == MessageState.Waiting).ExecuteDeleteAsync(cancellation);
    }
}
