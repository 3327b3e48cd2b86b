using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

internal sealed class RoleService(BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit, Outbox outbox) : IRoles
{
    // One lock for all: who the last administrator is can be said only while no other grant is being taken.
    internal const string Lock = "roles";

    public async Task<Outcome<RegionRoles>> InRegionAsync(Actor actor, long regionId, CancellationToken cancellation)
    {
        if (await authority.RefuseAsync(actor, regionId, cancellation, Role.Administrator) is { } refusal)
            return refusal;
        if (await context.Regions.FindAsync([regionId], cancellation) is not { } region)
            return Refusal.NotFound;
        var above = region.IdsFromRoot().ToList();
        var grants = await ViewsAsync(context.RoleGrants.Where(grant => above.Contains(grant.RegionId)), cancellation);
        return new RegionRoles(
            [.. grants.Where(grant => grant.RegionId == regionId && grant.State == GrantState.Held).OrderBy(grant => grant.Role).ThenBy(grant => grant.Name).ThenBy(grant => grant.Id)],
            [.. grants.Where(grant => grant.RegionId != regionId && grant.State == GrantState.Held)
                .OrderBy(grant => above.IndexOf(grant.RegionId)).ThenBy(grant => grant.Role).ThenBy(grant => grant.Name).ThenBy(grant => grant.Id)],
            [.. grants.Where(grant => grant.RegionId == regionId && grant.State != GrantState.Held)]);
    }

    public async Task<IReadOnlyList<GrantView>> OwnAsync(Actor actor, CancellationToken cancellation) =>
        actor.AccountId is { } accountId ? await ViewsAsync(context.RoleGrants.Where(grant => grant.AccountId == accountId), cancellation) : [];

    public async Task<Outcome<GrantView>> FindAsync(Actor actor, long grantId, CancellationToken cancellation)
    {
        if ((await ViewsAsync(context.RoleGrants.Where(grant => grant.Id == grantId), cancellation)) is not [var grant])
            return Refusal.NotFound;
        return await authority.RefuseAsync(actor, grant.RegionId, cancellation, Role.Administrator) is { } refusal ? refusal : grant;
    }

    public async Task<Outcome<long>> FindAccountAsync(Actor actor, string email, CancellationToken cancellation)
    {
        var administered = await authority.RegionsAsync(actor, cancellation, Role.Administrator);
        if (!administered.Granted)
            return Outcome<long>.Refused(administered.Refusals);
        // PostgreSQL takes no NUL; nobody's address has one.
        var normalized = email.Trim().Replace("\0", "", StringComparison.Ordinal).ToUpperInvariant();
        var found = await context.Users.Where(account => account.NormalizedEmail == normalized).Select(account => (long?)account.Id).FirstOrDefaultAsync(cancellation);
        return found is { } id ? id : Refusal.Of("Role.NoAccount", "Email");
    }

    public async Task<Outcome<long>> GrantAsync(Actor actor, NewGrant grant, CancellationToken cancellation)
    {
        if (await authority.RefuseWithoutStepUpAsync(actor, grant.RegionId, cancellation, Role.Administrator) is { } refusal)
            return refusal;
        if (actor.AccountId == grant.AccountId)
            return Refusal.Of("Role.Oneself");
        var refusals = new NewGrantValidator().Refusals(grant);
        if (refusals.Count > 0)
            return refusals;
        await using var transaction = await work.BeginAsync(Lock, cancellation);
        if (await context.Regions.FindAsync([grant.RegionId], cancellation) is null)
            return Refusal.NotFound;
        if (await context.Users.AsNoTracking().FirstOrDefaultAsync(account => account.Id == grant.AccountId, cancellation) is not { } account)
            return Refusal.Of("Role.NoAccount", "Email");
        if (grant.Role.IsOffice() && await RefuseOfficeAsync(actor, account, cancellation) is { } unready)
            return unready;
        var now = await work.NowAsync(cancellation);
        if (grant.EndsAt <= now)
            return Refusal.Of("Role.EndPast", nameof(NewGrant.EndsAt));
        var there = await context.RoleGrants.AsNoTracking()
            .Where(other => other.AccountId == grant.AccountId && other.Role == grant.Role && other.RegionId == grant.RegionId && other.RevokedAt == null)
            .ToListAsync(cancellation);
        if (there.Find(other => other.HoldsAt(now)) is { } held)
            return held.EndsAt == grant.EndsAt ? held.Id : Refusal.Of("Role.HeldOtherwise", nameof(NewGrant.Role));
        var given = new RoleGrant(grant, actor.AccountId, now);
        context.Add(given);
        await context.SaveChangesAsync(cancellation);
        await audit.AppendAsync(actor, "role.granted", Subject(grant.AccountId),
            new { GrantId = given.Id, Role = grant.Role.ToString(), grant.RegionId, given.Reason, grant.EndsAt }, cancellation);
        await transaction.CommitAsync(cancellation);
        return given.Id;
    }

