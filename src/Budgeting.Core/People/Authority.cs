using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

internal sealed class Authority(BudgetingContext context, UnitOfWork work, AuditTrail audit) : IAuthority
{
    public async Task<bool> HoldsAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (actor == Actor.Platform)
            return true;
        if (actor.AccountId is not { } accountId || await context.Regions.FindAsync([regionId], cancellation) is not { } region)
            return false;
        var above = region.IdsFromRoot().ToList();
        return await context.RoleGrants.AnyAsync(
            grant => grant.AccountId == accountId && above.Contains(grant.RegionId) && roles.Contains(grant.Role), cancellation);
    }

    public async Task<IReadOnlyList<RoleHeld>> RolesOfAsync(long accountId, CancellationToken cancellation) =>
        await context.RoleGrants
            .Where(grant => grant.AccountId == accountId)
            .OrderBy(grant => grant.RegionId).ThenBy(grant => grant.Role)
            .Select(grant => new RoleHeld(grant.Role, grant.RegionId))
            .ToListAsync(cancellation);

    public async Task<long?> FindAccountAsync(string email, CancellationToken cancellation) =>
        await context.Users
            .Where(account => account.NormalizedEmail == email.ToUpperInvariant())
            .Select(account => (long?)account.Id)
            .FirstOrDefaultAsync(cancellation);

    public async Task<Outcome<Done>> GrantAsync(Actor actor, long accountId, Role role, long regionId, CancellationToken cancellation)
    {
        if (!await HoldsAsync(actor, regionId, cancellation, Role.Administrator))
            return Refusal.Forbidden;
        await using var transaction = await work.BeginAsync($"account {accountId}", cancellation);
        if (await context.Users.FindAsync([accountId], cancellation) is null || await context.Regions.FindAsync([regionId], cancellation) is null)
            return Refusal.NotFound;
        if (await context.RoleGrants.FindAsync([accountId, role, regionId], cancellation) is not null)
            return Done.It;
        context.Add(new RoleGrant(accountId, role, regionId, await work.NowAsync(cancellation)));
        await audit.AppendAsync(actor, "role.granted", $"account {accountId}", new { Role = role.ToString(), regionId }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }
}
