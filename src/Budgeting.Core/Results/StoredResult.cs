using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Results;

/// <summary>The counted result of a heading, as JSON.</summary>
internal sealed class StoredResult
{
    public long HeadingId { get; init; }

    public long RoundId { get; init; }

    public required string Document { get; init; }

    public DateTimeOffset CountedAt { get; init; }
}

internal sealed class StoredResultMapping : IEntityTypeConfiguration<StoredResult>
{
    public void Configure(EntityTypeBuilder<StoredResult> table)
    {
        table.ToTable("results");
        table.HasKey(result => result.HeadingId);
        table.Property(result => result.HeadingId).ValueGeneratedNever();
        table.HasIndex(result => result.RoundId);
        table.HasOne<Rounds.Heading>().WithMany().HasForeignKey(result => result.HeadingId).OnDelete(DeleteBehavior.Restrict);
    }
}
