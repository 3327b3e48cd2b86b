using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Moderation;

/// <summary>What the database itself keeps true of moderation.</summary>
internal static class ModerationChecks
{
    /// <summary>Nobody is judge of their own act.</summary>
    public const string DecidedByAnother = "decided_by_id IS NULL OR decided_by_id <> by_id";

    public const string Category = "kind = 'Keep' OR category IS NOT NULL";

    public const string AppealWhole = "(appealed_at IS NULL) = (appeal_words IS NULL) AND (appealed_at IS NULL OR kind <> 'Keep')";

    public const string DecisionWhole =
        "(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (act_stands IS NULL)"
        + " AND (decided_at IS NULL) = (decision_reason IS NULL) AND (decided_at IS NULL OR appealed_at IS NOT NULL)";
}

internal sealed class ModerationActMapping : IEntityTypeConfiguration<ModerationAct>
{
    public void Configure(EntityTypeBuilder<ModerationAct> table)
    {
        table.ToTable("moderation_acts", check =>
        {
            check.HasCheckConstraint("ck_moderation_acts_decided_by_another", ModerationChecks.DecidedByAnother);
            check.HasCheckConstraint("ck_moderation_acts_category", ModerationChecks.Category);
            check.HasCheckConstraint("ck_moderation_acts_appeal_whole", ModerationChecks.AppealWhole);
            check.HasCheckConstraint("ck_moderation_acts_decision_whole", ModerationChecks.DecisionWhole);
        });
        table.HasIndex(act => act.ProposalId);
        table.HasOne<Proposal>().WithMany().HasForeignKey(act => act.ProposalId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(act => act.ById).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(act => act.DecidedById).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ReportMapping : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> table)
    {
        table.ToTable("reports");
        table.HasIndex(report => new { report.ProposalId, report.ReporterId }).IsUnique();
        table.HasOne<Proposal>().WithMany().HasForeignKey(report => report.ProposalId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(report => report.ReporterId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<ModerationAct>().WithMany().HasForeignKey(report => report.ActId).OnDelete(DeleteBehavior.Restrict);
    }
}
