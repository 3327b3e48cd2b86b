using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Rights over one's own data: accounts whose owners have left, former voters, reports whose reporters are forgotten.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0009_my_pages")]
internal sealed class MyPages : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        migration.AddColumn<string>("language", "accounts", maxLength: 2, nullable: true);
        migration.AddColumn<DateTimeOffset>("seen_on", "accounts", type: instant, nullable: true);
        migration.AddColumn<DateTimeOffset>("warned_at", "accounts", type: instant, nullable: true);
        if (sqlite)
        {
            // SQLite takes a check only together with a column.
            migration.Sql($"ALTER TABLE accounts ADD COLUMN left_at INTEGER NULL CONSTRAINT ck_accounts_left CHECK ({AccountChecks.Left})");
        }
        else
        {
            migration.AddColumn<DateTimeOffset>("left_at", "accounts", type: instant, nullable: true);
            migration.AddCheckConstraint("ck_accounts_left", "accounts", AccountChecks.Left);
        }

        migration.CreateTable("former_voters", table => new
        {
            AccountId = table.Column<long>(name: "account_id"),
            Address = table.Column<byte[]>(name: "address"),
            LeftAt = table.Column<DateTimeOffset>(name: "left_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_former_voters", row => row.AccountId);
            table.ForeignKey("fk_former_voters_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_former_voters_address", "former_voters", "address");

        migration.CreateTable("retention_runs", table => new
        {
            Task = table.Column<string>(name: "task"),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            Rows = table.Column<int>(name: "rows"),
        }, constraints: table => table.PrimaryKey("pk_retention_runs", row => row.Task));

        // A report gets a number of its own in place of its key, which SQLite cannot change in a table that is there.
        migration.Sql("CREATE TABLE reports_before AS SELECT proposal_id, reporter_id, attachment_id, category, words, at, act_id FROM reports");
        migration.DropTable("reports");
        migration.CreateTable("reports", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            ProposalId = table.Column<long>(name: "proposal_id"),
            ReporterId = table.Column<long>(name: "reporter_id", nullable: true),
            AttachmentId = table.Column<long>(name: "attachment_id", nullable: true),
            Category = table.Column<string>(name: "category"),
            Words = table.Column<string>(name: "words", nullable: true),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            ActId = table.Column<long>(name: "act_id", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_reports", row => row.Id);
            table.ForeignKey("fk_reports_act_id", row => row.ActId, "moderation_acts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_reports_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_reports_reporter_id", row => row.ReporterId, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_reports_act_id", "reports", "act_id");
        migration.CreateIndex("ix_reports_proposal_id_reporter_id", "reports", ["proposal_id", "reporter_id"], unique: true);
        migration.CreateIndex("ix_reports_reporter_id", "reports", "reporter_id");
        migration.Sql("""
            INSERT INTO reports (proposal_id, reporter_id, attachment_id, category, words, at, act_id)
            SELECT proposal_id, reporter_id, attachment_id, category, words, at, act_id FROM reports_before ORDER BY at, proposal_id, reporter_id
            """);
        migration.DropTable("reports_before");
    }
}
