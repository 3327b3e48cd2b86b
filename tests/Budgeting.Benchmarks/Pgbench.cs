using System.Globalization;
using Budgeting.Core.Tests;
using Npgsql;

namespace Budgeting.Benchmarks;

/// <summary>PostgreSQL's own load program, as the measure of what the database gives on this machine.</summary>
internal static class Pgbench
{
    /// <summary>Transactions a second of pgbench, each inserting one row of a ballot's size under a random key.</summary>
    public static async Task<double> RunAsync(string connectionString, int clients, int seconds)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        await using (var connection = new NpgsqlConnection(connectionString))
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
            var output = await PostgresServer.RunAsync(Path.Combine(binaries, "bin", "pgbench"),
            [
                "-n", "-f", script, "-c", Text(clients), "-j", "2", "-T", Text(seconds),
                "-h", address.Host!, "-p", Text(address.Port), "-U", address.Username!, "postgres",
            ]);
            var line = output.Split('\n').First(line => line.StartsWith("tps", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
