using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Following;

/// <summary>The rows of who follows what.</summary>
internal sealed class Followers(BudgetingContext context, DatabaseDialect dialect, NewsLog log)
{
    /// <summary>Who chose nothing hears once a day.</summary>
    public const NewsChoice Unchosen = NewsChoice.Daily;

    /// <summary>The lock under which followers with a choice are told.</summary>
    public static string Lock(NewsChoice choice) => $"news {choice}";

    /// <summary>The lock of what an account follows.</summary>
    public static string Lock(long accountId) => $"following {accountId}";

    /// <summary>Keeps everybody from being told until the transaction ends: for changes of who is told when.</summary>
    public async Task HoldAsync(CancellationToken cancellation)
    {
        foreach (var choice in new[] { NewsChoice.Immediate, NewsChoice.Daily, NewsChoice.Weekly })
            await dialect.LockAsync(context, Lock(choice), cancellation);
    }

    /// <summary>Adds to the pending changes that an account follows a round or a proposal, unless it does.</summary>
    public async Task<Refusal?> AddAsync(long accountId, long roundId, long? proposalId, DateTimeOffset now, CancellationToken cancellation)
    {
        await dialect.LockAsync(context, Lock(accountId), cancellation);
        var own = await context.Follows.Where(follow => follow.AccountId == accountId)
            .Select(follow => new { follow.RoundId, follow.ProposalId, follow.Choice, follow.Chosen }).ToListAsync(cancellation);
        if (own.Exists(follow => follow.RoundId == roundId && follow.ProposalId == proposalId))
            return null;
        if (own.Count >= IFollowing.Most)
            return Refusal.Of("Following.TooMany", null, IFollowing.Most);
        var beside = own.Find(follow => follow.RoundId == roundId);
        var choice = beside?.Choice
            ?? await context.Users.Where(account => account.Id == accountId).Select(account => account.News).FirstOrDefaultAsync(cancellation) ?? Unchosen;
        context.Add(new Follow
        {
            AccountId = accountId, RoundId = roundId, ProposalId = proposalId, Choice = choice, Chosen = beside?.Chosen ?? false,
            ToldTo = await log.LatestAsync(cancellation), FollowedAt = now,
        });
        return null;
    }

    /// <summary>Takes everything an account follows, and keeps telling away until the transaction ends.</summary>
    public async Task EraseAsync(long accountId, CancellationToken cancellation)
    {
        await dialect.LockAsync(context, Lock(accountId), cancellation);
        await HoldAsync(cancellation);
        await context.Follows.Where(follow => follow.AccountId == accountId).ExecuteDeleteAsync(cancellation);
    }
}
