using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Regions;

internal sealed class RegionMapping : IEntityTypeConfiguration<Region>
{
    public void Configure(EntityTypeBuilder<Region> table)
    {
        table.ToTable("regions");
        table.HasIndex(region => region.Slug).IsUnique();
        table.HasIndex(region => region.ParentId);
        table.HasOne<Region>().WithMany().HasForeignKey(region => region.ParentId).OnDelete(DeleteBehavior.Restrict);
    }
}
