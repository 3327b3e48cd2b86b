using Budgeting.Core.Regions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.People;

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> table)
    {
        table.Property(account => account.DisplayName).HasMaxLength(60);
        table.HasIndex(account => account.HomeRegionId);
        table.HasOne<Region>().WithMany().HasForeignKey(account => account.HomeRegionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RoleGrantMapping : IEntityTypeConfiguration<RoleGrant>
{
    public void Configure(EntityTypeBuilder<RoleGrant> table)
    {
        table.ToTable("role_grants");
        table.HasKey(grant => new { grant.AccountId, grant.Role, grant.RegionId });
        table.HasIndex(grant => grant.RegionId);
        table.HasOne<Account>().WithMany().HasForeignKey(grant => grant.AccountId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Region>().WithMany().HasForeignKey(grant => grant.RegionId).OnDelete(DeleteBehavior.Restrict);
    }
}
