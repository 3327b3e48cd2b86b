using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Budgeting.Core.Tests;
using Npgsql;

namespace Budgeting.Benchmarks;

/// <summary>Measures the ballot box against the goals of docs/performance.md.</summary>
internal static class BallotBenchmark
{
    private const int Concurrency = 256;
    private const int WarmUpSeconds = 2;

    // A server compiles what it is asked for most while it is asked; a closing hour is longer than that.
    private const int LetterWarmUpSeconds = 25;

    private const int HttpWarmUpSeconds = 15;

    // All these voters share one address, which in life would be a reason for suspicion.
    private const string ManyFromOneAddress = "--Attempts:PerAddress=1000000";

    /// <param name="quick">Load and latency only, but for visits by letter, and shorter.</param>
    /// <param name="part">One of <c>door</c>, <c>http</c>, <c>letter</c>, <c>burst</c>, <c>sqlite</c>, <c>growth</c>, <c>closing</c>, <c>register</c>; null for all.</param>
    public static async Task<int> RunAsync(bool quick, string? part)
    {
        var table = new GoalTable();
        var seconds = quick ? 2 : 10;
        bool Wanted(string name) => part is null || part == name;
        // As docs/operations.md recommends for large rounds.
        await using var postgres = await PostgresServer.StartAsync(settings: ["shared_buffers=2GB", "max_connections=600", "max_wal_size=8GB", "checkpoint_timeout=15min"]);
        var pgbench = await Pgbench.RunAsync(postgres.ConnectionString, Concurrency, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors; pgbench: {pgbench:0} single-row inserts a second, {Concurrency} clients"));

        if (Wanted("door"))
        {
            await using var round = await VotingRound.OpenAsync("PostgreSQL", await postgres.CreateDatabaseAsync("door"));
            table.AtLeast("PostgreSQL, at the service's door: ballots/s", 3 * pgbench, await DoorAsync(round, seconds));
        }
        if (Wanted("http"))
            await HttpAsync(postgres, table, pgbench, quick);
        if (!quick && Wanted("letter"))
            await LetterAsync(postgres, seconds);
        if (!quick && Wanted("burst"))
            await BurstAsync(postgres, table);
        if (Wanted("sqlite"))
        {
            var file = Path.Combine(Path.GetTempPath(), $"budgeting-benchmark-{Guid.NewGuid():n}.db");
            await using (var round = await VotingRound.OpenAsync("Sqlite", $"Data Source={file}"))
                table.AtLeast("SQLite, at the service's door: ballots/s", 5_000, await DoorAsync(round, seconds));
            foreach (var ending in new[] { "", "-wal", "-shm", "-migration" })
                File.Delete(file + ending);
        }
        if (!quick && Wanted("growth"))
            await GrowthAsync(postgres, table, seconds);
        var missed = table.Missed;
        foreach (var work in quick ? [] : new[] { "closing", "register" }.Where(Wanted))
        {
            missed |= await OwnProcess.AgainAsync(work, "1000000", await postgres.CreateDatabaseAsync(work)) != 0;
            missed |= await OwnProcess.AgainAsync(work, "1000000") != 0;
        }
        return missed ? 1 : 0;
    }

    /// <summary>
    /// Ballots cast on the site's own pages, by a client on the same machine, in turns with pgbench: a machine that is slower for a while is
    /// slower for both.
    /// </summary>
    private static async Task HttpAsync(PostgresServer postgres, GoalTable table, double pgbenchAlone, bool quick)
    {
        var (turns, warmUp, seconds) = quick ? (1, 4, 3) : (6, HttpWarmUpSeconds, 5);
        var connectionString = await postgres.CreateDatabaseAsync("http");
        await using var round = await VotingRound.OpenAsync("PostgreSQL", connectionString);
        using var server = await WebServer.StartAsync(connectionString, ManyFromOneAddress);
        var load = new CastingLoad(server.Address, round.Sheet);
        var crowd = new CastingCrowd(server.Address, Concurrency);
        var casts = await load.WriteCastsAsync(await round.PassesAsync(10_000_000, 20_000 * ((turns * seconds) + warmUp)));
        await crowd.CastAsync(casts, TimeSpan.FromSeconds(warmUp));
        var (ballots, pgbench, processor) = (0.0, 0.0, TimeSpan.Zero);
        for (var turn = 0; turn < turns; turn++)
        {
            var theirs = await Pgbench.RunAsync(postgres.ConnectionString, Concurrency, seconds);
            var before = server.ProcessorTime;
            var ours = await crowd.CastAsync(casts, TimeSpan.FromSeconds(seconds));
            processor += server.ProcessorTime - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  pgbench {theirs:0}, ballots {ours:0}: {ours / theirs:0.00}"));
            (ballots, pgbench) = (ballots + (ours / turns), pgbench + (theirs / turns));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{processor.TotalMicroseconds / (ballots * turns * seconds):0} µs of processor time a ballot in the web server"));
        // The higher of the two: on a server that has done nothing yet it is often faster than in turns.
        table.AtLeast("over HTTP, admitted before: ballots/s", Math.Max(pgbench, pgbenchAlone), ballots);

        casts = await load.WriteCastsAsync(await round.PassesAsync(20_000_000, (int)ballots * (seconds + 1)));
        var latencies = await load.LatenciesAsync(casts, ballots / 2, connections: 64, TimeSpan.FromSeconds(seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"at half of that: p50 {Percentile(latencies, 0.5):0.0} ms, p99 {Percentile(latencies, 0.99):0.0} ms, p99.9 {Percentile(latencies, 0.999):0.0} ms of {latencies.Count} ballots"));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the web server's peak memory: {server.PeakMemory / 1_048_576} MiB"));
    }

    /// <summary>Whole visits on the site's own pages, each with a code of its own from a letter.</summary>
    private static async Task LetterAsync(PostgresServer postgres, int seconds)
    {
        var connectionString = await postgres.CreateDatabaseAsync("letter");
        await using var round = await VotingRound.OpenAsync("PostgreSQL", connectionString, 500 * (seconds + LetterWarmUpSeconds));
        using var server = await WebServer.StartAsync(connectionString, ManyFromOneAddress);
        var load = new CastingLoad(server.Address, round.Sheet);
        ConcurrentQueue<string> codes = new(round.Codes);
        await load.VoteByLetterAsync(codes, Concurrency, TimeSpan.FromSeconds(LetterWarmUpSeconds));
        var processor = server.ProcessorTime;
        var voters = await load.VoteByLetterAsync(codes, Concurrency, TimeSpan.FromSeconds(seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"over HTTP, from the letter's code to the receipt's page: {voters:0} voters/s, five requests each, {(server.ProcessorTime - processor).TotalMicroseconds / (voters * seconds):0} µs of processor time a voter in the web server"));
    }

    /// <summary>Many times more people than can be served, around the closing instant: what each was told against what lies in the box.</summary>
    private static async Task BurstAsync(PostgresServer postgres, GoalTable table)
    {
        var connectionString = await postgres.CreateDatabaseAsync("burst");
        await using var round = await VotingRound.OpenAsync("PostgreSQL", connectionString, closesAfter: TimeSpan.FromSeconds(25));
        using var server = await WebServer.StartAsync(connectionString, "--BallotBox:QueueLength=200");
        var load = new CastingLoad(server.Address, round.Sheet);
        await new CastingCrowd(server.Address, connections: 64).CastAsync(await load.WriteCastsAsync(await round.PassesAsync(10_000_000, 20_000)), TimeSpan.FromSeconds(4));
        var before = server.PeakMemory;
        var answers = await load.BurstAsync(new(await round.PassesAsync(20_000_000, 40_000)), connections: 1_500);
        HashSet<Guid> stored = [];
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT attempt FROM ballots", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                stored.Add(reader.GetGuid(0));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"closing burst over 1,500 connections: {string.Join(", ", answers.Values.CountBy(answer => answer).OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"))}"));
        table.AtMost("closing burst: answers other than stored, busy or closed", 0, answers.Values.Count(answer => answer == CastAnswer.Other));
        table.AtMost("closing burst: answered as stored and not there", 0, answers.Count(answer => answer.Value == CastAnswer.Stored && !stored.Contains(answer.Key)));
        table.AtMost("closing burst: answered as refused and stored", 0, answers.Count(answer => answer.Value != CastAnswer.Stored && stored.Contains(answer.Key)));
        table.AtMost("closing burst: growth of the web server's memory in MiB", 512, (server.PeakMemory - before) / 1_048_576.0);
    }

    private static double Percentile(IReadOnlyList<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    /// <summary>What a ballot costs when many are in the box already, against when few are.</summary>
    private static async Task GrowthAsync(PostgresServer postgres, GoalTable table, int seconds)
    {
        var connectionString = await postgres.CreateDatabaseAsync("growth");
        await using var round = await VotingRound.OpenAsync("PostgreSQL", connectionString);
        double? few = null;
        foreach (var ballots in new[] { 10_000, 1_000_000, 10_000_000 })
        {
            await FillAsync(connectionString, round, ballots);
            var rate = await DoorAsync(round, seconds, $"growth {ballots}");
            few ??= rate;
            table.AtMost(string.Create(CultureInfo.InvariantCulture, $"cost of a ballot with {ballots:N0} in the table, {rate:0}/s, against few"), 1.3, few.Value / rate);
        }
    }

    // Without its keys the table fills many times as fast; they are made again over all rows at once.
    private static async Task FillAsync(string connectionString, VotingRound round, int ballots)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        string[] statements =
        [
            "ALTER TABLE ballots DROP CONSTRAINT pk_ballots",
            "DROP INDEX ix_ballots_round_id_commitment",
            string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO ballots (round_id, voter_key, choices, nonce, commitment, attempt)
                SELECT {round.Id}, sha256(('k' || i)::bytea), '{round.Sheet.HeadingId}:1,4,9,13,17', sha256(('n' || i)::bytea), sha256(('c' || i)::bytea), gen_random_uuid()
                FROM generate_series((SELECT count(*) FROM ballots) + 1, {ballots}) AS i
                """),
            "ALTER TABLE ballots ADD CONSTRAINT pk_ballots PRIMARY KEY (round_id, voter_key)",
            "CREATE UNIQUE INDEX ix_ballots_round_id_commitment ON ballots (round_id, commitment)",
            "VACUUM ANALYZE ballots",
            // Keys that have grown by voting lie in the server's memory; made anew they lie on the disk.
            "CREATE EXTENSION IF NOT EXISTS pg_prewarm",
            "SELECT pg_prewarm('pk_ballots'), pg_prewarm('ix_ballots_round_id_commitment')",
        ];
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Ballots a second that so many callers, each waiting for its answer, get stored through the service.</summary>
    private static async Task<double> DoorAsync(VotingRound round, int seconds, string voterWord = "door")
    {
        var random = new Random(1);
        var voters = await round.AdmitAsync(voterWord, 60_000 * (seconds + WarmUpSeconds));
        var ballots = voters.Select(voter => round.Ballot(voter, random)).ToArray();
        var next = -1;
        async Task CastUntilAsync(TimeSpan span)
        {
            var watch = Stopwatch.StartNew();
            async Task CastOnAsync()
            {
                while (watch.Elapsed < span && Interlocked.Increment(ref next) is var mine && mine < ballots.Length)
                    _ = (await round.Box.CastAsync(ballots[mine], default)).Value;
            }
            await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => Task.Run(CastOnAsync)));
        }
        await CastUntilAsync(TimeSpan.FromSeconds(WarmUpSeconds));
        var before = next;
        var measured = Stopwatch.StartNew();
        var processor = Environment.CpuUsage.TotalTime;
        await CastUntilAsync(TimeSpan.FromSeconds(seconds));
        var stored = next - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / stored:0.0} µs of processor time a ballot in this process, callers included"));
        return stored / measured.Elapsed.TotalSeconds;
    }
}
