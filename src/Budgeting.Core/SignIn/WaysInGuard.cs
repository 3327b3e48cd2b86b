using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

/// <summary>Guards the ways into the accounts of officials: a link from a mailbox must not lead to the powers of an office.</summary>
internal sealed class WaysInGuard(BudgetingContext context, UnitOfWork work, IAuthority authority)
{
    /// <summary>
    /// Why a person may not change the ways into their own account now; null when they may. Who holds an office has shown a passkey within <see cref="IAuthority.StepUpLasts"/>, or has come in by a
    /// recovery code within that time, since who has lost the passkey makes a new one then.
    /// </summary>
    public async Task<Refusal?> RefuseAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (!(await authority.RolesOfAsync(accountId, cancellation)).Any(held => held.Role.IsOffice()))
            return null;
        var now = await work.NowAsync(cancellation);
        if (IsFresh(actor.PasskeyAt) || IsFresh(actor.RecoveredAt))
            return null;
        return Refusal.Of(await context.UserPasskeys.AnyAsync(passkey => passkey.UserId == accountId, cancellation) ? "StepUp.Needed" : "Passkey.OfficeFirst");

        bool IsFresh(DateTimeOffset? at) => at is { } shown && (now - shown).Duration() <= IAuthority.StepUpLasts;
    }
}