    public async Task<Outcome<Done>> RevokeAsync(Actor actor, long grantId, string reason, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(Lock, cancellation);
        if (await context.RoleGrants.FirstOrDefaultAsync(grant => grant.Id == grantId, cancellation) is not { } grant)
            return Refusal.NotFound;
        if (await authority.RefuseWithoutStepUpAsync(actor, grant.RegionId, cancellation, Role.Administrator) is { } refusal)
            return refusal;
        var refusals = new RevocationValidator().Refusals(new(reason));
        if (refusals.Count > 0)
            return refusals;
        if (await IsLastAdministratorAsync(grant, cancellation))
            return Refusal.Of("Role.LastAdministrator");
        var revoked = grant.Revoke(actor.AccountId, reason, await work.NowAsync(cancellation));
        if (!revoked.Granted)
            return revoked;
        await audit.AppendAsync(actor, "role.revoked", Subject(grant.AccountId),
            new { GrantId = grant.Id, Role = grant.Role.ToString(), grant.RegionId, Reason = grant.RevocationReason }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    /// <summary>
    /// Why an account is not ready for an office. It is chosen by its address, in which anybody may have opened it; and without a passkey the
    /// first one that somebody made, coming by a link from the mailbox, would have the office's powers.
    /// </summary>
    private async Task<Refusal?> RefuseOfficeAsync(Actor actor, Account account, CancellationToken cancellation)
    {
        if (!account.EmailConfirmed && outbox.Carries(MessageChannel.Email))
            return Refusal.Of("Role.Unconfirmed", "Email");
        // The operator may give the first roles in any order; the account then makes no passkey by itself.
        return actor != Actor.Platform && !await context.UserPasskeys.AnyAsync(passkey => passkey.UserId == account.Id, cancellation)
            ? Refusal.Of("Role.NoPasskey", "Email")
            : null;
    }

    // One whose role ends by itself is no successor: a root region would be left without anybody by the clock.
    private async Task<bool> IsLastAdministratorAsync(RoleGrant grant, CancellationToken cancellation) =>
        grant.Role == Role.Administrator
        && (await context.Regions.FindAsync([grant.RegionId], cancellation))!.ParentId is null
        && !await context.RoleGrants.AnyAsync(
            other => other.Id != grant.Id && other.RegionId == grant.RegionId && other.Role == Role.Administrator && other.RevokedAt == null && other.EndsAt == null
                && other.AccountId != grant.AccountId,
            cancellation);

    private async Task<IReadOnlyList<GrantView>> ViewsAsync(IQueryable<RoleGrant> grants, CancellationToken cancellation)
    {
        var found = await (
            from grant in grants.AsNoTracking()
            join account in context.Users on grant.AccountId equals account.Id
            join region in context.Regions on grant.RegionId equals region.Id
            orderby grant.Id descending
            select new
            {
                grant, account.DisplayName, account.Email, region.Name,
                GrantedBy = context.Users.Where(other => other.Id == grant.GrantedById).Select(other => other.DisplayName).FirstOrDefault(),
                RevokedBy = context.Users.Where(other => other.Id == grant.RevokedById).Select(other => other.DisplayName).FirstOrDefault(),
            }).ToListAsync(cancellation);
        var now = await work.NowAsync(cancellation);
        return [.. found.Select(row => new GrantView(
            row.grant.Id, row.grant.AccountId, row.DisplayName, row.Email, row.grant.Role, row.grant.RegionId, row.Name, row.grant.GrantedAt, row.GrantedBy,
            row.grant.Reason, row.grant.EndsAt, row.grant.RevokedAt, row.RevokedBy, row.grant.RevocationReason, row.grant.StateAt(now)))];
    }

    private static string Subject(long accountId) => $"account {accountId}";
}

internal sealed class NewGrantValidator : AbstractValidator<NewGrant>
{
    public NewGrantValidator()
    {
        RuleFor(grant => grant.Role).IsInEnum().WithErrorCode("Role.Unknown");
        RuleFor(grant => grant.Reason).Text(3, 500, "Role.Reason", lines: true);
    }
}

internal sealed record Revocation(string Reason);

internal sealed class RevocationValidator : AbstractValidator<Revocation>
{
    public RevocationValidator() => RuleFor(revocation => revocation.Reason).Text(3, 500, "Role.Reason", lines: true);
}
