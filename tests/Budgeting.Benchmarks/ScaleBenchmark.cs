using System.Diagnostics;
using System.Globalization;
using Budgeting.Core.Tests;
using Npgsql;

namespace Budgeting.Benchmarks;

/// <summary>
/// One and two servers of the default build and of the silo on the same processors and PostgreSQL, one after the other and that several
/// times: pages and ballots a second. What docs/scale.md says of them.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Connections = 256;
    private const int WarmUpSeconds = 10;
    private const string Web = "Budgeting.Web";
    private const string Silo = "Budgeting.Silo";

    private static readonly string[] Works = ["round page", "page of sheets", "ballots"];

    /// <param name="rounds">How often everything is measured; medians are printed.</param>
    /// <param name="seconds">How long each figure is measured.</param>
    public static async Task<int> RunAsync(int rounds, int seconds)
    {
        if (!File.Exists(WebServer.AssemblyOf(Silo)))
        {
            Console.Error.WriteLine($"{WebServer.AssemblyOf(Silo)} is not there: build src/{Silo} in the same configuration first.");
            return 2;
        }
        (string Host, int Servers)[] setups = [(Web, 1), (Silo, 1), (Web, 2), (Silo, 2)];
        await using var postgres = await PostgresServer.StartAsync(settings: ["shared_buffers=2GB", "max_wal_size=8GB", "checkpoint_timeout=15min"]);
        Dictionary<(string Host, int Servers, string Work), List<Figure>> figures = [];
        for (var round = 0; round < rounds; round++)
        {
            // Who begins changes, so that nobody always comes when the machine is warmest.
            foreach (var (host, servers) in setups.Skip(round % setups.Length).Concat(setups.Take(round % setups.Length)))
            {
                var connectionString = await postgres.CreateDatabaseAsync(string.Create(CultureInfo.InvariantCulture, $"scale_{host[10..].ToLowerInvariant()}_{servers}_{round}"));
                await foreach (var (work, figure) in MeasureAsync(connectionString, host, servers, seconds))
                {
                    (figures.TryGetValue((host, servers, work), out var list) ? list : figures[(host, servers, work)] = []).Add(figure);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {round + 1}: {servers} × {host}, {work}: {figure.Rate:0}/s, {figure.ProcessorMicroseconds:0} µs of its servers' processor time each, at most {figure.PeakMiB} MiB"));
                }
            }
        }

        var table = new GoalTable();
        foreach (var work in Works)
        {
            foreach (var servers in new[] { 1, 2 })
            {
                var (web, silo) = (Median(figures[(Web, servers, work)]), Median(figures[(Silo, servers, work)]));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median of {rounds}: {work}, {servers}: {Web} {web:0}/s, {Silo} {silo:0}/s"));
                table.AtLeast($"{work}, {servers}: the silo against the default build", work == "ballots" ? 0.8 : 1, silo / web);
            }
        }
        return table.Missed ? 1 : 0;
    }

    private static async IAsyncEnumerable<(string Work, Figure Figure)> MeasureAsync(string connectionString, string host, int count, int seconds)
    {
        await using var round = await VotingRound.OpenAsync("PostgreSQL", connectionString);
        List<WebServer> servers = [];
        try
        {
            for (var i = 0; i < count; i++)
                servers.Add(await WebServer.StartHostAsync(host, connectionString, "--Attempts:PerAddress=1000000", "--Orleans:Endpoints:AdvertisedIPAddress=127.0.0.1"));
            var page = string.Create(CultureInfo.InvariantCulture, $"/rounds/{round.Id}");
            foreach (var (work, path) in new[] { (Works[0], page), (Works[1], $"{page}/sheets") })
            {
                await ReadAsync(servers, path, TimeSpan.FromSeconds(WarmUpSeconds));
                yield return (work, await FigureAsync(servers, () => ReadAsync(servers, path, TimeSpan.FromSeconds(seconds))));
            }
            var loads = servers.Select(server => new CastingLoad(server.Address, round.Sheet)).ToList();
            var perServer = 15_000 * (seconds + WarmUpSeconds) / count;
            var casts = await Task.WhenAll(loads.Select(async (load, i) => await load.WriteCastsAsync(await round.PassesAsync(10_000_000 * (i + 1), perServer))));
            Task<double> CastAsync(int span) => SumAsync(servers.Select((server, i) => new CastingCrowd(server.Address, Connections / count).CastAsync(casts[i], TimeSpan.FromSeconds(span))));
            await CastAsync(WarmUpSeconds);
            yield return (Works[2], await FigureAsync(servers, () => CastAsync(seconds)));
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT count(*), pg_total_relation_size('ballots') / count(*) FROM ballots", connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)} ballots, {reader.GetInt64(1)} bytes each in the database, indexes included"));
        }
        finally
        {
            foreach (var server in servers)
                server.Dispose();
        }
    }

    private static async Task<Figure> FigureAsync(IReadOnlyList<WebServer> servers, Func<Task<double>> work)
    {
        var before = Processor();
        var watch = Stopwatch.StartNew();
        var rate = await work();
        var done = rate * watch.Elapsed.TotalSeconds;
        return new(rate, (Processor() - before).TotalMicroseconds / done, servers.Max(server => server.PeakMemory) / 1_048_576);

        TimeSpan Processor() => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.ProcessorTime);
    }

    /// <summary>Reads a page over and over, on every server alike.</summary>
    private static Task<double> ReadAsync(IReadOnlyList<WebServer> servers, string path, TimeSpan span) => SumAsync(servers.Select(async server =>
    {
        var read = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections / servers.Count).Select(_ => Task.Run(async () =>
        {
            using var connection = new HttpConnection(server.Address);
            while (watch.Elapsed < span)
            {
                var answer = await connection.SendAsync("GET", path);
                if (answer.Status != 200)
                    throw new InvalidOperationException($"{path} was answered {answer.Status}.");
                Interlocked.Increment(ref read);
            }
        })));
        return read / watch.Elapsed.TotalSeconds;
    }));

    private static async Task<double> SumAsync(IEnumerable<Task<double>> rates) => (await Task.WhenAll(rates)).Sum();

    private static double Median(IReadOnlyList<Figure> figures) => figures.Select(figure => figure.Rate).Order().ElementAt(figures.Count / 2);

    private sealed record Figure(double Rate, double ProcessorMicroseconds, long PeakMiB);
}
