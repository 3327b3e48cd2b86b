using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Verification;

/// <summary>What was fixed about a round's ballots when they were counted, to be published with the result.</summary>
internal sealed class StoredRecord
{
    public long RoundId { get; init; }

    /// <summary>How many ballots were counted: the leaves of the tree.</summary>
    public int Ballots { get; init; }

    public required byte[] Root { get; init; }

    /// <summary>What the published order was drawn with; null when no ballots are published.</summary>
    public byte[]? Seed { get; init; }

    public WithheldReason? Withheld { get; init; }

    public int CellSize { get; init; }

    public int MinimumVoters { get; init; }

    /// <summary>Whether any band is shown in the published ballots.</summary>
    public bool ShowsBands { get; init; }
}

/// <summary>The hash of a stretch of the tree's leaves, so that a path can be found without reading them all.</summary>
internal sealed class CommitmentChunk
{
    /// <summary>Leaves of every chunk but the last: a power of two, so that chunks are subtrees.</summary>
    public const int Size = 1024;

    public long RoundId { get; init; }

    /// <summary>From zero; its first leaf is the one at this times <see cref="Size"/>.</summary>
    public int Number { get; init; }

    /// <summary>The commitment that is its first leaf.</summary>
    public required byte[] First { get; init; }

    public required byte[] Hash { get; init; }
}

/// <summary>A ballot as published: what was chosen, and the band where its group is large enough.</summary>
internal sealed class PublishedBallot
{
    public long RoundId { get; init; }

    /// <summary>Its place in the published order, see <see cref="BallotPublication.ShuffleKey"/>.</summary>
    public required byte[] ShuffleKey { get; init; }

    public required string Choices { get; init; }

    public string? Band { get; init; }
}

internal sealed class StoredRecordMapping : IEntityTypeConfiguration<StoredRecord>
{
    public void Configure(EntityTypeBuilder<StoredRecord> table)
    {
        table.ToTable("round_records");
        table.HasKey(record => record.RoundId);
        table.Property(record => record.RoundId).ValueGeneratedNever();
        table.HasOne<Round>().WithMany().HasForeignKey(record => record.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CommitmentChunkMapping : IEntityTypeConfiguration<CommitmentChunk>
{
    public void Configure(EntityTypeBuilder<CommitmentChunk> table)
    {
        table.ToTable("commitment_chunks");
        table.HasKey(chunk => new { chunk.RoundId, chunk.Number });
    }
}

internal sealed class PublishedBallotMapping : IEntityTypeConfiguration<PublishedBallot>
{
    public void Configure(EntityTypeBuilder<PublishedBallot> table)
    {
        table.ToTable("published_ballots");
        table.HasKey(ballot => new { ballot.RoundId, ballot.ShuffleKey });
    }
}
