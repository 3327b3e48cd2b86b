using Budgeting.Core.Database;
using Budgeting.Core.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

/// <summary>
/// The accounts of people who act. What is written about a person is written under their account's lock, after a look whether they are still there: erasing an
/// account, and clearing what somebody else made of it, take the same lock, and nothing comes after them.
/// </summary>
internal sealed class LiveAccounts(BudgetingContext context, DatabaseDialect dialect)
{
    /// <summary>Takes the lock of the account of whoever acts until the transaction ends. A sign-in that was ended in the meantime is none any more.</summary>
    /// <returns>The account as it stands now; null when nobody is signed in to a live one.</returns>
    public async Task<Account?> HoldAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } id || await HoldAsync(id, cancellation) is not { } account)
            return null;
        return actor.SignInId is not { } signIn || await context.SignInSessions.AnyAsync(session => session.Id == signIn && session.AccountId == id, cancellation) ? account : null;
    }

    /// <summary>Takes the lock of an account until the transaction ends: after those of rounds, links and identities, before those of followers and of the audit log.</summary>
    /// <returns>The account as it stands now; null when its owner has left.</returns>
    public async Task<Account?> HoldAsync(long accountId, CancellationToken cancellation)
    {
        await dialect.LockAsync(context, Accounts.Lock(accountId), cancellation);
        // What this scope has read before the lock may be out of date.
        if (context.Users.Local.FindEntry(accountId) is { } known)
            await known.ReloadAsync(cancellation);
        return await context.Users.FirstOrDefaultAsync(account => account.Id == accountId && account.LeftAt == null, cancellation);
    }
}
