using Budgeting.Core.Following;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Who follows what, what they are told, and how far they have been told.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0011_following")]
internal sealed class FollowingTables : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var instant = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite" ? "INTEGER" : "timestamp with time zone";

        migration.AddColumn<string>("news", "accounts", nullable: true);

        migration.CreateTable("follows", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            AccountId = table.Column<long>(name: "account_id"),
            RoundId = table.Column<long>(name: "round_id"),
            ProposalId = table.Column<long>(name: "proposal_id", nullable: true),
            Choice = table.Column<string>(name: "choice"),
            Chosen = table.Column<bool>(name: "chosen"),
            ToldTo = table.Column<long>(name: "told_to"),
            FollowedAt = table.Column<DateTimeOffset>(name: "followed_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_follows", row => row.Id);
            table.ForeignKey("fk_follows_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_follows_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_follows_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_follows_account_id_proposal_id", "follows", ["account_id", "proposal_id"], unique: true);
        migration.CreateIndex("ix_follows_account_id_round_id", "follows", ["account_id", "round_id"], unique: true, filter: FollowMapping.OfRound);
        migration.CreateIndex("ix_follows_proposal_id_choice_told_to", "follows", ["proposal_id", "choice", "told_to"]);
        migration.CreateIndex("ix_follows_round_id_choice_told_to", "follows", ["round_id", "choice", "told_to"]);

        migration.CreateTable("news", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            ProposalId = table.Column<long>(name: "proposal_id", nullable: true),
            Kind = table.Column<string>(name: "kind"),
            Phase = table.Column<string>(name: "phase", nullable: true),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_news", row => row.Id);
            table.CheckConstraint("ck_news_phase", NewsItemMapping.WithPhase);
            table.CheckConstraint("ck_news_proposal", NewsItemMapping.OfProposal);
            table.ForeignKey("fk_news_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_news_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_news_at", "news", "at");
        migration.CreateIndex("ix_news_proposal_id", "news", "proposal_id");
        migration.CreateIndex("ix_news_round_id_phase", "news", ["round_id", "phase"], unique: true);
        migration.CreateIndex("ix_news_round_id_proposal_id_id", "news", ["round_id", "proposal_id", "id"]);

        migration.CreateTable("news_runs", table => new
        {
            Choice = table.Column<string>(name: "choice"),
            ToldId = table.Column<long>(name: "told_id"),
            UntilId = table.Column<long>(name: "until_id"),
            DueAt = table.Column<DateTimeOffset>(name: "due_at", type: instant, nullable: true),
            FinishedAt = table.Column<DateTimeOffset>(name: "finished_at", type: instant, nullable: true),
            Messages = table.Column<long>(name: "messages"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_news_runs", row => row.Choice);
            table.CheckConstraint("ck_news_runs_told", "told_id <= until_id");
        });
    }
}
