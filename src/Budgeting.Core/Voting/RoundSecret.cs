using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Voting;

/// <summary>The secret under which a round's voter keys are made, encrypted; destroyed when voting closes.</summary>
internal sealed class RoundSecret
{
    public long RoundId { get; init; }

    public required string Protected { get; init; }
}

internal sealed class RoundSecretMapping : IEntityTypeConfiguration<RoundSecret>
{
    public void Configure(EntityTypeBuilder<RoundSecret> table)
    {
        table.ToTable("round_secrets");
        table.HasKey(secret => secret.RoundId);
        table.Property(secret => secret.RoundId).ValueGeneratedNever();
        table.HasOne<Rounds.Round>().WithMany().HasForeignKey(secret => secret.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}
