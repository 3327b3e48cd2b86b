using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.Moderation;
using Budgeting.Core.Notifications;
using Budgeting.Core.Proposals;
using Budgeting.Core.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

/// <summary>Takes a person out of the tables. The row of the account stays, empty: what is public or on record refers to its number.</summary>
internal sealed class AccountErasure(BudgetingContext context, DatabaseDialect dialect, UnitOfWork work, RegisterKeys keys, FormerVoters formerVoters, Followers followers, Outbox outbox, AuditTrail audit)
{
    /// <summary>Erases an account in a transaction of its own.</summary>
    /// <param name="actor">Who wants it: its owner, or the platform for an account that nobody uses.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="keepName">Whether the name stays with what was made public.</param>
    /// <param name="still">Asked under the account's lock, whether the account is still to go; null for always.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Done, or <c>NotFound</c>, <c>Data.HoldsRoles</c>.</returns>
    public async Task<Outcome<Done>> EraseAsync(Actor actor, long accountId, bool keepName, Func<Account, bool>? still, CancellationToken cancellation)
    {
        var key = await keys.GetAsync(cancellation);
        await using var transaction = await work.BeginAsync(Accounts.Lock(accountId), cancellation);
        // Whoever gives or takes roles waits: nobody is made an official while they leave.
        await dialect.LockAsync(context, RoleService.Lock, cancellation);
        var account = await context.Users.FirstOrDefaultAsync(known => known.Id == accountId && known.LeftAt == null, cancellation);
        if (account is null || still?.Invoke(account) == false)
            return Refusal.NotFound;
        var now = await work.NowAsync(cancellation);
        var grants = (await context.RoleGrants.Where(grant => grant.AccountId == accountId && grant.RevokedAt == null).ToListAsync(cancellation))
            .FindAll(grant => grant.HoldsAt(now));
        if (grants.Exists(grant => grant.Role.IsOffice()))
            return Refusal.Of("Data.HoldsRoles");
        foreach (var grant in grants)
            grant.Revoke(actor.AccountId, "–", now);
        // Where no mail is sent nobody can show that an address is theirs: then only what was shown keeps others from voting by it. Otherwise a stranger could give an address, leave, and shut its owner out.
        if (account.NormalizedEmail is { } address && (account.EmailConfirmed || outbox.Carries(MessageChannel.Email)) && (await formerVoters.InVotingAsync(now, cancellation)).Count > 0)
            context.Add(new FormerVoter { AccountId = accountId, Address = key.Address(address), LeftAt = now });
        // First, so that nobody writes them a message meanwhile.
        await followers.EraseAsync(accountId, cancellation);
        account.Leave(keepName, now);
        await context.SaveChangesAsync(cancellation);
        await DeleteWaysInAsync(accountId, cancellation);
        await DeleteProposalsAsync(accountId, cancellation);
        await context.Reports.Where(report => report.ReporterId == accountId)
            .ExecuteUpdateAsync(row => row.SetProperty(report => report.ReporterId, (long?)null).SetProperty(report => report.Words, (string?)null), cancellation);
        // The entry stays, and with it the voter: a new link leads to the same ballot.
        await context.ElectorAccounts.Where(link => link.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await audit.AppendAsync(actor, "account.deleted", $"account {accountId}", new { keepsName = keepName }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    private async Task DeleteWaysInAsync(long accountId, CancellationToken cancellation)
    {
        await context.UserPasskeys.Where(row => row.UserId == accountId).ExecuteDeleteAsync(cancellation);
        await context.AccountIdentities.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.DeskCodes.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.LinkClaims.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.UserLogins.Where(row => row.UserId == accountId).ExecuteDeleteAsync(cancellation);
        await context.UserClaims.Where(row => row.UserId == accountId).ExecuteDeleteAsync(cancellation);
        await context.UserTokens.Where(row => row.UserId == accountId).ExecuteDeleteAsync(cancellation);
        await context.RecoveryCodes.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.SignInSessions.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.OneTimeLinks.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await context.OutgoingMessages.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
    }

    // What was never submitted, or was taken back, is nobody's any more; where officials acted on it, its number and theirs stay, without its words.
    private async Task DeleteProposalsAsync(long accountId, CancellationToken cancellation)
    {
        var unseen = context.Proposals.Where(proposal => proposal.AuthorId == accountId && (proposal.SubmittedAt == null || proposal.WithdrawnAt != null));
        await context.Attachments.Where(attachment => unseen.Any(proposal => proposal.Id == attachment.ProposalId)).ExecuteDeleteAsync(cancellation);
        foreach (var proposal in await unseen.ToListAsync(cancellation))
        {
            if (proposal.Answer is not null || await context.Reports.AnyAsync(report => report.ProposalId == proposal.Id, cancellation)
                || await context.ModerationActs.AnyAsync(act => act.ProposalId == proposal.Id, cancellation))
                proposal.Erase();
            else
                context.Remove(proposal);
        }
        await context.SaveChangesAsync(cancellation);
    }
}
