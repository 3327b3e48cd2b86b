using System.Diagnostics;
using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Results;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Tests.Verification;

/// <summary>The tool as a voter or an auditor runs it, on downloaded files and without the platform.</summary>
public sealed class VerifyCommandTests(TamperingTests.Downloads downloads) : IClassFixture<TamperingTests.Downloads>
{
    private PublishedRound Round => downloads.Round;

    [Fact]
    public async Task A_record_verifies_with_receipt_sheet_bundle_and_log()
    {
        var (exitCode, output) = await RunAsync(
            "verify", Round.RecordZip, "--receipt", Round.Receipts[7].ToLowerInvariant(), "--receipt", Round.Receipts[8], "--sheet-hash", Round.Sheets[1].Hash,
            "--auditor", Round.OpeningsZip, "--audit", Round.AuditLog, "--log-head", $"{Round.Opening}".ToUpperInvariant());
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("FAILED", output);
        Assert.Contains($"receipt: {Round.Receipts[7]} is leaf ", output);
        Assert.Contains($"announced sheet: {Round.Sheets[1].Hash} is the sheet of heading {Round.Sheets[1].HeadingId}", output);
        Assert.Contains("openings: all 60 commitments open to their choices", output);
        Assert.Contains($"announced log head: {Round.Opening} is in the log as it was noted down", output);
        Assert.Contains($"audit excerpt: entries {Round.Opening} to ", output);
        Assert.EndsWith("21 checks hold, 0 failed\n", output);
    }

    [Fact]
    public async Task A_receipt_that_is_not_in_the_record_fails_the_command()
    {
        var (exitCode, output) = await RunAsync("verify", Round.RecordFolder, "--receipt", ReceiptCode.Of(new byte[32]));
        Assert.Equal(1, exitCode);
        Assert.Contains("FAILED       receipt: 0000-0000-0000-0000 is not among the ballots counted\n", output);
        Assert.Contains(" checks hold, 1 failed\n", output);
    }

    [Fact]
    public async Task A_head_of_the_log_that_was_noted_down_is_looked_for_with_and_without_a_record()
    {
        var other = new AuditHead(Round.Opening.Entry, new string('a', 64));
        foreach (string[] read in new[] { ["verify", Round.RecordFolder], new[] { "verify", "--audit", Round.AuditLog } })
        {
            var (exitCode, output) = await RunAsync([.. read, "--log-head", $"{Round.Opening}", "--log-head", $"{other}"]);
            Assert.Equal(1, exitCode);
            Assert.Contains($"ok           announced log head: {Round.Opening} ", output);
            Assert.Contains($"FAILED       announced log head: noted down was {other}, but the log has {Round.Opening}\n", output);
        }
        // The second entry lies before the excerpt; there is no millionth.
        var (_, outside) = await RunAsync("verify", Round.RecordFolder, "--log-head", $"2:{other.Hash}");
        Assert.Contains("not checked  announced log head: ", outside);
        Assert.Equal(1, (await RunAsync("verify", Round.RecordFolder, "--audit", Round.AuditLog, "--log-head", $"1000000:{other.Hash}")).ExitCode);
    }

    [Fact]
    public async Task A_log_is_checked_alone()
    {
        Assert.Equal(0, (await RunAsync("verify", "--audit", Round.AuditLog)).ExitCode);
        var changed = Round.AuditLog + ".changed";
        await File.WriteAllTextAsync(changed, (await File.ReadAllTextAsync(Round.AuditLog)).Replace("\"act\":\"envelope.changed\"", "\"act\":\"envelope.unchanged\""));
        var (exitCode, output) = await RunAsync("verify", "--audit", changed);
        Assert.Equal(1, exitCode);
        Assert.Contains("does not follow from the one before it", output);
    }

    [Fact]
    public async Task The_log_is_exported_from_the_database()
    {
        var file = Path.Combine(Path.GetDirectoryName(Round.AuditLog)!, "exported.jsonl");
        Assert.Equal(0, (await RunAsync("audit", "export", "--output", file, "--provider", Round.World.Database.Provider, "--connection", Round.World.Database.ConnectionString)).ExitCode);
        Assert.StartsWith(await File.ReadAllTextAsync(Round.AuditLog), await File.ReadAllTextAsync(file));
        Assert.Equal(0, (await RunAsync("verify", "--audit", file)).ExitCode);
    }

    [Theory]
    [InlineData(2, "verify")]
    [InlineData(2, "verify", "--receipt", "R1XG-ACP0-SM5N-PJTW", "--audit", "x")]
    [InlineData(2, "verify", "x", "--log-head", "12")]
    [InlineData(2, "verify", "x", "--log-head", "12:9f")]
    [InlineData(2, "verify", "--log-head", "1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(1, "verify", "/there/is/none.zip")]
    public async Task Wrong_usage_is_told(int exitCode, params string[] arguments) => Assert.Equal(exitCode, (await RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task The_tally_command_counts_a_PaBuLib_file_to_the_published_winners()
    {
        var result = (await Round.World.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(Round.RoundId, default))).Value;
        foreach (var heading in result.Headings)
        {
            // The lot as anybody takes it from the sheet.
            var sheet = await File.ReadAllLinesAsync(Path.Combine(Round.RecordFolder, $"sheet-{heading.HeadingId}.txt"));
            var lot = Path.Combine(Round.RecordFolder, "..", $"lot-{heading.HeadingId}.txt");
            await File.WriteAllLinesAsync(lot, sheet.Single(line => line.StartsWith("lot ")).Split(' ').Skip(1));
            var (exitCode, output) = await RunAsync(
                "tally", Path.Combine(Round.RecordFolder, $"heading-{heading.HeadingId}.pb"), "--rule", "greedy", "--ties", $"cost,votes,lot:{lot}", "--json");
            Assert.Equal(0, exitCode);
            using var counted = JsonDocument.Parse(output);
            Assert.Equal(
                heading.Projects.Where(project => project.Won).Select(project => $"{project.Number}"),
                counted.RootElement.GetProperty("winners").EnumerateArray().Select(id => id.GetString()));
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "budgeting.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + await error).ReplaceLineEndings("\n"));
    }
}
