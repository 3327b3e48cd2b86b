namespace Budgeting.Core.People;

/// <summary>
/// Says which roles a person holds where. Every service asks it before an administrative act, and it asks the database, so that a role
/// given or taken counts at once.
/// </summary>
/// <remarks>
/// The powers of an office (<see cref="Offices.IsOffice"/>) count only for an actor whose sign-in was by a passkey. Whoever holds the
/// role and came in by another way is refused with <c>Passkey.Needed</c>.
/// </remarks>
public interface IAuthority
{
    /// <summary>How long a passkey counts as shown just now.</summary>
    static readonly TimeSpan StepUpLasts = TimeSpan.FromMinutes(10);

    /// <summary>Why the actor may not act by one of the roles in a region; null when they may. A role holds in its region and below. The platform may do all.</summary>
    /// <returns>Null, or <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Refusal?> RefuseAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles);

    /// <summary>As <see cref="RefuseAsync"/>, for acts of weight: the passkey must have been shown within <see cref="StepUpLasts"/>.</summary>
    /// <returns>Null, or <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>.</returns>
    Task<Refusal?> RefuseWithoutStepUpAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles);

    /// <summary>Whether the actor may act by one of the roles in a region: <see cref="RefuseAsync"/> has nothing against it.</summary>
    Task<bool> HoldsAsync(Actor actor, long regionId, CancellationToken cancellation, params IReadOnlyList<Role> roles);

    /// <summary>The regions where the actor was given one of the roles; those below them are not listed. For the platform, the roots.</summary>
    /// <returns>The ids, at least one; or <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<IReadOnlyList<long>>> RegionsAsync(Actor actor, CancellationToken cancellation, params IReadOnlyList<Role> roles);

    /// <summary>The roles an account holds now, with the region of each, however its owner signed in: for showing links, not for deciding.</summary>
    Task<IReadOnlyList<RoleHeld>> RolesOfAsync(long accountId, CancellationToken cancellation);

    /// <summary>
    /// The accounts with a role in a region or below it that was given and not taken back, its time over or still to run. Who is not among them
    /// may do nothing there: that much a server can remember until a role is given. One query, as large as the region has officials.
    /// </summary>
    Task<IReadOnlyList<RoleGiven>> GivenWithinAsync(long regionId, CancellationToken cancellation);
}

/// <summary>A role somebody holds.</summary>
/// <param name="Role">The role.</param>
/// <param name="RegionId">Where.</param>
public sealed record RoleHeld(Role Role, long RegionId);

/// <summary>A role somebody was given, somewhere within a region.</summary>
/// <param name="AccountId">To whom.</param>
/// <param name="Role">The role.</param>
public sealed record RoleGiven(long AccountId, Role Role);
