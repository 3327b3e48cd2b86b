using Budgeting.Core;
using Budgeting.Core.People;

namespace Budgeting.Silo.Regions;

/// <summary>
/// Powers by way of the grain that remembers who has been given any. From memory it only says no, which is what nearly everyone gets; a yes is
/// always the database's, so that a role taken away is gone at once whatever becomes of the telling.
/// </summary>
internal sealed class GrainAuthority([FromKeyedServices(Own.Key)] IAuthority own, Grains grains) : IAuthority
{
    public async Task<Refusal?> RefuseAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles) =>
        await MayHoldAsync(actor, regionId, roles, cancellation) ? await own.RefuseAsync(actor, regionId, cancellation, roles) : Refusal.Forbidden;

    public async Task<Refusal?> RefuseWithoutStepUpAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles) =>
        await MayHoldAsync(actor, regionId, roles, cancellation) ? await own.RefuseWithoutStepUpAsync(actor, regionId, cancellation, roles) : Refusal.Forbidden;

    public async Task<bool> HoldsAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles) =>
        await MayHoldAsync(actor, regionId, roles, cancellation) && await own.HoldsAsync(actor, regionId, cancellation, roles);

    public Task<Outcome<IReadOnlyList<long>>> RegionsAsync(Actor actor, CancellationToken cancellation, params IReadOnlyList<Role> roles) =>
        own.RegionsAsync(actor, cancellation, roles);

    public Task<IReadOnlyList<RoleHeld>> RolesOfAsync(long accountId, CancellationToken cancellation) => own.RolesOfAsync(accountId, cancellation);

    public Task<IReadOnlyList<RoleGiven>> GivenWithinAsync(long regionId, CancellationToken cancellation) => own.GivenWithinAsync(regionId, cancellation);

    // Whoever is no person, and what is no region, costs the service no query either.
    private async Task<bool> MayHoldAsync(Actor actor, long regionId, IReadOnlyList<Role> roles, CancellationToken cancellation) =>
        actor.AccountId is not { } accountId
        || await grains.RegionAsync(regionId, cancellation) is not { } region
        || await grains.AskAsync(region, grain => grain.MayHoldAsync(accountId, [.. roles]), () => Task.FromResult(true));
}
