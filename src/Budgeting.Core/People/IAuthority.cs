namespace Budgeting.Core.People;

/// <summary>Says which roles a person holds where. Every service asks it before an administrative act.</summary>
public interface IAuthority
{
    /// <summary>Whether the actor holds one of the roles in the region or in one above it. The platform holds all.</summary>
    Task<bool> HoldsAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles);

    /// <summary>The roles an account holds, with the region of each.</summary>
    Task<IReadOnlyList<RoleHeld>> RolesOfAsync(long accountId, CancellationToken cancellation);

    /// <summary>The account with an e-mail address; null when there is none.</summary>
    Task<long?> FindAccountAsync(string email, CancellationToken cancellation);

    /// <summary>Gives a person a role in a region. Administrators of the region may, and the platform.</summary>
    /// <returns>Done (also when it was held before), or <c>Forbidden</c> or <c>NotFound</c>.</returns>
    Task<Outcome<Done>> GrantAsync(Actor actor, long accountId, Role role, long regionId, CancellationToken cancellation);
}

/// <summary>A role somebody holds.</summary>
/// <param name="Role">The role.</param>
/// <param name="RegionId">Where.</param>
public sealed record RoleHeld(Role Role, long RegionId);
