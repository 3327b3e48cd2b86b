using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>What makes a round verifiable from outside: the tree of commitments, the published ballots, salted audit entries.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0003_record")]
internal sealed class Record : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";

        migration.CreateTable("round_records", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Ballots = table.Column<int>(name: "ballots"),
            Root = table.Column<byte[]>(name: "root"),
            Seed = table.Column<byte[]>(name: "seed", nullable: true),
            Withheld = table.Column<string>(name: "withheld", nullable: true),
            CellSize = table.Column<int>(name: "cell_size"),
            MinimumVoters = table.Column<int>(name: "minimum_voters"),
            ShowsBands = table.Column<bool>(name: "shows_bands"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_round_records", row => row.RoundId);
            table.ForeignKey("fk_round_records_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("commitment_chunks", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Number = table.Column<int>(name: "number"),
            First = table.Column<byte[]>(name: "first"),
            Hash = table.Column<byte[]>(name: "hash"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_commitment_chunks", row => new { row.RoundId, row.Number });
        });

        migration.CreateTable("published_ballots", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            ShuffleKey = table.Column<byte[]>(name: "shuffle_key"),
            Choices = table.Column<string>(name: "choices"),
            Band = table.Column<string>(name: "band", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_published_ballots", row => new { row.RoundId, row.ShuffleKey });
        });

        migration.AddColumn<byte[]>("salt", "audit_entries", nullable: false, defaultValue: Array.Empty<byte>());
        migration.CreateIndex("ix_audit_entries_subject", "audit_entries", "subject");

        foreach (var written in new[] { "round_records", "commitment_chunks", "published_ballots" })
        {
            foreach (var change in new[] { "UPDATE", "DELETE" })
            {
                var name = $"{written}_no_{change.ToLowerInvariant()}";
                migration.Sql(sqlite
                    ? $"CREATE TRIGGER {name} BEFORE {change} ON {written} BEGIN SELECT RAISE(ABORT, 'rows of {written} are never changed or deleted'); END"
                    : $"CREATE TRIGGER {name} BEFORE {change} ON {written} FOR EACH ROW EXECUTE FUNCTION refuse_change()");
            }
        }
        // Triggers on rows do not see a table being emptied. SQLite has no such statement.
        foreach (var written in sqlite ? [] : new[] { "round_records", "commitment_chunks", "published_ballots", "ballot_sheets", "audit_entries" })
            migration.Sql($"CREATE TRIGGER {written}_no_truncate BEFORE TRUNCATE ON {written} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()");
    }
}
