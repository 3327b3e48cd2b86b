using System.Diagnostics;
using System.Globalization;
using Budgeting.Core.Electorate;

namespace Budgeting.Benchmarks;

/// <summary>Importing the register of a round from a CSV file: for the first time, the same file again, and with where people are reached.</summary>
internal static class RegisterBenchmark
{
    /// <param name="rows">Rows of the file.</param>
    /// <param name="connectionString">The PostgreSQL database; null for a SQLite file of its own.</param>
    public static async Task<int> RunAsync(int rows, string? connectionString)
    {
        var folder = Directory.CreateTempSubdirectory("budgeting-register-");
        try
        {
            await using var round = connectionString is null
                ? await VotingRound.OpenAsync("Sqlite", $"Data Source={Path.Combine(folder.FullName, "budgeting.db")};Pooling=False")
                : await VotingRound.OpenAsync("PostgreSQL", connectionString);
            var table = new GoalTable();
            var where = connectionString is null ? "SQLite" : "PostgreSQL";
            foreach (var (name, contacts) in new[] { ("first import", false), ("the same again", false), ("with e-mail and phone", true) })
            {
                var file = Path.Combine(folder.FullName, $"register-{contacts}.csv");
                await WriteAsync(file, rows, contacts);
                OwnProcess.ForgetPeakMemory();
                var watch = Stopwatch.StartNew();
                await using var content = File.OpenRead(file);
                var report = await round.ImportAsync(content);
                watch.Stop();
                if (report.Rows != rows || report.Bad != 0)
                    throw new InvalidOperationException($"{report.Rows} rows were read, {report.Bad} were bad.");
                table.AtMost($"register of {rows:N0}, {where}, {name}: seconds", 60, watch.Elapsed.TotalSeconds);
                table.AtMost("  MiB of memory at most", 300, OwnProcess.PeakMemory / 1_048_576.0);
            }
            return table.Missed ? 1 : 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(string path, int rows, bool contacts)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync($"identifier,birth_date,region,language,protected{(contacts ? ",email,phone" : "")}");
        for (var i = 1; i <= rows; i++)
        {
            await file.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"register-{i},{1930 + (i % 75)}-05-05,county,{(i % 20 == 0 ? "sv" : "fi")},{(i % 500 == 0 ? 1 : 0)}"));
            await file.WriteLineAsync(contacts ? string.Create(CultureInfo.InvariantCulture, $",elector{i}@example.org,+35840{i:0000000}") : "");
        }
    }
}
