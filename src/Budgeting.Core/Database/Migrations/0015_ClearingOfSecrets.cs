using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>The duty to clear a destroyed secret, for rounds whose schedule was set before it was one. Of closed rounds too: it may have been given up.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0015_clearing_of_secrets")]
internal sealed class ClearingOfSecrets : Migration
{
    protected override void Up(MigrationBuilder migration) =>
        migration.Sql("INSERT INTO phase_duties (round_id, duty, due_at) SELECT round_id, 'ClearSecret', due_at FROM phase_duties WHERE duty = 'CloseVoting'");
}
