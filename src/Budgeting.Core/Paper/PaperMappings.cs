using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Paper;

/// <summary>The rules of the paper tables that the databases check, for mappings and migration alike.</summary>
internal static class PaperChecks
{
    public const string Papers = "papers >= 0";

    public const string State = "state IN ('Typing', 'Comparing', 'Clean')";

    public const string Number = "number >= 1";

    public const string Typing = "typing IN ('First', 'Second')";

    public const string ValidOrNot = "(choices IS NULL) <> (invalid_reason IS NULL)";

    public const string Reason =
        "invalid_reason IN ('Blank', 'Unreadable', 'OverBudget', 'TooManyChoices', 'UnknownProject', 'TwoPapersTogether', 'IdentifiesVoter', 'NotIssued', 'Other')";

    public const string Remark = "(remark IS NOT NULL) = (invalid_reason IS NOT NULL AND invalid_reason = 'Other')";

    public const string Committed = "(choices IS NULL) = (commitment IS NULL) AND (choices IS NULL) = (nonce IS NULL)";

    public const string Sum = "issued = counted + invalid + not_returned AND counted >= 0 AND invalid >= 0 AND not_returned >= 0 AND not_issued >= 0";

    public const string Explained = "not_returned = 0 OR reason IS NOT NULL";
}

internal sealed class PaperBatchMapping : IEntityTypeConfiguration<PaperBatch>
{
    public void Configure(EntityTypeBuilder<PaperBatch> table)
    {
        table.ToTable("paper_batches", check =>
        {
            check.HasCheckConstraint("ck_paper_batches_papers", PaperChecks.Papers);
            check.HasCheckConstraint("ck_paper_batches_state", PaperChecks.State);
        });
        table.HasIndex(batch => new { batch.RoundId, batch.Place }).IsUnique();
        table.HasOne<Round>().WithMany().HasForeignKey(batch => batch.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(batch => batch.OpenedById).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PaperEntryMapping : IEntityTypeConfiguration<PaperEntryRow>
{
    public void Configure(EntityTypeBuilder<PaperEntryRow> table)
    {
        table.ToTable("paper_entries", check =>
        {
            check.HasCheckConstraint("ck_paper_entries_number", PaperChecks.Number);
            check.HasCheckConstraint("ck_paper_entries_typing", PaperChecks.Typing);
            check.HasCheckConstraint("ck_paper_entries_valid_or_not", PaperChecks.ValidOrNot);
            check.HasCheckConstraint("ck_paper_entries_invalid_reason", PaperChecks.Reason);
            check.HasCheckConstraint("ck_paper_entries_remark", PaperChecks.Remark);
        });
        table.HasKey(entry => new { entry.BatchId, entry.Number, entry.Typing });
        // Two typings of a paper are by two clerks.
        table.HasIndex(entry => new { entry.BatchId, entry.Number, entry.ClerkId }).IsUnique();
        table.Ignore(entry => entry.Content);
        table.HasOne<PaperBatch>().WithMany().HasForeignKey(entry => entry.BatchId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(entry => entry.ClerkId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PaperSettlementMapping : IEntityTypeConfiguration<PaperSettlement>
{
    public void Configure(EntityTypeBuilder<PaperSettlement> table)
    {
        table.ToTable("paper_settlements", check =>
        {
            check.HasCheckConstraint("ck_paper_settlements_valid_or_not", PaperChecks.ValidOrNot);
            check.HasCheckConstraint("ck_paper_settlements_invalid_reason", PaperChecks.Reason);
            check.HasCheckConstraint("ck_paper_settlements_remark", PaperChecks.Remark);
        });
        table.HasKey(settlement => new { settlement.BatchId, settlement.Number });
        table.Ignore(settlement => settlement.Content);
        table.HasOne<PaperBatch>().WithMany().HasForeignKey(settlement => settlement.BatchId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(settlement => settlement.ById).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PaperBallotMapping : IEntityTypeConfiguration<PaperBallot>
{
    public void Configure(EntityTypeBuilder<PaperBallot> table)
    {
        table.ToTable("paper_ballots", check =>
        {
            check.HasCheckConstraint("ck_paper_ballots_valid_or_not", PaperChecks.ValidOrNot);
            check.HasCheckConstraint("ck_paper_ballots_invalid_reason", PaperChecks.Reason);
            check.HasCheckConstraint("ck_paper_ballots_committed", PaperChecks.Committed);
        });
        table.HasKey(ballot => new { ballot.BatchId, ballot.Number });
        table.HasIndex(ballot => new { ballot.RoundId, ballot.Commitment }).IsUnique();
        table.HasOne<PaperBatch>().WithMany().HasForeignKey(ballot => ballot.BatchId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Round>().WithMany().HasForeignKey(ballot => ballot.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PaperReconciliationMapping : IEntityTypeConfiguration<PaperReconciliationRow>
{
    public void Configure(EntityTypeBuilder<PaperReconciliationRow> table)
    {
        table.ToTable("paper_reconciliations", check =>
        {
            // More papers than were handed out cannot even be stored.
            check.HasCheckConstraint("ck_paper_reconciliations_sum", PaperChecks.Sum);
            check.HasCheckConstraint("ck_paper_reconciliations_explained", PaperChecks.Explained);
        });
        table.HasKey(row => row.RoundId);
        table.Property(row => row.RoundId).ValueGeneratedNever();
        table.HasOne<Round>().WithMany().HasForeignKey(row => row.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(row => row.ById).OnDelete(DeleteBehavior.Restrict);
    }
}
