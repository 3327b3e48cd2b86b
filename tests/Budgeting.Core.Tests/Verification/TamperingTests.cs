using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Budgeting.Core.Audit;
using Budgeting.Core.Verification;

namespace Budgeting.Core.Tests.Verification;

/// <summary>Each change to a record is found by the check that is there for it.</summary>
public sealed partial class TamperingTests(TamperingTests.Downloads downloads) : IClassFixture<TamperingTests.Downloads>
{
    private PublishedRound Round => downloads.Round;

    private long First => Round.Sheets[0].HeadingId;

    private long Second => Round.Sheets[1].HeadingId;

    [Fact]
    public async Task A_changed_result_is_found_by_counting_again()
    {
        await FailsAsync("result.json", text => ReplaceOne(text, "\"funded\": true", "\"funded\": false"), $"count {First}", $"opened count {First}");
        await FailsAsync("result.json", text => ReplaceOne(text, "\"votes\": 30", "\"votes\": 31"), $"count {First}", $"opened count {First}");
    }

    [Fact]
    public async Task Another_root_is_found_by_the_tree_and_the_log()
    {
        await FailsAsync("result.json", text => Root().Replace(text, match => $"\"root\": \"{(match.Groups[1].Value == "0" ? '1' : '0')}"), "commitments", "audit excerpt");
        await FailsAsync("result.json", text => ReplaceOne(text, "\"count\": 60", "\"count\": 59"), "commitments", "ballots");
    }

    [Fact]
    public async Task A_ballot_taken_out_of_the_tree_is_found_and_so_is_its_receipt()
    {
        await FailsAsync("commitments.txt", text => string.Join('\n', text.Split('\n').Skip(1)), "commitments", "receipt", "openings");
        await FailsAsync("commitments.txt", text => text.Split('\n') is var lines ? string.Join('\n', [lines[1], lines[0], .. lines.Skip(2)]) : "", "commitments", "openings");
        await FailsAsync("commitments.txt", text => text.Split('\n') is var lines ? string.Join('\n', [lines[0], lines[0], .. lines.Skip(2)]) : "", "commitments", "receipt", "openings");
        await FailsAsync("commitments.txt", text => text + "not a hash\n", "commitments");
    }

    [Theory]
    [InlineData("0000-0000-0000-0000")]
    [InlineData("0000-0000-0000-0001")]
    public async Task A_receipt_that_is_not_there_or_mistyped_is_told(string receipt)
    {
        using var record = RecordSource.Open(Round.RecordFolder);
        var checks = await new RecordVerifier(record, new([receipt], [])).CheckAsync(default).ToListAsync();
        Assert.Equal("receipt", Assert.Single(checks, check => check.Passed == false).Name);
    }

    [Fact]
    public async Task A_sheet_hash_that_was_announced_for_another_sheet_is_told()
    {
        using var record = RecordSource.Open(Round.RecordFolder);
        var checks = await new RecordVerifier(record, new([], [Round.Sheets[0].Hash, new string('a', 64)])).CheckAsync(default).ToListAsync();
        Assert.Equal([true, false], checks.Where(check => check.Name == "announced sheet").Select(check => check.Passed));
    }

    [Fact]
    public async Task Changed_ballots_are_found_by_number_order_and_count()
    {
        await FailsAsync("ballots.csv", text => ReplaceOne(text, ",1 2,", ",1 3,"), "order", $"count {First}", $"PaBuLib {First}", "opened ballots");
        await FailsAsync("ballots.csv", text => text[..(text[..^1].LastIndexOf('\n') + 1)], "ballots", "order", $"count {First}", "opened ballots");
        await FailsAsync("ballots.csv", text => ReplaceOne(text, ",1 2,", ",1 9,"), $"count {First}");
        await FailsAsync("ballots.csv", text => ReplaceOne(text, ",4,", ",4 4,"), $"count {First}");
        await FailsAsync("ballots.csv", text => ReplaceOne(text, ",4,", ",1 2 3 4,"), $"count {First}");
        // Two ballots that change places keep every number, but not the order that the seed gives.
        await FailsAsync("ballots.csv", SwapTwo, "order");
    }

    [Fact]
    public async Task A_band_of_few_ballots_is_found() =>
        await FailsAsync("ballots.csv", text => ReplaceOne(text, "age=30-44", "age=45-64"), "bands");

