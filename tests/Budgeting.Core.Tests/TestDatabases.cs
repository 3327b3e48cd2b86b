using System.Reflection;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit.Sdk;
using Xunit.v3;

namespace Budgeting.Core.Tests;

/// <summary>The databases every data test runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>Runs a theory once on each database.</summary>
public sealed class EachDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<DatabaseKind>().Select(kind => new TheoryDataRow<DatabaseKind>(kind))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>A database of one test's own, empty, deleted afterwards.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Names a PostgreSQL server on which databases may be made; tests/run starts one and sets it.</summary>
    public const string ServerVariable = "BUDGETING_TEST_POSTGRES";

    private readonly string _name = $"budgeting_test_{Guid.NewGuid():n}";

    private readonly string? _server;

    private TestDatabase(DatabaseKind kind, string? server = null) => (Kind, _server) = (kind, server);

    public DatabaseKind Kind { get; }

    public string Provider => Kind == DatabaseKind.Sqlite ? "Sqlite" : "PostgreSQL";

    public string ConnectionString { get; private set; } = "";

    private string SqliteFile => Path.Combine(Path.GetTempPath(), _name + ".db");

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = new TestDatabase(kind);
        if (kind == DatabaseKind.Sqlite)
        {
            database.ConnectionString = new SqliteConnectionStringBuilder { DataSource = database.SqliteFile }.ConnectionString;
            return database;
        }
        var server = Environment.GetEnvironmentVariable(ServerVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(server), $"{ServerVariable} names no PostgreSQL server; tests/run starts one.");
        return await CreateOnAsync(server!);
    }

    /// <summary>A database on a PostgreSQL server that a test has started for itself.</summary>
    public static Task<TestDatabase> CreateOnAsync(string server) => CreateOnAsync(server, "template1");

    /// <summary>A copy of this database, which nobody may be using.</summary>
    public async Task<TestDatabase> CopyAsync()
    {
        if (Kind == DatabaseKind.PostgreSql)
            return await CreateOnAsync(_server!, _name);
        var copy = await CreateAsync(Kind);
        File.Copy(SqliteFile, copy.SqliteFile);
        return copy;
    }

    /// <summary>Ends the connections to it that are kept for later.</summary>
    public async Task LeaveAsync()
    {
        if (Kind == DatabaseKind.PostgreSql)
        {
            await ExecuteAsync(_server!, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name}'");
            return;
        }
        await using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static async Task<TestDatabase> CreateOnAsync(string server, string template)
    {
        var database = new TestDatabase(DatabaseKind.PostgreSql, server);
        database.ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = database._name, MaxPoolSize = 40 }.ConnectionString;
        await ExecuteAsync(server, $"CREATE DATABASE {database._name} TEMPLATE {template}");
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (Kind == DatabaseKind.Sqlite)
        {
            await LeaveAsync();
            // Beside it lie its log, the lock of migrations, and the jobs of servers that were killed.
            foreach (var file in Directory.EnumerateFiles(Path.GetTempPath(), _name + ".*"))
                File.Delete(file);
            return;
        }
        await using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync(_server!, $"DROP DATABASE {_name} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
