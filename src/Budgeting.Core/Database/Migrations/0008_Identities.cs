using Budgeting.Core.Electorate;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>E-identifications of accounts, codes for the desk, what proved the links to entries, and claims to linked ones.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0008_identities")]
internal sealed class IdentityTables : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        // Of links that are there already it was not kept.
        migration.AddColumn<string>("proof", "elector_accounts", nullable: true);

        migration.CreateTable("account_identities", table => new
        {
            Subject = table.Column<byte[]>(name: "subject"),
            AccountId = table.Column<long>(name: "account_id"),
            Provider = table.Column<string>(name: "provider", maxLength: 40),
            IsProtected = table.Column<bool>(name: "is_protected"),
            LinkedAt = table.Column<DateTimeOffset>(name: "linked_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_identities", row => row.Subject);
            table.ForeignKey("fk_account_identities_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_account_identities_account_id_provider", "account_identities", ["account_id", "provider"], unique: true);

        migration.CreateTable("desk_codes", table => new
        {
            AccountId = table.Column<long>(name: "account_id"),
            Code = table.Column<byte[]>(name: "code"),
            ExpiresAt = table.Column<DateTimeOffset>(name: "expires_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_desk_codes", row => row.AccountId);
            table.ForeignKey("fk_desk_codes_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_desk_codes_code", "desk_codes", "code", unique: true);

        migration.CreateTable("link_claims", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            ElectorId = table.Column<long>(name: "elector_id"),
            AccountId = table.Column<long>(name: "account_id"),
            Proof = table.Column<string>(name: "proof"),
            RaisedAt = table.Column<DateTimeOffset>(name: "raised_at", type: instant),
            Decision = table.Column<string>(name: "decision", nullable: true),
            Reason = table.Column<string>(name: "reason", nullable: true),
            DecidedAt = table.Column<DateTimeOffset>(name: "decided_at", type: instant, nullable: true),
            DecidedById = table.Column<long>(name: "decided_by_id", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_link_claims", row => row.Id);
            table.CheckConstraint("ck_link_claims_decided_whole", LinkClaimMapping.DecidedWhole);
            table.CheckConstraint("ck_link_claims_not_oneself", LinkClaimMapping.NotOneself);
            table.ForeignKey("fk_link_claims_elector_id", row => row.ElectorId, "electors", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_link_claims_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_link_claims_decided_by_id", row => row.DecidedById, "accounts", "id", onDelete: ReferentialAction.SetNull);
        });
        migration.CreateIndex("ix_link_claims_elector_id_account_id", "link_claims", ["elector_id", "account_id"], unique: true, filter: LinkClaimMapping.Open);
        migration.CreateIndex("ix_link_claims_account_id", "link_claims", "account_id");
        migration.CreateIndex("ix_link_claims_decided_by_id", "link_claims", "decided_by_id");
    }
}