    [Fact]
    public async Task Ballots_exchanged_so_that_every_count_stays_are_found_by_the_auditor()
    {
        // A choice moves from one ballot to another, and the order is made anew with the published seed: only the openings tell.
        var seed = Convert.FromHexString(SeedOf().Match(await File.ReadAllTextAsync(Path.Combine(Round.RecordFolder, "result.json"))).Groups[1].Value);
        var headings = Round.Sheets.Select(sheet => sheet.HeadingId).ToList();
        await FailsAsync("ballots.csv", text =>
        {
            var ballots = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select((line, i) => BallotsFile.Read(line, i + 1, headings)).ToList();
            var one = ballots.FindIndex(ballot => ballot.Choices.StartsWith($"{First}:1,2"));
            var other = ballots.FindIndex(ballot => ballot.Choices.StartsWith($"{First}:4"));
            ballots[one] = (ballots[one].Choices.Replace($"{First}:1,2", $"{First}:1"), ballots[one].Band);
            ballots[other] = (ballots[other].Choices.Replace($"{First}:4", $"{First}:2,4"), ballots[other].Band);
            var shuffled = ballots.OrderBy(ballot => ballot.Choices, StringComparer.Ordinal).ThenBy(ballot => ballot.Band, StringComparer.Ordinal)
                .Select((ballot, i) => (ballot, Key: Convert.ToHexStringLower(BallotPublication.ShuffleKey(seed, i + 1)))).OrderBy(ballot => ballot.Key, StringComparer.Ordinal);
            return string.Concat(((string[])[BallotsFile.Columns(headings), .. shuffled.Select((ballot, i) => BallotsFile.Line(i + 1, ballot.ballot.Band, ballot.ballot.Choices, headings))])
                .Select(line => line + "\n"));
        }, "opened ballots", $"PaBuLib {First}");
        var found = await CheckAsync(Round.RecordFolder, Round.OpeningsFolder);
        Assert.DoesNotContain(found, check => check.Passed != true);
    }

