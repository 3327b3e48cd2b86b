using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Lets sessions that clerks' codes began be ended, and what only marks a voter be taken from a ballot that stays in the box.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0014_vote_secrecy")]
internal sealed class VoteSecrecy : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.AddColumn<int>("pass_series", "electors", nullable: false, defaultValue: 0);

        // A ballot is replaced when its commitment is another.
        if (ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
        {
            migration.Sql("DROP TRIGGER ballots_replaced");
            migration.Sql("""
                CREATE TRIGGER ballots_replaced AFTER UPDATE ON ballots WHEN OLD.commitment IS NOT NULL AND OLD.commitment IS NOT NEW.commitment BEGIN
                    INSERT INTO spent_ballots (round_id, commitment, fate) VALUES (OLD.round_id, OLD.commitment, 'replaced');
                END
                """);
        }
        else
        {
            migration.Sql("""
                CREATE OR REPLACE FUNCTION keep_spent_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP = 'DELETE' THEN
                        INSERT INTO spent_ballots (round_id, commitment, fate) VALUES (OLD.round_id, OLD.commitment, 'withdrawn');
                    ELSIF OLD.commitment IS DISTINCT FROM NEW.commitment THEN
                        INSERT INTO spent_ballots (round_id, commitment, fate) VALUES (OLD.round_id, OLD.commitment, 'replaced');
                    END IF;
                    RETURN NULL;
                END $$
                """);
        }
    }
}
