using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Database;

/// <summary>A key of the data-protection key ring, shared by all servers.</summary>
internal sealed class DataProtectionKey
{
    public long Id { get; init; }

    public required string Name { get; init; }

    public required string Xml { get; init; }
}

internal sealed class DataProtectionKeyMapping : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> table)
    {
        table.ToTable("data_protection_keys");
    }
}
