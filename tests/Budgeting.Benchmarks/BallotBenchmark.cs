using System.Diagnostics;
using System.Globalization;
using Budgeting.Core.Voting;

namespace Budgeting.Benchmarks;

/// <summary>Measures the ballot box against the goals of docs/performance.md.</summary>
internal static class BallotBenchmark
{
    private const int Concurrency = 256;

    public static async Task<int> RunAsync(bool quick)
    {
        var table = new GoalTable();
        var seconds = quick ? 3 : 10;
        await using var postgres = await PostgresServer.StartAsync();
        var pgbench = await postgres.PgbenchAsync(Concurrency, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors; pgbench: {pgbench:0} single-row inserts a second, {Concurrency} clients"));

        await using (var round = await VotingRound.OpenAsync("PostgreSQL", await postgres.CreateDatabaseAsync("door")))
            table.AtLeast("PostgreSQL, at the service's door: ballots/s", 3 * pgbench, await DoorAsync(round, seconds));
        var file = Path.Combine(Path.GetTempPath(), $"budgeting-benchmark-{Guid.NewGuid():n}.db");
        await using (var round = await VotingRound.OpenAsync("Sqlite", $"Data Source={file}"))
            table.AtLeast("SQLite, at the service's door: ballots/s", 5_000, await DoorAsync(round, seconds));
        return table.Missed ? 1 : 0;
    }

    /// <summary>Ballots a second that so many callers, each waiting for its answer, get stored through the service.</summary>
    private static async Task<double> DoorAsync(VotingRound round, int seconds)
    {
        var random = new Random(1);
        var voters = await round.AdmitAsync("door", 60_000 * (seconds + 1));
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
        await CastUntilAsync(TimeSpan.FromSeconds(1));
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
