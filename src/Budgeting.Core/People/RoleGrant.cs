namespace Budgeting.Core.People;

internal sealed class RoleGrant
{
    public RoleGrant(long accountId, Role role, long regionId, DateTimeOffset grantedAt) =>
        (AccountId, Role, RegionId, GrantedAt) = (accountId, role, regionId, grantedAt);

    public long AccountId { get; private set; }

    public Role Role { get; private set; }

    public long RegionId { get; private set; }

    public DateTimeOffset GrantedAt { get; private set; }
}
