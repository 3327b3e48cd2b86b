using System.Diagnostics;
using Npgsql;

namespace Budgeting.Core.Tests;

/// <summary>A PostgreSQL server of a test's or benchmark's own, to be killed and started again: fsync and synchronous_commit on, as by default.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _script;
    private readonly string _folder;
    private readonly NpgsqlConnectionStringBuilder _address;

    private PostgresServer(string script, string folder, string connectionString) =>
        (_script, _folder, _address) = (script, folder, new(connectionString));

    /// <summary>A connection string of the server's own database.</summary>
    public string ConnectionString => _address.ConnectionString;

    /// <summary>Starts it with further settings of PostgreSQL, its data in a new folder of the one named, else of the system's for temporary files.</summary>
    public static async Task<PostgresServer> StartAsync(string? inFolder = null, params IReadOnlyList<string> settings)
    {
        var script = Path.Combine(Repository(), "tests", "postgres");
        var output = await RunAsync(script, ["start", .. settings.SelectMany(setting => new[] { "-c", setting })], inFolder);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(script, lines[1], lines[0]);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => RunAsync(_script, ["kill", _folder]);

    /// <summary>Starts it again where it was.</summary>
    public Task RestartAsync() => RunAsync(_script, ["restart", _folder]);

    /// <summary>Makes a database and names it in a connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(_address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = name, MaxPoolSize = 100 }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync(_script, ["stop", _folder]);
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Budgeting.sln is in no folder above this program.");
        return folder;
    }

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than zero.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? temporaryFolder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        if (temporaryFolder is not null)
            start.Environment["TMPDIR"] = temporaryFolder;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
