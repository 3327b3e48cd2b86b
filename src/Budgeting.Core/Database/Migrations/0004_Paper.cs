using Budgeting.Core.Paper;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Paper ballots: batches, both typings, settlements, final ballots, and the reconciliation.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0004_paper")]
internal sealed class PaperTables : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        migration.CreateTable("paper_batches", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            Place = table.Column<string>(name: "place"),
            Papers = table.Column<int>(name: "papers"),
            State = table.Column<string>(name: "state"),
            OpenedById = table.Column<long>(name: "opened_by_id"),
            OpenedAt = table.Column<DateTimeOffset>(name: "opened_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_batches", row => row.Id);
            table.CheckConstraint("ck_paper_batches_papers", PaperChecks.Papers);
            table.CheckConstraint("ck_paper_batches_state", PaperChecks.State);
            table.ForeignKey("fk_paper_batches_opened_by_id", row => row.OpenedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_paper_batches_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_paper_batches_opened_by_id", "paper_batches", "opened_by_id");
        migration.CreateIndex("ix_paper_batches_round_id_place", "paper_batches", ["round_id", "place"], unique: true);

        migration.CreateTable("paper_entries", table => new
        {
            BatchId = table.Column<long>(name: "batch_id"),
            Number = table.Column<int>(name: "number"),
            Typing = table.Column<string>(name: "typing"),
            ClerkId = table.Column<long>(name: "clerk_id"),
            Choices = table.Column<string>(name: "choices", nullable: true),
            InvalidReason = table.Column<string>(name: "invalid_reason", nullable: true),
            Remark = table.Column<string>(name: "remark", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_entries", row => new { row.BatchId, row.Number, row.Typing });
            table.CheckConstraint("ck_paper_entries_number", PaperChecks.Number);
            table.CheckConstraint("ck_paper_entries_typing", PaperChecks.Typing);
            table.CheckConstraint("ck_paper_entries_valid_or_not", PaperChecks.ValidOrNot);
            table.CheckConstraint("ck_paper_entries_invalid_reason", PaperChecks.Reason);
            table.CheckConstraint("ck_paper_entries_remark", PaperChecks.Remark);
            table.ForeignKey("fk_paper_entries_batch_id", row => row.BatchId, "paper_batches", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_paper_entries_clerk_id", row => row.ClerkId, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_paper_entries_batch_id_number_clerk_id", "paper_entries", ["batch_id", "number", "clerk_id"], unique: true);
        migration.CreateIndex("ix_paper_entries_clerk_id", "paper_entries", "clerk_id");

        migration.CreateTable("paper_settlements", table => new
        {
            BatchId = table.Column<long>(name: "batch_id"),
            Number = table.Column<int>(name: "number"),
            ById = table.Column<long>(name: "by_id"),
            Choices = table.Column<string>(name: "choices", nullable: true),
            InvalidReason = table.Column<string>(name: "invalid_reason", nullable: true),
            Remark = table.Column<string>(name: "remark", nullable: true),
            Note = table.Column<string>(name: "note"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_settlements", row => new { row.BatchId, row.Number });
            table.CheckConstraint("ck_paper_settlements_valid_or_not", PaperChecks.ValidOrNot);
            table.CheckConstraint("ck_paper_settlements_invalid_reason", PaperChecks.Reason);
            table.CheckConstraint("ck_paper_settlements_remark", PaperChecks.Remark);
            table.ForeignKey("fk_paper_settlements_batch_id", row => row.BatchId, "paper_batches", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_paper_settlements_by_id", row => row.ById, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_paper_settlements_by_id", "paper_settlements", "by_id");

        migration.CreateTable("paper_ballots", table => new
        {
            BatchId = table.Column<long>(name: "batch_id"),
            Number = table.Column<int>(name: "number"),
            RoundId = table.Column<long>(name: "round_id"),
            Choices = table.Column<string>(name: "choices", nullable: true),
            InvalidReason = table.Column<string>(name: "invalid_reason", nullable: true),
            Nonce = table.Column<byte[]>(name: "nonce", nullable: true),
            Commitment = table.Column<byte[]>(name: "commitment", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_ballots", row => new { row.BatchId, row.Number });
            table.CheckConstraint("ck_paper_ballots_valid_or_not", PaperChecks.ValidOrNot);
            table.CheckConstraint("ck_paper_ballots_invalid_reason", PaperChecks.Reason);
            table.CheckConstraint("ck_paper_ballots_committed", PaperChecks.Committed);
            table.ForeignKey("fk_paper_ballots_batch_id", row => row.BatchId, "paper_batches", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_paper_ballots_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_paper_ballots_round_id_commitment", "paper_ballots", ["round_id", "commitment"], unique: true);

        migration.CreateTable("paper_reconciliations", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Issued = table.Column<int>(name: "issued"),
            Counted = table.Column<int>(name: "counted"),
            Invalid = table.Column<int>(name: "invalid"),
            NotReturned = table.Column<int>(name: "not_returned"),
            NotIssued = table.Column<int>(name: "not_issued"),
            Reason = table.Column<string>(name: "reason", nullable: true),
            ById = table.Column<long>(name: "by_id"),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_reconciliations", row => row.RoundId);
            table.CheckConstraint("ck_paper_reconciliations_sum", PaperChecks.Sum);
            table.CheckConstraint("ck_paper_reconciliations_explained", PaperChecks.Explained);
            table.ForeignKey("fk_paper_reconciliations_by_id", row => row.ById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_paper_reconciliations_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_paper_reconciliations_by_id", "paper_reconciliations", "by_id");

        // What was reconciled stays as it was: its ballots do not change while it stands, and it stands once there is a result.
        if (sqlite)
        {
            foreach (var (change, row) in new[] { ("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD") })
            {
                migration.Sql($"""
                    CREATE TRIGGER paper_ballots_no_{change.ToLowerInvariant()} BEFORE {change} ON paper_ballots
                    WHEN EXISTS (SELECT 1 FROM paper_reconciliations reconciled WHERE reconciled.round_id = {row}.round_id) BEGIN
                        SELECT RAISE(ABORT, 'paper ballots of a reconciled round are never changed');
                    END
                    """);
            }
            foreach (var change in new[] { "UPDATE", "DELETE" })
            {
                migration.Sql($"""
                    CREATE TRIGGER paper_reconciliations_no_{change.ToLowerInvariant()} BEFORE {change} ON paper_reconciliations
                    WHEN EXISTS (SELECT 1 FROM results WHERE results.round_id = OLD.round_id) BEGIN
                        SELECT RAISE(ABORT, 'the reconciliation of a counted round is never changed');
                    END
                    """);
            }
        }
        else
        {
            migration.Sql("""
                CREATE FUNCTION refuse_change_of_reconciled() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF EXISTS (SELECT 1 FROM paper_reconciliations reconciled WHERE reconciled.round_id = COALESCE(OLD.round_id, NEW.round_id)) THEN
                        RAISE EXCEPTION 'paper ballots of a reconciled round are never changed';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                END $$
                """);
            migration.Sql("CREATE TRIGGER paper_ballots_no_change BEFORE INSERT OR UPDATE OR DELETE ON paper_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reconciled()");
            migration.Sql("""
                CREATE FUNCTION refuse_change_of_counted() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF EXISTS (SELECT 1 FROM results WHERE results.round_id = OLD.round_id) THEN
                        RAISE EXCEPTION 'the reconciliation of a counted round is never changed';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                END $$
                """);
            migration.Sql("CREATE TRIGGER paper_reconciliations_no_change BEFORE UPDATE OR DELETE ON paper_reconciliations FOR EACH ROW EXECUTE FUNCTION refuse_change_of_counted()");
        }
    }
}
