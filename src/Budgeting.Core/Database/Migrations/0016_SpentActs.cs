using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>
/// Keeps the name of an act of casting whose ballot is no longer in the box, so that it cannot be sent again; shuts the box of a closed round;
/// shuts the one way around the triggers that SQLite has.
/// </summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0016_spent_acts")]
internal sealed class SpentActs : Migration
{
    private const string Closed = "the ballots of a closed round are never changed or taken out";

    protected override void Up(MigrationBuilder migration)
    {
        migration.AddColumn<Guid>("attempt", "spent_ballots", nullable: true);
        migration.CreateIndex("ix_spent_ballots_round_id_attempt", "spent_ballots", ["round_id", "attempt"]);

        if (ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
            GuardSqlite(migration);
        else
            GuardPostgres(migration);
    }

    private static void GuardSqlite(MigrationBuilder migration)
    {
        migration.Sql("DROP TRIGGER ballots_replaced");
        migration.Sql("DROP TRIGGER ballots_withdrawn");
        migration.Sql("""
            CREATE TRIGGER ballots_replaced AFTER UPDATE ON ballots WHEN OLD.commitment IS NOT NULL AND OLD.commitment IS NOT NEW.commitment BEGIN
                INSERT INTO spent_ballots (round_id, commitment, fate, attempt)
                VALUES (OLD.round_id, OLD.commitment, 'replaced', CASE WHEN OLD.attempt <> NEW.attempt THEN OLD.attempt END);
            END
            """);
        migration.Sql("""
            CREATE TRIGGER ballots_withdrawn AFTER DELETE ON ballots WHEN OLD.commitment IS NOT NULL BEGIN
                INSERT INTO spent_ballots (round_id, commitment, fate, attempt) VALUES (OLD.round_id, OLD.commitment, 'withdrawn', OLD.attempt);
            END
            """);
        foreach (var (change, row) in new[] { ("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD") })
        {
            migration.Sql($"""
                CREATE TRIGGER ballots_closed_{change.ToLowerInvariant()} BEFORE {change} ON ballots
                WHEN (SELECT ballots_at_closing FROM rounds WHERE id = {row}.round_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, '{Closed}'); END
                """);
        }
        foreach (var change in new[] { "UPDATE", "DELETE" })
            migration.Sql($"CREATE TRIGGER spent_ballots_no_{change.ToLowerInvariant()} BEFORE {change} ON spent_ballots BEGIN SELECT RAISE(ABORT, 'rows of spent_ballots are never changed or deleted'); END");
        // REPLACE deletes a row without its delete triggers being asked.
        foreach (var (table, key) in new[]
        {
            ("ballot_sheets", "heading_id = NEW.heading_id"), ("audit_entries", "id = NEW.id"), ("round_records", "round_id = NEW.round_id"),
            ("commitment_chunks", "round_id = NEW.round_id AND number = NEW.number"), ("published_ballots", "round_id = NEW.round_id AND shuffle_key = NEW.shuffle_key"),
            ("spent_ballots", "round_id = NEW.round_id AND commitment = NEW.commitment"),
        })
        {
            migration.Sql($"""
                CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})
                BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END
                """);
        }
    }

    private static void GuardPostgres(MigrationBuilder migration)
    {
        // What an act under way on another server did not see when it began, it meets here: it fails, and tried again it sees it.
        migration.Sql("""
            CREATE OR REPLACE FUNCTION keep_spent_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    INSERT INTO spent_ballots (round_id, commitment, fate, attempt) VALUES (OLD.round_id, OLD.commitment, 'withdrawn', OLD.attempt);
                ELSIF OLD.commitment IS DISTINCT FROM NEW.commitment THEN
                    IF EXISTS (SELECT 1 FROM spent_ballots WHERE round_id = NEW.round_id AND attempt = NEW.attempt) THEN
                        RAISE EXCEPTION 'this act of casting has been replaced or withdrawn' USING ERRCODE = 'serialization_failure';
                    END IF;
                    INSERT INTO spent_ballots (round_id, commitment, fate, attempt)
                    VALUES (OLD.round_id, OLD.commitment, 'replaced', CASE WHEN OLD.attempt <> NEW.attempt THEN OLD.attempt END);
                END IF;
                RETURN NULL;
            END $$
            """);
        migration.Sql($"""
            CREATE FUNCTION refuse_after_closing() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM rounds WHERE id = OLD.round_id AND ballots_at_closing IS NOT NULL) THEN
                    RAISE EXCEPTION '{Closed}';
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$
            """);
        migration.Sql("CREATE TRIGGER ballots_closed BEFORE UPDATE OR DELETE ON ballots FOR EACH ROW EXECUTE FUNCTION refuse_after_closing()");
        migration.Sql("CREATE TRIGGER spent_ballots_no_change BEFORE UPDATE OR DELETE ON spent_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change()");
        foreach (var table in new[] { "ballots", "spent_ballots" })
            migration.Sql($"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()");
    }
}
