using System.Diagnostics;
using System.Text.Json;

namespace Budgeting.Tally.Tests;

/// <summary>The tool as a person or a script runs it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("budgeting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tally_writes_a_table()
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), "--rule", "greedy"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("money left  0\n", outcome.Output);
        Assert.Contains("1  1                 2    60           100  funded                                Swings\n", outcome.Output);
        Assert.Contains("does not fit, 10 missing, tie broken  Lights", outcome.Output);
    }

    [Fact]
    public async Task Tally_writes_JSON()
    {
        string text = Pb.With("budget;100", "budget;100.50");
        Outcome outcome = await Run(["tally", File("a.pb", text), "--rule", "greedy", "--ties", "cost,id", "--json"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        JsonElement result = document.RootElement;
        Assert.Equal("greedy", result.GetProperty("rule").GetString());
        Assert.Equal("cost,id", result.GetProperty("ties").GetString());
        Assert.Equal(["1", "3"], result.GetProperty("winners").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("100", result.GetProperty("cost").GetString());
        Assert.Equal("100.5", result.GetProperty("budget").GetString());
        Assert.Equal("0.5", result.GetProperty("moneyLeft").GetString());
        JsonElement lights = result.GetProperty("projects")[1];
        Assert.Equal("2", lights.GetProperty("id").GetString());
        Assert.Equal("Lights", lights.GetProperty("name").GetString());
        Assert.Equal("50", lights.GetProperty("cost").GetString());
        Assert.Equal(1, lights.GetProperty("supporters").GetInt32());
        Assert.Equal(3, lights.GetProperty("position").GetInt32());
        Assert.Equal("0.5", lights.GetProperty("moneyBefore").GetString());
        Assert.False(lights.GetProperty("funded").GetBoolean());
        Assert.Equal("doesNotFit", lights.GetProperty("reason").GetString());
        Assert.Equal("49.5", lights.GetProperty("missing").GetString());
        Assert.Equal(["3", "2"], lights.GetProperty("tied").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task Tally_reads_standard_input()
    {
        Outcome outcome = await Run(["tally", "-", "--rule", "greedy", "--json"], Pb.Valid);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(2, document.RootElement.GetProperty("winners").GetArrayLength());
    }

    [Fact]
    public async Task An_unreadable_file_is_told_in_one_line_with_file_line_and_field()
    {
        string path = File("bad.pb", Pb.With("2;50;", "2;-50;"));
        Outcome outcome = await Run(["tally", path, "--rule", "greedy", "--json"]);

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal($"budgeting: {path}: line 17, cost: -50 is less than zero\n", outcome.Error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_in_one_line()
    {
        Outcome outcome = await Run(["tally", Path.Combine(_folder, "none.pb"), "--rule", "greedy"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith("none.pb: there is no such file\n", outcome.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("tally")]
    [InlineData("tally", "a.pb")]
    [InlineData("tally", "a.pb", "--rule", "lottery")]
    [InlineData("tally", "a.pb", "--rule", "greedy", "--ties", "luck")]
    [InlineData("tally", "a.pb", "--rule", "greedy", "--ties", "")]
    [InlineData("tally", "a.pb", "--rule", "greedy", "--fast")]
    [InlineData("guess")]
    public async Task Wrong_usage_is_told_in_one_line(params string[] arguments)
    {
        Outcome outcome = await Run(arguments);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("budgeting: ", outcome.Error);
        Assert.Equal(outcome.Error.Length - 1, outcome.Error.IndexOf('\n'));
    }

    [Theory]
    [InlineData("--min-share", "0.6", "1")]
    [InlineData("--cost-divisor", "0.65", "1")]
    [InlineData("--category-cap", "play=50", "2,3")]
    [InlineData("--group-cap", "70:1,2", "1,3")]
    [InlineData("--conflict", "1,3", "1")]
    public async Task Conditions_and_ceilings_are_options(string option, string value, string winners)
    {
        string text = Pb.Valid.Replace("project_id;cost;name", "project_id;cost;category").Replace(";Swings", ";play").Replace(";Lights", ";street");
        Outcome outcome = await Run(["tally", File("a.pb", text), "--rule", "greedy", option, value, "--json", "--explain"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(winners.Split(','), document.RootElement.GetProperty("winners").EnumerateArray().Select(id => id.GetString()).Order());
        Assert.True(document.RootElement.TryGetProperty("groups", out _) || document.RootElement.TryGetProperty("eligibility", out _));
    }

    [Theory]
    [InlineData("--min-share", "much")]
    [InlineData("--cost-divisor", "-3")]
    [InlineData("--category-cap", "parks=50")]
    [InlineData("--category-cap", "50")]
    [InlineData("--group-cap", "50")]
    [InlineData("--group-cap", "50:1,99")]
    [InlineData("--conflict", "1,99")]
    public async Task A_condition_that_does_not_go_with_the_file_is_refused(string option, string value)
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), "--rule", "greedy", option, value]);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith($"budgeting: {option}: ", outcome.Error);
    }

    [Fact]
    public async Task Explanations_are_made_thoroughly_when_asked_for()
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), "--rule", "mes", "--completion", "add1", "--thorough", "--language", "sv"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("Det hade finansierats om", outcome.Output);
    }

    [Fact]
    public async Task A_tie_left_over_asks_for_another_criterion()
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), "--rule", "greedy", "--ties", "votes"]);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("2, 3", outcome.Error);
        Assert.Contains("--ties", outcome.Error);
    }

    [Fact]
    public async Task A_name_cannot_control_the_terminal()
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.With("Lights", "\"Li\u001b[2Jg\nhts\"")), "--rule", "greedy"]);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Li [2Jg hts", outcome.Output);
    }

    [Fact]
    public async Task A_result_has_the_same_bytes_whatever_the_culture_and_whether_the_file_is_compressed()
    {
        string path = File("a.pb", Pb.Valid);
        using (FileStream target = System.IO.File.Create(path + ".gz"))
        using (System.IO.Compression.GZipStream gzip = new(target, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(Pb.Valid));
        }

        string[] options = ["--rule", "mes", "--satisfaction", "cardinality", "--completion", "add1u", "--json", "--explain", "--verify"];
        Outcome plain = await Run(["tally", path, .. options]);
        Outcome compressed = await Run(["tally", path + ".gz", .. options]);

        Assert.Equal((0, ""), (plain.ExitCode, plain.Error));
        Assert.Equal(plain, compressed);
        using JsonDocument document = JsonDocument.Parse(plain.Output);
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Pb.Valid))),
            document.RootElement.GetProperty("inputSha256").GetString());
        Assert.StartsWith("Budgeting.Tally ", document.RootElement.GetProperty("engine").GetString());
        Assert.Equal("mes", document.RootElement.GetProperty("rule").GetString());
        Assert.All(document.RootElement.GetProperty("findings").EnumerateArray(), finding => Assert.NotEqual("", finding.GetProperty("property").GetString()));
        Assert.NotEqual("", document.RootElement.GetProperty("projects")[0].GetProperty("text").GetProperty("fi").GetString());
    }

    [Theory]
    [InlineData("--rule", "mes", "--satisfaction", "borda")]
    [InlineData("--rule", "mes", "--completion", "step:0")]
    [InlineData("--rule", "mes", "--completion", "add2")]
    [InlineData("--rule", "greedy", "--ties", "id,id")]
    [InlineData("--rule", "greedy", "--language", "tlh")]
    [InlineData("--rule", "greedy", "--min-score", "many")]
    public async Task What_cannot_be_counted_is_told_in_one_line(params string[] options)
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), .. options]);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(outcome.Error.Length - 1, outcome.Error.IndexOf('\n'));
    }

    [Fact]
    public async Task A_lot_is_read_from_a_file()
    {
        Outcome outcome = await Run(["tally", File("a.pb", Pb.Valid), "--rule", "greedy", "--ties", $"votes,lot:{File("lot.txt", "3\n1\n2\n")}", "--json"]);

        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(["1", "3"], document.RootElement.GetProperty("winners").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task Rules_are_compared_side_by_side()
    {
        Outcome outcome = await Run(["compare", File("a.pb", Pb.Valid), "--rules", "greedy,mes/cardinality/add1,phragmen"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("voters served", outcome.Output);
        Assert.Contains("mes/cardinality/add1", outcome.Output);
    }

    [Fact]
    public async Task A_file_is_checked_and_converted()
    {
        string path = File("a.pb", Pb.With("1;60;Swings", "1;60;=1+1"));
        Outcome check = await Run(["check", path]);
        Outcome csv = await Run(["convert", path, "--to", "projects-csv"]);
        Outcome pb = await Run(["convert", path, "--to", "pb"]);

        Assert.Contains("ballots   2 of type approval, 2 different\n", check.Output);
        Assert.Contains("1,60,'=1+1\n", csv.Output);
        Assert.Equal(System.IO.File.ReadAllText(path), pb.Output);
    }

    [Fact]
    public async Task Migrate_makes_the_tables_leaves_them_when_they_are_up_to_date_and_says_when_the_database_is_away()
    {
        string connection = $"Data Source={Path.Combine(_folder, "new.db")}";
        Outcome made = await Run(["migrate", "--connection", connection]);
        Outcome again = await Run(["migrate", "--connection", connection]);
        Outcome used = await Run(["region", "turku", "--name", "Turku", "--connection", connection]);
        Outcome away = await Run(["migrate", "--provider", "PostgreSQL", "--connection", "Host=127.0.0.1;Port=1;Username=x;Password=geheim;Timeout=3"]);

        Assert.Equal(new Outcome(0, "The database is up to date.\n", ""), made);
        Assert.Equal(made, again);
        Assert.Equal(0, used.ExitCode);
        Assert.Equal((3, ""), (away.ExitCode, away.Output));
        Assert.StartsWith("budgeting: The PostgreSQL database at 127.0.0.1:1", away.Error);
        Assert.DoesNotContain("geheim", away.Error);
    }

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static async Task<Outcome> Run(string[] arguments, string input = "")
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "budgeting.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "fi_FI.UTF-8";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Outcome(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }

    private sealed record Outcome(int ExitCode, string Output, string Error);
}
