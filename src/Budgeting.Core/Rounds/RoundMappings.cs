using Budgeting.Core.Regions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Rounds;

internal sealed class RoundMapping : IEntityTypeConfiguration<Round>
{
    public void Configure(EntityTypeBuilder<Round> table)
    {
        table.ToTable("rounds", check => check.HasCheckConstraint("ck_rounds_envelope", "envelope >= 0"));
        table.HasIndex(round => round.RegionId);
        table.HasOne<Region>().WithMany().HasForeignKey(round => round.RegionId).OnDelete(DeleteBehavior.Restrict);
        table.Ignore(round => round.Schedule);
        table.OwnsMany(round => round.Phases, phases =>
        {
            phases.ToTable("round_phases");
            phases.WithOwner().HasForeignKey("RoundId");
            phases.HasKey("RoundId", nameof(RoundPhase.Phase));
        });
        table.HasMany(round => round.Headings).WithOne().HasForeignKey(heading => heading.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.Navigation(round => round.Headings).AutoInclude();
    }
}

internal sealed class HeadingMapping : IEntityTypeConfiguration<Heading>
{
    public void Configure(EntityTypeBuilder<Heading> table)
    {
        table.ToTable("headings", check =>
        {
            check.HasCheckConstraint("ck_headings_amount", "amount > 0");
            check.HasCheckConstraint("ck_headings_maximum_choices", "maximum_choices > 0");
        });
        table.HasIndex(heading => new { heading.RoundId, heading.Position }).IsUnique();
        table.HasIndex(heading => heading.RegionId);
        table.HasOne<Region>().WithMany().HasForeignKey(heading => heading.RegionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class EnvelopeChangeMapping : IEntityTypeConfiguration<EnvelopeChange>
{
    public void Configure(EntityTypeBuilder<EnvelopeChange> table)
    {
        table.ToTable("envelope_changes", check => check.HasCheckConstraint("ck_envelope_changes_amount", "amount >= 0"));
        table.HasIndex(change => change.RoundId);
        table.HasOne<Round>().WithMany().HasForeignKey(change => change.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PhaseDutyEntryMapping : IEntityTypeConfiguration<PhaseDutyEntry>
{
    public void Configure(EntityTypeBuilder<PhaseDutyEntry> table)
    {
        table.ToTable("phase_duties");
        table.HasKey(entry => new { entry.RoundId, entry.Duty });
        table.Ignore(entry => entry.WaitsForPaper);
        table.HasIndex(entry => new { entry.CompletedAt, entry.DueAt });
        table.HasOne<Round>().WithMany().HasForeignKey(entry => entry.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}
