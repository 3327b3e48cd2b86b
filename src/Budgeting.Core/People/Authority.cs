using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

internal sealed class Authority(BudgetingContext context, UnitOfWork work) : IAuthority
{
    public async Task<Refusal?> RefuseAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (actor == Actor.Platform)
            return null;
        if (actor.AccountId is not { } accountId || await context.Regions.FindAsync([regionId], cancellation) is not { } region)
            return Refusal.Forbidden;
        var above = region.IdsFromRoot().ToList();
        return Refuse(actor, await HeldAsync(
            context.RoleGrants.Where(grant => grant.AccountId == accountId && above.Contains(grant.RegionId) && roles.Contains(grant.Role)), cancellation));
    }

    public async Task<Refusal?> RefuseWithoutStepUpAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (actor == Actor.Platform)
            return null;
        if (await RefuseAsync(actor, regionId, cancellation, roles) is { } refusal)
            return refusal;
        // A server whose clock is far ahead would else hand out passkeys that stay fresh for long.
        return actor.PasskeyAt is { } shown && (await work.NowAsync(cancellation) - shown).Duration() <= IAuthority.StepUpLasts
            ? null
            : Refusal.Of("StepUp.Needed");
    }

    public async Task<bool> HoldsAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles) =>
        await RefuseAsync(actor, regionId, cancellation, roles) is null;

    public async Task<Outcome<IReadOnlyList<long>>> RegionsAsync(Actor actor, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (actor == Actor.Platform)
            return Outcome.Of<IReadOnlyList<long>>(await context.Regions.Where(region => region.ParentId == null).Select(region => region.Id).ToListAsync(cancellation));
        if (actor.AccountId is not { } accountId)
            return Refusal.Forbidden;
        var held = await HeldAsync(context.RoleGrants.Where(grant => grant.AccountId == accountId && roles.Contains(grant.Role)), cancellation);
        return Refuse(actor, held) is { } refusal
            ? refusal
            : Outcome.Of<IReadOnlyList<long>>([.. held.Where(grant => Counts(actor, grant.Role)).Select(grant => grant.RegionId).Distinct()]);
    }

    public Task<IReadOnlyList<RoleHeld>> RolesOfAsync(long accountId, CancellationToken cancellation) =>
        HeldAsync(context.RoleGrants.Where(grant => grant.AccountId == accountId), cancellation);

    public async Task<IReadOnlyList<RoleGiven>> GivenWithinAsync(long regionId, CancellationToken cancellation) => await (
        from grant in context.RoleGrants
        join region in context.Regions on grant.RegionId equals region.Id
        from within in context.Regions
        where grant.RevokedAt == null && within.Id == regionId && region.Path.StartsWith(within.Path)
        select new RoleGiven(grant.AccountId, grant.Role)).Distinct().ToListAsync(cancellation);

    private static Refusal? Refuse(Actor actor, IReadOnlyList<RoleHeld> held) =>
        held.Count == 0 ? Refusal.Forbidden
        : held.Any(grant => Counts(actor, grant.Role)) ? null
        : Refusal.Of("Passkey.Needed");

    private static bool Counts(Actor actor, Role role) => actor.PasskeyAt is not null || !role.IsOffice();

    private async Task<IReadOnlyList<RoleHeld>> HeldAsync(IQueryable<RoleGrant> grants, CancellationToken cancellation)
    {
        var found = await grants.AsNoTracking().Where(grant => grant.RevokedAt == null)
            .OrderBy(grant => grant.RegionId).ThenBy(grant => grant.Role).ToListAsync(cancellation);
        // Few roles end by themselves: for the others the clock need not be asked.
        var now = found.Exists(grant => grant.EndsAt is not null) ? await work.NowAsync(cancellation) : DateTimeOffset.MinValue;
        return [.. found.Where(grant => grant.HoldsAt(now)).Select(grant => new RoleHeld(grant.Role, grant.RegionId)).Distinct()];
    }
}
