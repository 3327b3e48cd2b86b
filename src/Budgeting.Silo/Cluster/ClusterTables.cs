using Budgeting.Core.Database;
using Npgsql;

namespace Budgeting.Silo.Cluster;

/// <summary>
/// Makes the tables of <see cref="ClusterSchema"/> before the silo starts, in a schema of their own. Only what is missing is made, and only a statement that
/// differs is written: once all is there, the silo's user needs no right to make anything.
/// </summary>
internal sealed class ClusterTables(string connectionString) : IHostedLifecycleService
{
    /// <summary>The name under which Orleans finds the driver.</summary>
    public const string Invariant = "Npgsql";

    private const string Schema = "orleans";

    /// <summary>The connection string under which Orleans finds its tables, and with few connections: it asks seldom.</summary>
    public static string Connection(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = Schema, MinPoolSize = 0, MaxPoolSize = 5, ApplicationName = "budgeting-cluster" }.ConnectionString;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw new DatabaseUnavailableException($"The tables of the cluster cannot be made in PostgreSQL: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Silos that start at the same moment make them one after another.
        await ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('cluster tables', 0))");
        foreach (var (isThere, make) in ClusterSchema.Parts)
        {
            if (!await IsAsync(isThere))
                await ExecuteAsync(make);
        }
        foreach (var (key, text) in ClusterSchema.Statements)
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
