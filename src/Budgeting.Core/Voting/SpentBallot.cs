using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>The commitment of a ballot that is no longer in the box. Triggers on the ballots write it, so that no path can forget to.</summary>
internal sealed class SpentBallot
{
    public long RoundId { get; init; }

    public required byte[] Commitment { get; init; }

    public required string Fate { get; init; }

    /// <summary>The act that cast it, which casts nothing any more; null where the act goes on, with other choices.</summary>
    public Guid? Attempt { get; init; }
}

internal sealed class SpentBallotMapping : IEntityTypeConfiguration<SpentBallot>
{
    public void Configure(EntityTypeBuilder<SpentBallot> table)
    {
        table.ToTable("spent_ballots");
        table.HasKey(ballot => new { ballot.RoundId, ballot.Commitment });
        table.HasIndex(ballot => new { ballot.RoundId, ballot.Attempt });
    }
}
