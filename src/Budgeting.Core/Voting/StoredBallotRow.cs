using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>A ballot in the box. Written and read by set-based SQL; mapped so that the schema is known in one place.</summary>
internal sealed class StoredBallotRow
{
    public long RoundId { get; init; }

    public required string VoterKey { get; init; }

    public required string Choices { get; init; }

    public required string Receipt { get; init; }

    public Guid Attempt { get; init; }
}

internal sealed class StoredBallotRowMapping : IEntityTypeConfiguration<StoredBallotRow>
{
    public void Configure(EntityTypeBuilder<StoredBallotRow> table)
    {
        table.ToTable("ballots");
        // One voter, one ballot in a round, over all channels.
        table.HasKey(ballot => new { ballot.RoundId, ballot.VoterKey });
        table.HasIndex(ballot => new { ballot.RoundId, ballot.Receipt }).IsUnique();
        table.HasOne<Rounds.Round>().WithMany().HasForeignKey(ballot => ballot.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}
