using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

/// <summary>
/// Guards the ways into accounts: a link from a mailbox must not lead to the powers of an office, and whoever finds a sign-in open must not make a way in of their own, by which
/// they could then show that it is them.
/// </summary>
internal sealed class WaysInGuard(BudgetingContext context, UnitOfWork work, IAuthority authority)
{
    /// <summary>
    /// Why a person may not change the ways into their own account now; null when they may: they have shown a passkey within <see cref="IAuthority.StepUpLasts"/>, have come in by a recovery
    /// code within that time, since who has lost the passkey makes a new one then, or hold no office and have come in within that time by whatever way.
    /// </summary>
    public async Task<Refusal?> RefuseAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        var now = await work.NowAsync(cancellation);
        if (IsFresh(actor.PasskeyAt) || IsFresh(actor.RecoveredAt))
            return null;
        var holdsOffice = (await authority.RolesOfAsync(accountId, cancellation)).Any(held => held.Role.IsOffice());
        if (!holdsOffice && (actor.SignInId is not { } signIn || await IsRecentAsync(signIn)))
            return null;
        if (await context.UserPasskeys.AnyAsync(passkey => passkey.UserId == accountId, cancellation))
            return Refusal.Of("StepUp.Needed");
        return Refusal.Of(holdsOffice ? "Passkey.OfficeFirst" : "Data.SignInAgain");

        bool IsFresh(DateTimeOffset? at) => at is { } shown && (now - shown).Duration() <= IAuthority.StepUpLasts;

        Task<bool> IsRecentAsync(Guid signIn)
        {
            var since = now - IAuthority.StepUpLasts;
            return context.SignInSessions.AnyAsync(session => session.Id == signIn && session.AccountId == accountId && session.BegunAt >= since, cancellation);
        }
    }
}
