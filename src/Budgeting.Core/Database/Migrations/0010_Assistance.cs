using Budgeting.Core.Invitations;
using Budgeting.Core.Stations;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Stations, at which people vote one after another, summaries in plain language, counts of voters who were helped, and invitations to vote.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0010_assistance")]
internal sealed class Assistance : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        migration.CreateTable("stations", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            Name = table.Column<string>(name: "name"),
            OpenedById = table.Column<long>(name: "opened_by_id", nullable: true),
            OpenedAt = table.Column<DateTimeOffset>(name: "opened_at", type: instant),
            Code = table.Column<byte[]>(name: "code", nullable: true),
            CodeExpiresAt = table.Column<DateTimeOffset>(name: "code_expires_at", type: instant),
            Token = table.Column<byte[]>(name: "token", nullable: true),
            Pin = table.Column<byte[]>(name: "pin", nullable: true),
            ClosedAt = table.Column<DateTimeOffset>(name: "closed_at", type: instant, nullable: true),
            ClosedById = table.Column<long>(name: "closed_by_id", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_stations", row => row.Id);
            table.CheckConstraint("ck_stations_closed", StationMapping.ClosedOpensNothing);
            table.CheckConstraint("ck_stations_one_way_in", StationMapping.OneWayIn);
            table.ForeignKey("fk_stations_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_stations_opened_by_id", row => row.OpenedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_stations_closed_by_id", row => row.ClosedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_stations_round_id", "stations", "round_id");
        migration.CreateIndex("ix_stations_code", "stations", "code", unique: true);
        migration.CreateIndex("ix_stations_opened_by_id", "stations", "opened_by_id");
        migration.CreateIndex("ix_stations_closed_by_id", "stations", "closed_by_id");

        migration.CreateTable("round_plain_summaries", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Text = table.Column<string>(name: "text"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_round_plain_summaries", row => row.RoundId);
            table.ForeignKey("fk_round_plain_summaries_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("proposal_plain_summaries", table => new
        {
            ProposalId = table.Column<long>(name: "proposal_id"),
            Text = table.Column<string>(name: "text"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_proposal_plain_summaries", row => row.ProposalId);
            table.ForeignKey("fk_proposal_plain_summaries_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Cascade);
        });

        migration.CreateTable("assisted_rounds", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_assisted_rounds", row => row.RoundId);
            table.ForeignKey("fk_assisted_rounds_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("help_counts", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Helper = table.Column<string>(name: "helper"),
            Reason = table.Column<string>(name: "reason"),
            Count = table.Column<int>(name: "count"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_help_counts", row => new { row.RoundId, row.Helper, row.Reason });
            table.CheckConstraint("ck_help_counts_count", "count > 0");
            table.ForeignKey("fk_help_counts_round_id", row => row.RoundId, "assisted_rounds", "round_id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("elector_contacts", table => new
        {
            ElectorId = table.Column<long>(name: "elector_id"),
            Contact = table.Column<byte[]>(name: "contact", nullable: true),
            HasEmail = table.Column<bool>(name: "has_email"),
            HasPhone = table.Column<bool>(name: "has_phone"),
            Invited = table.Column<bool>(name: "invited"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_elector_contacts", row => row.ElectorId);
            table.CheckConstraint("ck_elector_contacts_kept_or_invited", ElectorContactMapping.KeptOrInvited);
            table.CheckConstraint("ck_elector_contacts_way_known", ElectorContactMapping.WayKnown);
            table.ForeignKey("fk_elector_contacts_elector_id", row => row.ElectorId, "electors", "id", onDelete: ReferentialAction.Cascade);
        });

        migration.CreateIndex("ix_elector_contacts_invited", "elector_contacts", "invited", filter: ElectorContactMapping.Kept);

        migration.CreateTable("invitations", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            PlannedById = table.Column<long>(name: "planned_by_id", nullable: true),
            SendsAt = table.Column<DateTimeOffset>(name: "sends_at", type: instant),
            RemindsAt = table.Column<DateTimeOffset>(name: "reminds_at", type: instant, nullable: true),
            WithCodes = table.Column<bool>(name: "with_codes"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_invitations", row => row.RoundId);
            table.CheckConstraint("ck_invitations_reminder_later", StoredInvitationMapping.ReminderLater);
            table.ForeignKey("fk_invitations_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_invitations_planned_by_id", row => row.PlannedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_invitations_planned_by_id", "invitations", "planned_by_id");

        migration.AddColumn<long>("round_id", "outgoing_messages", nullable: true);
        migration.CreateIndex("ix_outgoing_messages_round_id", "outgoing_messages", "round_id");
    }
}
