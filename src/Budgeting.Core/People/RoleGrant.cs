namespace Budgeting.Core.People;

/// <summary>A role given to an account. Its row stays when it is taken back.</summary>
internal sealed class RoleGrant
{
    private RoleGrant()
    {
    }

    public RoleGrant(NewGrant grant, long? grantedById, DateTimeOffset now)
    {
        (AccountId, Role, RegionId, EndsAt) = (grant.AccountId, grant.Role, grant.RegionId, grant.EndsAt);
        (Reason, GrantedById, GrantedAt) = (grant.Reason.Trim(), grantedById, now);
    }

    public long Id { get; private set; }

    public long AccountId { get; private set; }

    public Role Role { get; private set; }

    public long RegionId { get; private set; }

    public DateTimeOffset GrantedAt { get; private set; }

    public long? GrantedById { get; private set; }

    public string Reason { get; private set; } = "";

    public DateTimeOffset? EndsAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public long? RevokedById { get; private set; }

    public string? RevocationReason { get; private set; }

    public bool HoldsAt(DateTimeOffset now) => StateAt(now) == GrantState.Held;

    public GrantState StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? GrantState.Revoked
        : EndsAt <= now ? GrantState.Ended
        : GrantState.Held;

    public Outcome<Done> Revoke(long? byId, string reason, DateTimeOffset now)
    {
        if (!HoldsAt(now))
            return Refusal.Of("Role.NotHeld");
        (RevokedAt, RevokedById, RevocationReason) = (now, byId, reason.Trim());
        return Done.It;
    }
}
