using Budgeting.Core.Database;
using Npgsql;

namespace Budgeting.Silo.Cluster;

/// <summary>
/// Makes the tables in which silos find each other, before the silo starts. They are those that Orleans' ADO.NET membership reads and writes
/// through statements kept in the database, in a schema of their own. Only what is missing is made, and only a statement that differs is written:
/// once all is there, the silo's user needs no right to make anything.
/// </summary>
/// <remarks>Each statement does the whole of its step or nothing, and answers with the number of rows; a version that has moved on meanwhile makes it nothing.</remarks>
internal sealed class ClusterTables(string connectionString) : IHostedLifecycleService
{
    private const string Schema = "orleans";

    // In the order in which they need each other. "IF NOT EXISTS" would ask for the right to make even what is there.
    private static readonly IReadOnlyList<(string IsThere, string Make)> Parts =
    [
        ("to_regnamespace('orleans') IS NOT NULL", "CREATE SCHEMA orleans"),
        ("to_regclass('orleans.OrleansQuery') IS NOT NULL", """
            CREATE TABLE orleans.OrleansQuery (
                QueryKey varchar(64) PRIMARY KEY,
                QueryText varchar(8000) NOT NULL)
            """),
        ("to_regclass('orleans.OrleansMembershipVersionTable') IS NOT NULL", """
            CREATE TABLE orleans.OrleansMembershipVersionTable (
                DeploymentId varchar(150) PRIMARY KEY,
                Timestamp timestamptz(3) NOT NULL DEFAULT now(),
                Version integer NOT NULL DEFAULT 0)
            """),
        ("to_regclass('orleans.OrleansMembershipTable') IS NOT NULL", """
            CREATE TABLE orleans.OrleansMembershipTable (
                DeploymentId varchar(150) NOT NULL REFERENCES orleans.OrleansMembershipVersionTable,
                Address varchar(45) NOT NULL,
                Port integer NOT NULL,
                Generation integer NOT NULL,
                SiloName varchar(150) NOT NULL,
                HostName varchar(150) NOT NULL,
                Status integer NOT NULL,
                ProxyPort integer,
                SuspectTimes varchar(8000),
                StartTime timestamptz(3) NOT NULL,
                IAmAliveTime timestamptz(3) NOT NULL,
                PRIMARY KEY (DeploymentId, Address, Port, Generation))
            """),
    ];

    private const string ThisSilo = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    private const string Rows = """
        SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
        FROM OrleansMembershipVersionTable v
        LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
        """;

    private static readonly IReadOnlyDictionary<string, string> Statements = new Dictionary<string, string>
    {
        ["InsertMembershipVersionKey"] = """
            WITH made AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM made
            """,
        ["InsertMembershipKey"] = $"""
            WITH moved AS (
                UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
                WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (SELECT FROM OrleansMembershipTable WHERE {ThisSilo})
                RETURNING DeploymentId),
            made AS (
                INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
                SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
                RETURNING 1)
            SELECT count(*)::integer FROM made
            """,
        ["UpdateMembershipKey"] = $"""
            WITH moved AS (
                UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
                WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (SELECT FROM OrleansMembershipTable WHERE {ThisSilo})
                RETURNING 1),
            changed AS (
                UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
                WHERE {ThisSilo} AND EXISTS (SELECT FROM moved)
                RETURNING 1)
            SELECT count(*)::integer FROM changed
            """,
        ["UpdateIAmAlivetimeKey"] = $"UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime WHERE {ThisSilo}",
        ["MembershipReadRowKey"] = $"{Rows} AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation WHERE v.DeploymentId = @DeploymentId",
        ["MembershipReadAllKey"] = $"{Rows} WHERE v.DeploymentId = @DeploymentId",
        ["GatewaysQueryKey"] = "SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0",
        ["DeleteMembershipTableEntriesKey"] = """
            WITH gone AS (DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId)
            DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
            """,
        ["CleanupDefunctSiloEntriesKey"] = $"DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = {(int)SiloStatus.Dead}",
    };

    /// <summary>The connection string under which Orleans finds its tables, and with few connections: it asks seldom.</summary>
    public static string Connection(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = Schema, MaxPoolSize = 5, ApplicationName = "budgeting-cluster" }.ConnectionString;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw new DatabaseUnavailableException($"The tables in which silos find each other cannot be made in PostgreSQL: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Silos that start at the same moment make them one after another.
        await ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('cluster tables', 0))");
        foreach (var (isThere, make) in Parts)
        {
            if (!await IsAsync(isThere))
                await ExecuteAsync(make);
        }
        foreach (var (key, text) in Statements)
        {
            if (!await IsAsync("EXISTS (SELECT FROM orleans.OrleansQuery WHERE QueryKey = $1 AND QueryText = $2)", key, text))
                await ExecuteAsync("INSERT INTO orleans.OrleansQuery (QueryKey, QueryText) VALUES ($1, $2) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", key, text);
        }
        await transaction.CommitAsync(cancellationToken);

        async Task<bool> IsAsync(string condition, params IReadOnlyList<string> values) => (bool)(await ExecuteAsync($"SELECT {condition}", values))!;

        async Task<object?> ExecuteAsync(string sql, params IReadOnlyList<string> values)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            return await command.ExecuteScalarAsync(cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
