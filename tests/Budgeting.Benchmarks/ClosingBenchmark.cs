using System.Diagnostics;
using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;

namespace Budgeting.Benchmarks;

/// <summary>
/// What follows the end of voting: closing, counting with the tree, the explanations and the shuffled ballots, publishing, and the whole
/// record as a ZIP. The ballots come through the box.
/// </summary>
internal static class ClosingBenchmark
{
    private const int AtOnce = 500;

    /// <param name="ballots">How many are cast.</param>
    /// <param name="connectionString">The PostgreSQL database; null for a SQLite file of its own.</param>
    public static async Task<int> RunAsync(int ballots, string? connectionString)
    {
        var folder = Directory.CreateTempSubdirectory("budgeting-closing-");
        try
        {
            await using var round = connectionString is null
                ? await VotingRound.OpenAsync("Sqlite", $"Data Source={Path.Combine(folder.FullName, "budgeting.db")};Pooling=False")
                : await VotingRound.OpenAsync("PostgreSQL", connectionString);
            await FillAsync(round, ballots);
            return await CloseAsync(round, Path.Combine(folder.FullName, "record.zip"), $"{ballots:N0} ballots, {(connectionString is null ? "SQLite" : "PostgreSQL")}") ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> CloseAsync(VotingRound round, string zip, string what)
    {
        round.EndVoting();
        OwnProcess.ForgetPeakMemory();
        var watch = Stopwatch.StartNew();
        PhaseDuty? duty;
        do
        {
            duty = await TimeAsync(() => round.Ask<IPhaseDuties, PhaseDuty?>(duties => duties.CarryOutNextAsync(round.Id, default)), done => done is null ? null : $"{done}");
        }
        while (duty is not null);
        var (asking, confirming) = await round.CoordinatorsAsync();
        await TimeAsync(async () =>
        {
            var asked = await round.Do<IConfirmations, long>(confirmations => confirmations.AskToPublishAsync(asking, round.Id, "Mittausta varten", default));
            return await round.Do<IConfirmations, Done>(confirmations => confirmations.ConfirmAsync(confirming, asked, null, default));
        }, _ => "publish");
        await TimeAsync(async () =>
        {
            await using var target = File.Create(zip);
            return (await round.Ask<IRecords, Outcome<Done>>(records => records.WriteAsync(round.Id, RecordFile.WholeName, target, default))).Granted;
        }, _ => $"export, {new FileInfo(zip).Length >> 20} MiB");
        watch.Stop();

        var table = new GoalTable();
        table.AtMost($"closing {what}: seconds", 60, watch.Elapsed.TotalSeconds);
        table.AtMost("  MiB of memory at most", 1_024, OwnProcess.PeakMemory / 1_048_576.0);
        var sound = await TimeAsync(() => VerifyAsync(zip), _ => "verify the record");
        return sound && !table.Missed;
    }

    private static async Task FillAsync(VotingRound round, int ballots)
    {
        var random = new Random(1);
        var watch = Stopwatch.StartNew();
        for (var cast = 0; cast < ballots; cast += 10_000)
        {
            var voters = await round.AdmitAsync(string.Create(CultureInfo.InvariantCulture, $"closing {cast}"), Math.Min(10_000, ballots - cast));
            var papers = voters.Select((voter, i) => round.Ballot(voter with { Band = $"age={10 * (i % 6)};channel={(i % 2 == 0 ? "online" : "letter")}" }, random)).ToList();
            await Parallel.ForEachAsync(papers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (ballot, cancellation) => _ = (await round.Box.CastAsync(ballot, cancellation)).Value);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ballots:N0} ballots cast in {watch.Elapsed.TotalSeconds:0} s"));
    }

    private static async Task<bool> VerifyAsync(string zip)
    {
        var sound = true;
        using var record = RecordSource.Open(zip);
        await foreach (var check in new RecordVerifier(record, new([], [])).CheckAsync(default))
        {
            sound &= check.Passed != false;
            if (check.Passed == false)
                Console.WriteLine($"  {check.Name}: {check.Detail}");
        }
        return sound;
    }

    private static async Task<T> TimeAsync<T>(Func<Task<T>> act, Func<T, string?> name)
    {
        var watch = Stopwatch.StartNew();
        var done = await act();
        if (name(done) is { } what)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {watch.Elapsed.TotalSeconds:0.0} s"));
        return done;
    }
}
