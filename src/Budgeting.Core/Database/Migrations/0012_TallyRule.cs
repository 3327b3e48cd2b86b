using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>How each heading is counted; those of before are counted as they were.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0012_tally_rule")]
internal sealed class TallyRules : Migration
{
    protected override void Up(MigrationBuilder migration) =>
        migration.AddColumn<string>("rule", "headings", nullable: false, defaultValue: "Greedy");
}
