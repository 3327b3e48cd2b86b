using Budgeting.Core.Database;
using Budgeting.Core.Tests;
using Budgeting.Silo.Cluster;
using Npgsql;

namespace Budgeting.Silo.Tests;

public sealed class ClusterTablesTests
{
    private const string Statement = "SELECT QueryText FROM orleans.OrleansQuery WHERE QueryKey = 'MembershipReadAllKey'";

    [Fact]
    public async Task A_silo_may_make_what_is_missing_and_needs_no_right_to_once_it_is_there()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        var user = $"silo_{Guid.NewGuid():n}";
        await SqlAsync(database, $"CREATE ROLE {user} LOGIN");
        try
        {
            var silo = new ClusterTables(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = user, Pooling = false }.ConnectionString);
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => silo.StartingAsync(default));

            // By one who may, and for the silo's user to read and write.
            await new ClusterTables(database.ConnectionString).StartingAsync(default);
            await SqlAsync(database, $"GRANT USAGE ON SCHEMA orleans TO {user}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orleans TO {user}");
            await silo.StartingAsync(default);

            // A schema made for it beforehand is enough as well.
            await SqlAsync(database, $"DROP SCHEMA orleans CASCADE; CREATE SCHEMA orleans AUTHORIZATION {user}");
            await silo.StartingAsync(default);
            Assert.NotNull(await SqlAsync(database, Statement));
        }
        finally
        {
            await SqlAsync(database, $"DROP OWNED BY {user} CASCADE; DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task A_statement_that_another_version_left_is_put_right_by_the_next_silo_that_starts()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        await new ClusterTables(database.ConnectionString).StartingAsync(default);
        var own = await SqlAsync(database, Statement);
        await SqlAsync(database, "UPDATE orleans.OrleansQuery SET QueryText = 'SELECT 1'");

        await new ClusterTables(database.ConnectionString).StartingAsync(default);

        Assert.Equal(own, await SqlAsync(database, Statement));
        Assert.Equal(0L, await SqlAsync(database, "SELECT count(*) FROM orleans.OrleansQuery WHERE QueryText = 'SELECT 1'"));
    }

    private static async Task<object?> SqlAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
