using Budgeting.Core.Regions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.People;

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> table)
    {
        table.ToTable(check => check.HasCheckConstraint("ck_accounts_left", AccountChecks.Left));
        table.Property(account => account.DisplayName).HasMaxLength(60);
        table.Property(account => account.Language).HasMaxLength(2);
        table.HasIndex(account => account.HomeRegionId);
        table.HasOne<Region>().WithMany().HasForeignKey(account => account.HomeRegionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RoleGrantMapping : IEntityTypeConfiguration<RoleGrant>
{
    public void Configure(EntityTypeBuilder<RoleGrant> table)
    {
        table.ToTable("role_grants", check =>
        {
            check.HasCheckConstraint("ck_role_grants_not_oneself", RoleChecks.NotOneself);
            check.HasCheckConstraint("ck_role_grants_ends", RoleChecks.Ends);
            check.HasCheckConstraint("ck_role_grants_revoked", RoleChecks.Revoked);
        });
        table.HasIndex(grant => new { grant.AccountId, grant.Role, grant.RegionId }).IsUnique().HasFilter(RoleChecks.Endless);
        table.HasIndex(grant => grant.RegionId);
        table.HasIndex(grant => grant.GrantedById);
        table.HasIndex(grant => grant.RevokedById);
        table.HasOne<Account>().WithMany().HasForeignKey(grant => grant.AccountId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(grant => grant.GrantedById).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(grant => grant.RevokedById).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Region>().WithMany().HasForeignKey(grant => grant.RegionId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>What the database itself keeps of the rules of accounts.</summary>
internal static class AccountChecks
{
    /// <summary>Of somebody who has left nothing is kept that says who it was, or by which they could come in.</summary>
    public const string Left = "left_at IS NULL OR (user_name IS NULL AND normalized_user_name IS NULL AND email IS NULL AND normalized_email IS NULL"
        + " AND phone_number IS NULL AND home_region_id IS NULL)";
}

/// <summary>What the database itself keeps of the rules of roles.</summary>
internal static class RoleChecks
{
    /// <summary>Nobody grants themselves.</summary>
    public const string NotOneself = "granted_by_id IS NULL OR granted_by_id <> account_id";

    public const string Ends = "ends_at IS NULL OR ends_at > granted_at";

    public const string Revoked = "(revoked_at IS NULL) = (revocation_reason IS NULL) AND (revoked_by_id IS NULL OR revoked_at IS NOT NULL)";

    /// <summary>Of grants without an end a person has each once.</summary>
    public const string Endless = "revoked_at IS NULL AND ends_at IS NULL";
}
