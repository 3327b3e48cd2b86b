using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Electorate;

internal sealed class LinkDisputes(BudgetingContext context, UnitOfWork work, IAuthority authority, EntryLinks links, LiveAccounts live, AuditTrail audit, Outbox outbox) : ILinkDisputes
{
    private static readonly TimeSpan Useful = TimeSpan.FromDays(7);

    public async Task<Outcome<IReadOnlyList<LinkDispute>>> WaitingAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await RegionOfAsync(roundId, cancellation) is not { } regionId)
            return Refusal.NotFound;
        if (await authority.RefuseAsync(actor, regionId, cancellation, Role.Coordinator) is { } refusal)
            return refusal;
        return Outcome.Of<IReadOnlyList<LinkDispute>>(await (
            from claim in context.LinkClaims
            join elector in context.Electors on claim.ElectorId equals elector.Id
            where elector.RoundId == roundId && claim.Decision == null
            orderby claim.Id
            select new LinkDispute(
                claim.Id, claim.ElectorId, claim.RaisedAt, claim.Proof,
                context.ElectorAccounts.Where(link => link.ElectorId == elector.Id).Select(link => link.Proof).FirstOrDefault(),
                context.ElectorAccounts.Any(link => link.RoundId == roundId && link.AccountId == claim.AccountId && link.ElectorId != elector.Id))).ToListAsync(cancellation));
    }

    public async Task<Outcome<Done>> DecideAsync(Actor actor, long roundId, long disputeId, DisputeDecision? decision, string reason, CancellationToken cancellation)
    {
        if (await RegionOfAsync(roundId, cancellation) is not { } regionId)
            return Refusal.NotFound;
        if (await authority.RefuseWithoutStepUpAsync(actor, regionId, cancellation, Role.Coordinator) is { } refusal)
            return refusal;
        List<Refusal> wrong = [];
        if (decision is not (DisputeDecision.Moved or DisputeDecision.Kept))
            wrong.Add(Refusal.Of("Dispute.Decision", "Decision"));
        if (!Validation.Fits(reason, 5, 500, lines: true))
            wrong.Add(Refusal.Of("Dispute.Reason", "Reason", 5, 500));
        if (wrong.Count > 0)
            return wrong;
        outbox.Ready();
        await using var transaction = await work.BeginAsync(EntryLinks.Lock(roundId), cancellation);
        var found = await (
            from open in context.LinkClaims
            join elector in context.Electors on open.ElectorId equals elector.Id
            where open.Id == disputeId && elector.RoundId == roundId && open.Decision == null
            select new { Claim = open, Elector = elector }).FirstOrDefaultAsync(cancellation);
        if (found is null)
            return Refusal.Of("Dispute.Gone");
        var (claim, entry) = (found.Claim, found.Elector);
        // Who has left claims nothing any more.
        if (await live.HoldAsync(claim.AccountId, cancellation) is null)
            return Refusal.Of("Dispute.Gone");
        var present = await links.OfAsync(roundId, entry.Id, claim.AccountId, cancellation);
        if (actor.AccountId is { } decider && (decider == claim.AccountId || present.Exists(link => link.AccountId == decider)))
            return Refusal.Of("Dispute.Own");
        var now = await work.NowAsync(cancellation);
        claim.Decide(decision!.Value, reason, actor.AccountId, now);
        await ElectorateService.EndAssistedAsync(context, [entry.Id], cancellation);
        if (decision == DisputeDecision.Moved)
        {
            await context.ElectorAccounts.Where(link => link.ElectorId == entry.Id || (link.RoundId == roundId && link.AccountId == claim.AccountId)).ExecuteDeleteAsync(cancellation);
            context.Add(new ElectorAccount { RoundId = roundId, AccountId = claim.AccountId, ElectorId = entry.Id, Proof = claim.Proof });
        }
        var title = await context.Rounds.Where(round => round.Id == roundId).Select(round => round.Title).FirstAsync(cancellation);
        var accountIds = present.Select(link => link.AccountId).Append(claim.AccountId).Distinct().ToList();
        foreach (var account in await context.Users.AsNoTracking().Where(account => accountIds.Contains(account.Id)).ToListAsync(cancellation))
            outbox.Tell(MessageKind.EntryLink, account, MessageText.DisputeDecided(account.Language ?? entry.Language, title, (account.Id == claim.AccountId) == (decision == DisputeDecision.Moved), claim.Reason!), now, Useful);
        // What the reason says may be about people; it stays beside the claim, and the log says what was decided.
        await audit.AppendAsync(actor, "elector.disputeDecided", string.Create(CultureInfo.InvariantCulture, $"round {roundId} dispute {disputeId}"), new { decision = decision.ToString() }, cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    private Task<long?> RegionOfAsync(long roundId, CancellationToken cancellation) =>
        context.Rounds.Where(round => round.Id == roundId).Select(round => (long?)round.RegionId).FirstOrDefaultAsync(cancellation);
}
