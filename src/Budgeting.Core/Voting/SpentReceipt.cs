using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>A receipt whose ballot is no longer in the box. Triggers on the ballots write it, so that no path can forget to.</summary>
internal sealed class SpentReceipt
{
    public long RoundId { get; init; }

    public required string Receipt { get; init; }

    public required string Fate { get; init; }
}

internal sealed class SpentReceiptMapping : IEntityTypeConfiguration<SpentReceipt>
{
    public void Configure(EntityTypeBuilder<SpentReceipt> table)
    {
        table.ToTable("spent_receipts");
        table.HasKey(receipt => new { receipt.RoundId, receipt.Receipt });
    }
}
