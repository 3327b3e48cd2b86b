using Budgeting.Core.Electorate;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Rules and registers of electorates, the codes and accounts that prove entries, and counts of attempts.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0002_electorate")]
internal sealed class Electorates : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        migration.CreateTable("electorates", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Basis = table.Column<string>(name: "basis"),
            MinimumAge = table.Column<int>(name: "minimum_age", nullable: true),
            AgeOn = table.Column<DateOnly>(name: "age_on", nullable: true),
            Regions = table.Column<string>(name: "regions", type: sqlite ? "TEXT" : "bigint[]"),
            PublishesBands = table.Column<bool>(name: "publishes_bands"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_electorates", row => row.RoundId);
            table.CheckConstraint("ck_electorates_age_with_register", StoredElectorateMapping.AgeWithRegister);
            table.ForeignKey("fk_electorates_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("electors", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            Identifier = table.Column<byte[]>(name: "identifier"),
            BirthYear = table.Column<int>(name: "birth_year"),
            OfAge = table.Column<bool>(name: "of_age"),
            RegionId = table.Column<long>(name: "region_id"),
            Language = table.Column<string>(name: "language"),
            IsProtected = table.Column<bool>(name: "is_protected"),
            HasLeft = table.Column<bool>(name: "has_left"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_electors", row => row.Id);
            table.ForeignKey("fk_electors_round_id", row => row.RoundId, "electorates", "round_id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_electors_region_id", row => row.RegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_electors_round_id_identifier", "electors", ["round_id", "identifier"], unique: true);
        migration.CreateIndex("ix_electors_region_id", "electors", "region_id");

        migration.CreateTable("elector_codes", table => new
        {
            ElectorId = table.Column<long>(name: "elector_id"),
            Kind = table.Column<string>(name: "kind"),
            Code = table.Column<byte[]>(name: "code"),
            ExpiresAt = table.Column<DateTimeOffset>(name: "expires_at", type: instant, nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_elector_codes", row => new { row.ElectorId, row.Kind });
            table.CheckConstraint("ck_elector_codes_one_time_expires", ElectorCodeMapping.OneTimeExpires);
            table.ForeignKey("fk_elector_codes_elector_id", row => row.ElectorId, "electors", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_elector_codes_code", "elector_codes", "code", unique: true);
        migration.CreateIndex("ix_elector_codes_expires_at", "elector_codes", "expires_at");

        migration.CreateTable("elector_accounts", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            AccountId = table.Column<long>(name: "account_id"),
            ElectorId = table.Column<long>(name: "elector_id"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_elector_accounts", row => new { row.RoundId, row.AccountId });
            table.ForeignKey("fk_elector_accounts_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_elector_accounts_elector_id", row => row.ElectorId, "electors", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_elector_accounts_account_id", "elector_accounts", "account_id");
        migration.CreateIndex("ix_elector_accounts_elector_id", "elector_accounts", "elector_id", unique: true);

        migration.CreateTable("register_keys", table => new
        {
            Id = table.Column<int>(name: "id"),
            Protected = table.Column<string>(name: "protected"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_register_keys", row => row.Id);
            table.CheckConstraint("ck_register_keys_only_one", "id = 1");
        });

        migration.CreateTable("attempts", table => new
        {
            Subject = table.Column<byte[]>(name: "subject"),
            Count = table.Column<int>(name: "count"),
            WindowEnds = table.Column<long>(name: "window_ends"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_attempts", row => row.Subject);
        });
        migration.CreateIndex("ix_attempts_window_ends", "attempts", "window_ends");

        // Age and region were decided by the rule when the entries were made, and only years of birth are known since.
        const string changed = "OLD.basis <> NEW.basis OR OLD.minimum_age <> NEW.minimum_age OR OLD.age_on <> NEW.age_on OR OLD.regions <> NEW.regions";
        const string entries = "EXISTS (SELECT 1 FROM electors WHERE round_id = OLD.round_id)";
        const string refusal = "the rule of a register with entries does not change";
        if (sqlite)
        {
            migration.Sql($"""
                CREATE TRIGGER electorates_rule_stays BEFORE UPDATE ON electorates WHEN ({changed}) AND {entries}
                BEGIN SELECT RAISE(ABORT, '{refusal}'); END
                """);
        }
        else
        {
            migration.Sql($"""
                CREATE FUNCTION refuse_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF ({changed}) AND {entries} THEN
                        RAISE EXCEPTION '{refusal}';
                    END IF;
                    RETURN NEW;
                END $$
                """);
            migration.Sql("CREATE TRIGGER electorates_rule_stays BEFORE UPDATE ON electorates FOR EACH ROW EXECUTE FUNCTION refuse_rule_change()");
        }
    }
}
