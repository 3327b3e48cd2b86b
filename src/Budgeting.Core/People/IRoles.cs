namespace Budgeting.Core.People;

/// <summary>Gives and takes roles, and tells who holds which. Administrators of a region do it, there and below; nobody for themselves.</summary>
/// <remarks>A role counts and ceases to count by the database's clock, at once and in the middle of a sign-in. What was taken stays on record.</remarks>
public interface IRoles
{
    /// <summary>Who holds what in a region: given there, and come down from the regions above. Administrators of the region may see it.</summary>
    /// <returns>The roles, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<RegionRoles>> InRegionAsync(Actor actor, long regionId, CancellationToken cancellation);

    /// <summary>One's own roles, those that have ended included, the newest first.</summary>
    Task<IReadOnlyList<GrantView>> OwnAsync(Actor actor, CancellationToken cancellation);

    /// <summary>One grant, for the administrators of its region.</summary>
    /// <returns>The grant, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<GrantView>> FindAsync(Actor actor, long grantId, CancellationToken cancellation);

    /// <summary>The account with an e-mail address, for administrators of any region and the platform.</summary>
    /// <returns>Its id, or <c>Role.NoAccount</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<long>> FindAccountAsync(Actor actor, string email, CancellationToken cancellation);

    /// <summary>Gives a person a role in a region. Administrators of the region may, and the platform. A passkey must have been shown just now.</summary>
    /// <returns>
    /// The grant's id, also that of the very same grant if it holds already; or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>,
    /// <c>Role.Oneself</c>, <c>Role.NoAccount</c>, <c>Role.Unconfirmed</c>, <c>Role.NoPasskey</c>, <c>Role.Unknown</c>, <c>Role.Reason</c>, <c>Role.EndPast</c>, <c>Role.HeldOtherwise</c> (it is held already, with another end).
    /// </returns>
    Task<Outcome<long>> GrantAsync(Actor actor, NewGrant grant, CancellationToken cancellation);

    /// <summary>Takes a role back. Administrators of its region may, and the platform. A passkey must have been shown just now.</summary>
    /// <returns>
    /// Done, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>, <c>Role.Reason</c>, <c>Role.NotHeld</c> (it has ended or was taken),
    /// <c>Role.LastAdministrator</c> (no other administrator of a root region would remain whose role has no end).
    /// </returns>
    Task<Outcome<Done>> RevokeAsync(Actor actor, long grantId, string reason, CancellationToken cancellation);
}

/// <summary>A role to give.</summary>
/// <param name="AccountId">To whom.</param>
/// <param name="Role">Which.</param>
/// <param name="RegionId">Where; it holds in the regions below too.</param>
/// <param name="Reason">Why: 3 to 500 characters.</param>
/// <param name="EndsAt">From when it counts no more; null when it has no end.</param>
public sealed record NewGrant(long AccountId, Role Role, long RegionId, string Reason, DateTimeOffset? EndsAt = null);

/// <summary>Whether a grant counts.</summary>
public enum GrantState
{
    /// <summary>It counts.</summary>
    Held,

    /// <summary>Its time is over.</summary>
    Ended,

    /// <summary>It was taken back.</summary>
    Revoked,
}

/// <summary>A role given to somebody, as shown.</summary>
/// <param name="Id">Its number.</param>
/// <param name="AccountId">Whose.</param>
/// <param name="Name">The name they show.</param>
/// <param name="Email">Their address; null when there is none.</param>
/// <param name="Role">The role.</param>
/// <param name="RegionId">Where.</param>
/// <param name="RegionName">The name of the region.</param>
/// <param name="GrantedAt">When it was given.</param>
/// <param name="GrantedBy">The name of who gave it; null for the platform's operator.</param>
/// <param name="Reason">Why.</param>
/// <param name="EndsAt">From when it counts no more; null when it has no end.</param>
/// <param name="RevokedAt">When it was taken; null when it was not.</param>
/// <param name="RevokedBy">The name of who took it; null for the operator.</param>
/// <param name="RevocationReason">Why it was taken.</param>
/// <param name="State">Whether it counts.</param>
public sealed record GrantView(
    long Id, long AccountId, string Name, string? Email, Role Role, long RegionId, LocalizedText RegionName, DateTimeOffset GrantedAt, string? GrantedBy,
    string Reason, DateTimeOffset? EndsAt, DateTimeOffset? RevokedAt, string? RevokedBy, string? RevocationReason, GrantState State);

/// <summary>Who holds what in a region.</summary>
/// <param name="Here">Given in the region and counting.</param>
/// <param name="Inherited">Given in regions above and counting.</param>
/// <param name="Past">Given in the region and over, the newest first.</param>
public sealed record RegionRoles(IReadOnlyList<GrantView> Here, IReadOnlyList<GrantView> Inherited, IReadOnlyList<GrantView> Past);
