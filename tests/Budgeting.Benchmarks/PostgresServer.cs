using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Budgeting.Benchmarks;

/// <summary>A PostgreSQL server of the benchmark's own, with the settings docs/operations.md recommends: fsync and synchronous_commit on, as by default.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _script;
    private readonly string _folder;
    private readonly NpgsqlConnectionStringBuilder _address;

    private PostgresServer(string script, string folder, string connectionString) =>
        (_script, _folder, _address) = (script, folder, new(connectionString));

    public static async Task<PostgresServer> StartAsync()
    {
        var script = Path.Combine(Repository(), "tests", "postgres");
        var lines = (await RunAsync(script, ["start", "-c", "shared_buffers=2GB", "-c", "max_wal_size=8GB", "-c", "checkpoint_timeout=15min"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(script, lines[1], lines[0]);
    }

    /// <summary>Makes a database and names it in a connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(_address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = name, MaxPoolSize = 100 }.ConnectionString;
    }

    /// <summary>Transactions a second of pgbench, each inserting one row of a ballot's size under a random key.</summary>
    public async Task<double> PgbenchAsync(int clients, int seconds)
    {
        await using (var connection = new NpgsqlConnection(_address.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                "CREATE TABLE IF NOT EXISTS pgbench_ballots (round_id bigint, voter_key bigint, choices text, PRIMARY KEY (round_id, voter_key))", connection);
            await command.ExecuteNonQueryAsync();
        }
        var script = Path.Combine(Path.GetTempPath(), $"ballots-{Guid.NewGuid():n}.sql");
        await File.WriteAllTextAsync(script,
            "\\set k random(1, 1000000000000000)\nINSERT INTO pgbench_ballots VALUES (1, :k, '34:1,5,7,9,12') ON CONFLICT DO NOTHING;\n");
        try
        {
            var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order().Last();
            var output = await RunAsync(Path.Combine(binaries, "bin", "pgbench"),
            [
                "-n", "-f", script, "-c", Text(clients), "-j", "2", "-T", Text(seconds),
                "-h", _address.Host!, "-p", Text(_address.Port), "-U", _address.Username!, "postgres",
            ]);
            var line = output.Split('\n').First(line => line.StartsWith("tps", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync(_script, ["stop", _folder]);
    }

    /// <summary>The folder with Budgeting.sln above this program.</summary>
    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Budgeting.sln is in no folder above this program.");
        return folder;
    }

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
