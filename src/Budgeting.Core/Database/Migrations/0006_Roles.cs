using Budgeting.Core.Confirmations;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Roles with their history: who gave them, why and until when, and who took them back; and acts that take two people.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0006_roles")]
internal sealed class Roles : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        // A grant gets a number of its own in place of its key, which SQLite cannot change in a table that is there.
        migration.Sql("CREATE TABLE role_grants_before AS SELECT account_id, role, region_id, granted_at FROM role_grants");
        migration.DropTable("role_grants");
        migration.CreateTable("role_grants", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            AccountId = table.Column<long>(name: "account_id"),
            Role = table.Column<string>(name: "role"),
            RegionId = table.Column<long>(name: "region_id"),
            GrantedAt = table.Column<DateTimeOffset>(name: "granted_at", type: instant),
            GrantedById = table.Column<long>(name: "granted_by_id", nullable: true),
            Reason = table.Column<string>(name: "reason"),
            EndsAt = table.Column<DateTimeOffset>(name: "ends_at", type: instant, nullable: true),
            RevokedAt = table.Column<DateTimeOffset>(name: "revoked_at", type: instant, nullable: true),
            RevokedById = table.Column<long>(name: "revoked_by_id", nullable: true),
            RevocationReason = table.Column<string>(name: "revocation_reason", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_role_grants", row => row.Id);
            table.CheckConstraint("ck_role_grants_not_oneself", RoleChecks.NotOneself);
            table.CheckConstraint("ck_role_grants_ends", RoleChecks.Ends);
            table.CheckConstraint("ck_role_grants_revoked", RoleChecks.Revoked);
            table.ForeignKey("fk_role_grants_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_role_grants_granted_by_id", row => row.GrantedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_role_grants_revoked_by_id", row => row.RevokedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_role_grants_region_id", row => row.RegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_role_grants_account_id_role_region_id", "role_grants", ["account_id", "role", "region_id"], unique: true, filter: RoleChecks.Endless);
        migration.CreateIndex("ix_role_grants_region_id", "role_grants", "region_id");
        migration.CreateIndex("ix_role_grants_granted_by_id", "role_grants", "granted_by_id");
        migration.CreateIndex("ix_role_grants_revoked_by_id", "role_grants", "revoked_by_id");
        migration.Sql("""
            INSERT INTO role_grants (account_id, role, region_id, granted_at, reason)
            SELECT account_id, role, region_id, granted_at, '–' FROM role_grants_before ORDER BY granted_at, account_id, role, region_id
            """);
        migration.DropTable("role_grants_before");

        // What was given and taken stays as it was.
        migration.Sql(sqlite
            ? "CREATE TRIGGER role_grants_no_delete BEFORE DELETE ON role_grants BEGIN SELECT RAISE(ABORT, 'rows of role_grants are never deleted'); END"
            : "CREATE TRIGGER role_grants_no_delete BEFORE DELETE ON role_grants FOR EACH ROW EXECUTE FUNCTION refuse_change()");
        migration.Sql(sqlite
            ? "CREATE TRIGGER role_grants_no_update BEFORE UPDATE ON role_grants WHEN OLD.revoked_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a revoked role is never changed'); END"
            : "CREATE TRIGGER role_grants_no_update BEFORE UPDATE ON role_grants FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION refuse_change()");

        migration.CreateTable("confirmations", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            Act = table.Column<string>(name: "act"),
            Version = table.Column<string>(name: "version"),
            Amount = table.Column<long>(name: "amount", nullable: true),
            Reason = table.Column<string>(name: "reason"),
            AskedById = table.Column<long>(name: "asked_by_id"),
            AskedAt = table.Column<DateTimeOffset>(name: "asked_at", type: instant),
            ExpiresAt = table.Column<DateTimeOffset>(name: "expires_at", type: instant),
            Verdict = table.Column<string>(name: "verdict", nullable: true),
            DecidedById = table.Column<long>(name: "decided_by_id", nullable: true),
            DecidedAt = table.Column<DateTimeOffset>(name: "decided_at", type: instant, nullable: true),
            Remark = table.Column<string>(name: "remark", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_confirmations", row => row.Id);
            table.CheckConstraint("ck_confirmations_four_eyes", ConfirmationMapping.FourEyes);
            table.CheckConstraint("ck_confirmations_decided", ConfirmationMapping.Decided);
            table.CheckConstraint("ck_confirmations_amount", ConfirmationMapping.AmountOfEnvelope);
            table.ForeignKey("fk_confirmations_asked_by_id", row => row.AskedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_confirmations_decided_by_id", row => row.DecidedById, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_confirmations_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_confirmations_round_id_act", "confirmations", ["round_id", "act"], unique: true, filter: ConfirmationMapping.Open);
        migration.CreateIndex("ix_confirmations_asked_by_id", "confirmations", "asked_by_id");
        migration.CreateIndex("ix_confirmations_decided_by_id", "confirmations", "decided_by_id");

        migration.Sql(sqlite
            ? "CREATE TRIGGER confirmations_no_delete BEFORE DELETE ON confirmations BEGIN SELECT RAISE(ABORT, 'rows of confirmations are never deleted'); END"
            : "CREATE TRIGGER confirmations_no_delete BEFORE DELETE ON confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change()");
        migration.Sql(sqlite
            ? "CREATE TRIGGER confirmations_no_update BEFORE UPDATE ON confirmations WHEN OLD.verdict IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a decided confirmation is never changed'); END"
            : "CREATE TRIGGER confirmations_no_update BEFORE UPDATE ON confirmations FOR EACH ROW WHEN (OLD.verdict IS NOT NULL) EXECUTE FUNCTION refuse_change()");
        // No round is published without two people, whatever the program does.
        const string confirmed = "EXISTS (SELECT 1 FROM confirmations given WHERE given.round_id = NEW.round_id AND given.act = 'PublishResult' AND given.verdict = 'Confirmed')";
        if (sqlite)
        {
            migration.Sql($"""
                CREATE TRIGGER round_phases_published BEFORE INSERT ON round_phases WHEN NEW.phase = 'Published' AND NOT {confirmed} BEGIN
                    SELECT RAISE(ABORT, 'a round is published only once a second official has confirmed it');
                END
                """);
        }
        else
        {
            migration.Sql($"""
                CREATE FUNCTION refuse_unconfirmed() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NOT {confirmed} THEN
                        RAISE EXCEPTION 'a round is published only once a second official has confirmed it';
                    END IF;
                    RETURN NEW;
                END $$
                """);
            migration.Sql("CREATE TRIGGER round_phases_published BEFORE INSERT ON round_phases FOR EACH ROW WHEN (NEW.phase = 'Published') EXECUTE FUNCTION refuse_unconfirmed()");
        }
    }
}
