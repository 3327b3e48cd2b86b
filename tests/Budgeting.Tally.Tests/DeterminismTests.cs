using System.Diagnostics;
using System.Text;

namespace Budgeting.Tally.Tests;

/// <summary>The command writes the same bytes wherever it runs.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("budgeting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Results_have_the_same_bytes_in_every_culture()
    {
        string path = Write(Pb.With("budget;100", "budget;100,5").Replace("1;60", "I;60,25", StringComparison.Ordinal).Replace(";1,", ";I,", StringComparison.Ordinal));
        string[] arguments = ["tally", path, "--rule", "mes", "--completion", "add1u", "--json", "--explain", "--verify"];
        byte[] invariant = await Run(arguments, ("LC_ALL", "C"));

        Assert.NotEmpty(invariant);
        foreach (string culture in new[] { "fi_FI", "tr_TR", "ar_SA", "th_TH" })
        {
            Assert.Equal(invariant, await Run(arguments, ("LC_ALL", culture + ".UTF-8")));
        }
    }

    // Large enough to be read in several blocks and to be counted with several amounts of money at a time.
    [Fact]
    public async Task Results_have_the_same_bytes_on_any_number_of_processors()
    {
        string path = Write(Many(ballots: 20_000, projects: 40));
        string[] arguments = ["tally", path, "--rule", "mes", "--completion", "add1u", "--json", "--verify"];
        byte[] one = await Run(arguments, ("DOTNET_PROCESSOR_COUNT", "1"));

        Assert.Contains("\"increases\":", Encoding.UTF8.GetString(one), StringComparison.Ordinal);
        foreach (string processors in new[] { "2", "3", "8" })
        {
            Assert.Equal(one, await Run(arguments, ("DOTNET_PROCESSOR_COUNT", processors)));
        }
    }

    private static string Many(int ballots, int projects)
    {
        Random random = new(7);
        StringBuilder text = new();
        for (int project = 1; project <= projects; project++)
        {
            text.Append(FormattableString.Invariant($"{project};{random.Next(5_000, 200_000)};\n"));
        }

        text.Append("VOTES\nvoter_id;vote\n");
        for (int ballot = 1; ballot <= ballots; ballot++)
        {
            IEnumerable<int> choices = Enumerable.Range(0, 5).Select(_ => 1 + (int)(random.NextDouble() * random.NextDouble() * projects));
            text.Append(FormattableString.Invariant($"{ballot};{string.Join(',', choices)}\n"));
        }

        return Pb.Valid[..Pb.Valid.IndexOf("1;60", StringComparison.Ordinal)]
            .Replace("num_projects;3", FormattableString.Invariant($"num_projects;{projects}"), StringComparison.Ordinal)
            .Replace("num_votes;2", FormattableString.Invariant($"num_votes;{ballots}"), StringComparison.Ordinal)
            .Replace("budget;100", "budget;1000000", StringComparison.Ordinal) + text;
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "election.pb");
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<byte[]> Run(string[] arguments, (string Name, string Value) setting)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "budgeting.dll"), .. arguments]) { RedirectStandardOutput = true };
        start.Environment[setting.Name] = setting.Value;
        using Process process = Process.Start(start)!;
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
