using Budgeting.Core.Attachments;
using Budgeting.Core.Moderation;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Reports, what was done about them, appeals; attachments of proposals.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0007_moderation")]
internal sealed class ModerationTables : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        migration.AddColumn<DateTimeOffset>("hidden_at", "proposals", type: instant, nullable: true);
        if (sqlite)
        {
            // SQLite takes a check only together with a column.
            migration.Sql("ALTER TABLE proposals ADD COLUMN hidden_for TEXT NULL CONSTRAINT ck_proposals_hidden_for CHECK ((hidden_at IS NULL) = (hidden_for IS NULL))");
        }
        else
        {
            migration.AddColumn<string>("hidden_for", "proposals", nullable: true);
            migration.AddCheckConstraint("ck_proposals_hidden_for", "proposals", "(hidden_at IS NULL) = (hidden_for IS NULL)");
        }

        migration.CreateTable("moderation_acts", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            ProposalId = table.Column<long>(name: "proposal_id"),
            AttachmentId = table.Column<long>(name: "attachment_id", nullable: true),
            Kind = table.Column<string>(name: "kind"),
            Category = table.Column<string>(name: "category", nullable: true),
            Reason = table.Column<string>(name: "reason"),
            ById = table.Column<long>(name: "by_id"),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            AppealWords = table.Column<string>(name: "appeal_words", nullable: true),
            AppealedAt = table.Column<DateTimeOffset>(name: "appealed_at", type: instant, nullable: true),
            ActStands = table.Column<bool>(name: "act_stands", nullable: true),
            DecisionReason = table.Column<string>(name: "decision_reason", nullable: true),
            DecidedById = table.Column<long>(name: "decided_by_id", nullable: true),
            DecidedAt = table.Column<DateTimeOffset>(name: "decided_at", type: instant, nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_moderation_acts", row => row.Id);
            table.CheckConstraint("ck_moderation_acts_decided_by_another", ModerationChecks.DecidedByAnother);
            table.CheckConstraint("ck_moderation_acts_category", ModerationChecks.Category);
            table.CheckConstraint("ck_moderation_acts_appeal_whole", ModerationChecks.AppealWhole);
            table.CheckConstraint("ck_moderation_acts_decision_whole", ModerationChecks.DecisionWhole);
            table.ForeignKey("fk_moderation_acts_by_id", row => row.ById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_moderation_acts_decided_by_id", row => row.DecidedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_moderation_acts_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_moderation_acts_by_id", "moderation_acts", "by_id");
        migration.CreateIndex("ix_moderation_acts_decided_by_id", "moderation_acts", "decided_by_id");
        migration.CreateIndex("ix_moderation_acts_proposal_id", "moderation_acts", "proposal_id");

        migration.CreateTable("reports", table => new
        {
            ProposalId = table.Column<long>(name: "proposal_id"),
            ReporterId = table.Column<long>(name: "reporter_id"),
            AttachmentId = table.Column<long>(name: "attachment_id", nullable: true),
            Category = table.Column<string>(name: "category"),
            Words = table.Column<string>(name: "words", nullable: true),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            ActId = table.Column<long>(name: "act_id", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_reports", row => new { row.ProposalId, row.ReporterId });
            table.ForeignKey("fk_reports_act_id", row => row.ActId, "moderation_acts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_reports_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_reports_reporter_id", row => row.ReporterId, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_reports_act_id", "reports", "act_id");
        migration.CreateIndex("ix_reports_reporter_id", "reports", "reporter_id");

        migration.CreateTable("attachments", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            ProposalId = table.Column<long>(name: "proposal_id"),
            Position = table.Column<int>(name: "position"),
            Type = table.Column<string>(name: "type"),
            Description = table.Column<string>(name: "description"),
            Length = table.Column<int>(name: "length"),
            Hash = table.Column<byte[]>(name: "hash"),
            Width = table.Column<int>(name: "width", nullable: true),
            Height = table.Column<int>(name: "height", nullable: true),
            AddedAt = table.Column<DateTimeOffset>(name: "added_at", type: instant),
            HiddenAt = table.Column<DateTimeOffset>(name: "hidden_at", type: instant, nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_attachments", row => row.Id);
            table.CheckConstraint("ck_attachments_position", AttachmentChecks.Position);
            table.CheckConstraint("ck_attachments_length", AttachmentChecks.Length);
            table.CheckConstraint("ck_attachments_description", AttachmentChecks.Description);
            table.CheckConstraint("ck_attachments_size", AttachmentChecks.Size);
            table.ForeignKey("fk_attachments_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_attachments_proposal_id_hash", "attachments", ["proposal_id", "hash"], unique: true);
        migration.CreateIndex("ix_attachments_proposal_id_position", "attachments", ["proposal_id", "position"], unique: true);

        migration.CreateTable("attachment_pieces", table => new
        {
            AttachmentId = table.Column<long>(name: "attachment_id"),
            Number = table.Column<int>(name: "number"),
            Bytes = table.Column<byte[]>(name: "bytes"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_attachment_pieces", row => new { row.AttachmentId, row.Number });
            table.ForeignKey("fk_attachment_pieces_attachment_id", row => row.AttachmentId, "attachments", "id", onDelete: ReferentialAction.Cascade);
        });
    }
}
