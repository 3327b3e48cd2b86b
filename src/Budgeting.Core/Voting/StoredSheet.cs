using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>A frozen ballot sheet in its canonical form.</summary>
internal sealed class StoredSheet
{
    public long HeadingId { get; init; }

    public long RoundId { get; init; }

    public required string Canonical { get; init; }

    public required string Hash { get; init; }

    public DateTimeOffset FrozenAt { get; init; }
}

internal sealed class StoredSheetMapping : IEntityTypeConfiguration<StoredSheet>
{
    public void Configure(EntityTypeBuilder<StoredSheet> table)
    {
        table.ToTable("ballot_sheets");
        table.HasKey(sheet => sheet.HeadingId);
        table.Property(sheet => sheet.HeadingId).ValueGeneratedNever();
        table.HasIndex(sheet => sheet.RoundId);
        table.HasOne<Rounds.Heading>().WithMany().HasForeignKey(sheet => sheet.HeadingId).OnDelete(DeleteBehavior.Restrict);
    }
}
