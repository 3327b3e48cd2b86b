using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>A ballot in the box. Written and read by set-based SQL; mapped so that the schema is known in one place.</summary>
internal sealed class StoredBallotRow
{
    public long RoundId { get; init; }

    public required byte[] VoterKey { get; init; }

    /// <summary>Null, with nonce and commitment, where the voter was handed a paper ballot instead.</summary>
    public string? Choices { get; init; }

    public string? Band { get; init; }

    public byte[]? Nonce { get; init; }

    public byte[]? Commitment { get; init; }

    public Guid Attempt { get; init; }
}

internal sealed class StoredBallotRowMapping : IEntityTypeConfiguration<StoredBallotRow>
{
    public const string WholeOrPaper = "(choices IS NULL) = (commitment IS NULL) AND (choices IS NULL) = (nonce IS NULL)";

    public void Configure(EntityTypeBuilder<StoredBallotRow> table)
    {
        table.ToTable("ballots", check => check.HasCheckConstraint("ck_ballots_whole_or_paper", WholeOrPaper));
        // One voter, one ballot in a round, over all channels.
        table.HasKey(ballot => new { ballot.RoundId, ballot.VoterKey });
        table.HasIndex(ballot => new { ballot.RoundId, ballot.Commitment }).IsUnique();
        // No foreign key: it would look up and lock the round once a ballot, where the transaction has read it once. Sheets keep the round from being deleted.
    }
}