    [Fact]
    public async Task A_changed_sheet_is_found_by_its_hash()
    {
        await FailsAsync($"sheet-{First}.txt", text => ReplaceOne(text, "cost-cents 6000", "cost-cents 5000"), $"sheet {First}", $"count {First}");
        // Even when the result is made to name the changed sheet's hash: the log says which one was frozen.
        var sheet = ReplaceOne(await File.ReadAllTextAsync(Path.Combine(Round.RecordFolder, $"sheet-{First}.txt")), "cost-cents 6000", "cost-cents 5000");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(sheet)));
        await FailsAsync("result.json", text => text.Replace(Round.Sheets[0].Hash, hash), [($"sheet-{First}.txt", sheet)], "audit excerpt", "openings");
    }

    [Fact]
    public async Task A_changed_PaBuLib_file_is_found()
    {
        await FailsAsync($"heading-{First}.pb", text => ReplaceOne(text, ";1,2", ";1,3"), $"PaBuLib {First}");
        await FailsAsync($"heading-{Second}.pb", text => ReplaceOne(text, "budget;50.00", "budget;51.00"), $"PaBuLib {Second}");
        await FailsAsync($"heading-{Second}.pb", text => text.Replace("VOTES", "VOICES"), $"PaBuLib {Second}");
    }

    [Fact]
    public async Task A_changed_excerpt_of_the_log_is_found()
    {
        await FailsAsync("audit.jsonl", text => ReplaceOne(text, "\"act\":\"duty.Count\"", "\"act\":\"duty.Other\""), "audit excerpt");
        await FailsAsync("audit.jsonl", text => string.Join('\n', text.Split('\n').Where((_, i) => i != 2)), "audit excerpt");
        await FailsAsync("audit.jsonl", text => text[..(text[..^1].LastIndexOf('\n') + 1)], "audit excerpt");
        await FailsAsync("audit.jsonl", text => ReplaceOne(text, "\"previous\":\"", "\"previous\":\"f"), "audit excerpt");
        await FailsAsync("result.json", text => Publishing().Replace(text, "$1\"entry\": 1,"), "audit excerpt");
    }

    [Fact]
    public async Task A_log_written_anew_from_its_beginning_is_found_by_the_head_that_somebody_noted_down()
    {
        // Whoever can write to the database can have every hash follow, in the log, in the excerpt and in the result.
        var (log, hashes) = WriteAnew(await File.ReadAllTextAsync(Round.AuditLog), AuditChain.Beginning, line => line["id"]!.GetValue<long>() == 3 ? "role.unheard-of" : null);
        var folder = Copy(Round.RecordFolder);
        var excerpt = Path.Combine(folder, RecordFile.AuditName);
        await File.WriteAllTextAsync(excerpt, WriteAnew(await File.ReadAllTextAsync(excerpt), hashes[Round.Opening.Entry - 1], _ => null).Text);
        var result = Path.Combine(folder, RecordFile.ResultName);
        await File.WriteAllTextAsync(result, Head().Replace(await File.ReadAllTextAsync(result), match => match.Groups[1].Value + hashes[long.Parse(match.Groups[2].Value)]));

        async Task<IReadOnlyList<RecordCheck>> VerifyAsync(params AuditHead[] noted)
        {
            using var record = RecordSource.Open(folder);
            return await new RecordVerifier(record, new(Round.Receipts, [], null, new MemoryStream(Encoding.UTF8.GetBytes(log)), noted)).CheckAsync(default).ToListAsync();
        }
        Assert.DoesNotContain(await VerifyAsync(), check => check.Passed == false);
        Assert.Equal("announced log head", Assert.Single(await VerifyAsync(Round.Opening), check => check.Passed == false).Name);
    }

    [Fact]
    public async Task A_changed_opening_is_found()
    {
        await OpeningsFailAsync(text => ReplaceOne(text, ":1,2", ":1,3"), "openings", "opened ballots", $"opened count {First}");
        await OpeningsFailAsync(text => Nonce().Replace(text, match => $",{(match.Groups[1].Value == "0" ? '1' : '0')}", 1), "openings");
        await OpeningsFailAsync(text => text[..(text[..^1].LastIndexOf('\n') + 1)], "openings");
        await OpeningsFailAsync(text => text + text.Split('\n')[1] + "\n", "openings");
    }

    [Fact]
    public async Task A_changed_log_is_found_at_the_entry()
    {
        var text = await File.ReadAllTextAsync(Round.AuditLog);
        async Task<RecordCheck> Check(string changed) => Assert.Single(await RecordVerifier.CheckAuditLogAsync(new MemoryStream(Encoding.UTF8.GetBytes(changed)), [], default));
        Assert.True((await Check(text)).Passed);
        Assert.Equal((false, true), await Check(ReplaceOne(text, "role.granted", "role.revoked")) is var check ? (check.Passed!.Value, check.Detail.Contains("entry 3 ")) : default);
        Assert.False((await Check(string.Join('\n', text.Split('\n').Where((_, i) => i != 3)))).Passed);
        Assert.False((await Check("{}")).Passed);
        Assert.False((await Check("")).Passed);
        // A log that was cut off follows, but lacks the head that was published.
        using var record = RecordSource.Open(Round.RecordFolder);
        var cut = string.Join('\n', text.Split('\n').Take(8));
        Assert.True((await Check(cut)).Passed);
        var checks = await new RecordVerifier(record, new([], [], null, new MemoryStream(Encoding.UTF8.GetBytes(cut)))).CheckAsync(default).ToListAsync();
        Assert.Equal("audit log", Assert.Single(checks, check => check.Passed == false).Name);
    }

    [Fact]
    public async Task A_missing_file_fails_its_checks_and_hides_no_other()
    {
        foreach (var (file, check) in new[]
        {
            ("result.json", "result"), ("commitments.txt", "commitments"), ("ballots.csv", "ballots"), ($"sheet-{First}.txt", $"sheet {First}"),
            ($"heading-{First}.pb", $"PaBuLib {First}"), ("audit.jsonl", "audit excerpt"),
        })
        {
            var folder = Copy(Round.RecordFolder);
            File.Delete(Path.Combine(folder, file));
            var checks = await CheckAsync(folder, null);
            Assert.Contains(checks, found => found.Name == check && found.Passed == false && found.Detail.Contains(file));
            if (file != "result.json")
                Assert.Contains(checks, found => found.Passed == true);
        }
    }

    private Task FailsAsync(string file, Func<string, string> change, params string[] failing) => FailsAsync(file, change, [], failing);

    private async Task FailsAsync(string file, Func<string, string> change, (string File, string Text)[] besides, params string[] failing)
    {
        var folder = Copy(Round.RecordFolder);
        var path = Path.Combine(folder, file);
        var before = await File.ReadAllTextAsync(path);
        Assert.NotEqual(before, change(before));
        await File.WriteAllTextAsync(path, change(before));
        foreach (var (other, text) in besides)
            await File.WriteAllTextAsync(Path.Combine(folder, other), text);
        Has(await CheckAsync(folder, Round.OpeningsFolder), failing);
    }

    private async Task OpeningsFailAsync(Func<string, string> change, params string[] failing)
    {
        var folder = Copy(Round.OpeningsFolder);
        var path = Path.Combine(folder, "openings.csv");
        var before = await File.ReadAllTextAsync(path);
        Assert.NotEqual(before, change(before));
        await File.WriteAllTextAsync(path, change(before));
        Has(await CheckAsync(Round.RecordFolder, folder), failing);
    }

    private static void Has(IReadOnlyList<RecordCheck> checks, string[] failing)
    {
        var failed = checks.Where(check => check.Passed == false).Select(check => check.Name).ToHashSet();
        Assert.True(failed.IsSupersetOf(failing), $"Failed only: {string.Join(", ", failed)}");
    }

    private async Task<IReadOnlyList<RecordCheck>> CheckAsync(string folder, string? openingsFolder)
    {
        using var record = RecordSource.Open(folder);
        using var openings = openingsFolder is null ? null : RecordSource.Open(openingsFolder);
        return await new RecordVerifier(record, new(Round.Receipts, [], openings)).CheckAsync(default).ToListAsync();
    }

    private string Copy(string folder)
    {
        var copy = Path.Combine(Path.GetDirectoryName(folder)!, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    /// <summary>A log or an excerpt with some acts changed and every hash made to follow again.</summary>
    private static (string Text, IReadOnlyDictionary<long, string> Hashes) WriteAnew(string log, string previous, Func<JsonObject, string?> change)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Dictionary<long, string> hashes = [];
        lines[0]["previous"] = previous;
        foreach (var line in lines.Skip(1))
        {
            string Text(string name) => line[name]!.GetValue<string>();
            line["act"] = change(line) ?? line["act"]?.DeepClone();
            var digest = line["digest"] is null
                ? AuditChain.DigestOf(Text("salt"), line["at"]!.GetValue<long>(), Text("actor"), Text("act"), Text("subject"), Text("detail"))
                : Text("digest");
            var id = line["id"]!.GetValue<long>();
            hashes[id] = previous = AuditChain.HashAfter(previous, id, digest);
            line["hash"] = previous;
        }
        return (string.Concat(lines.Select(line => line.ToJsonString() + "\n")), hashes);
    }

    private static string ReplaceOne(string text, string old, string replacement)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"There is no {old}.");
        return text[..at] + replacement + text[(at + old.Length)..];
    }

    private static string SwapTwo(string text)
    {
        var lines = text.Split('\n');
        var other = Enumerable.Range(2, lines.Length - 3).First(i => Contents(i) != Contents(1));
        (lines[1], lines[other]) = ("1" + Contents(other), other.ToString() + Contents(1));
        return string.Join('\n', lines);

        string Contents(int i) => lines[i][lines[i].IndexOf(',')..];
    }

    [GeneratedRegex("\"root\": \"(.)")]
    private static partial Regex Root();

    [GeneratedRegex("\"seed\": \"([0-9a-f]{64})")]
    private static partial Regex SeedOf();

    [GeneratedRegex("(\"publishing\": \\{\\s*)\"entry\": \\d+,")]
    private static partial Regex Publishing();

    [GeneratedRegex("(\"entry\": (\\d+),\\s*\"hash\": \")[0-9a-f]{64}")]
    private static partial Regex Head();

    [GeneratedRegex(",([0-9a-f])")]
    private static partial Regex Nonce();

    /// <summary>One round for all of these tests, which only read it.</summary>
    public sealed class Downloads : IAsyncLifetime
    {
        public PublishedRound Round { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Round = await (await PublishedRound.CreateAsync(DatabaseKind.Sqlite)).DownloadAsync();

        public ValueTask DisposeAsync() => Round.DisposeAsync();
    }
}
