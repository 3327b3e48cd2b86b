using System.Text;
using static Budgeting.Tally.PabulibErrorCode;

namespace Budgeting.Tally.Tests;

public sealed class PabulibErrorTests
{
    [Theory]
    [InlineData("7;1,2", "7;1,9", UnknownProject, 21, "vote", "9")]
    [InlineData("7;1,2", "7;01", UnknownProject, 21, "vote", "01")]
    [InlineData("7;1,2", "7;1,,2", EmptyChoice, 21, "vote")]
    [InlineData("7;1,2", "7;1,", EmptyChoice, 21, "vote")]
    [InlineData("7;1,2", ";1,2", MissingValue, 21, "voter_id")]
    [InlineData("8;1,3", "7;1,3", DuplicateVoter, 22, "voter_id", "7")]
    [InlineData("8;1,3", "8;1,3;", WrongColumnCount, 22, "VOTES", "2", "3")]
    [InlineData("8;1,3", "8", WrongColumnCount, 22, "VOTES", "2", "1")]
    [InlineData("2;50;Lights", "1;50;Lights", DuplicateProject, 17, "project_id", "1")]
    [InlineData("2;50;Lights", " ;50;Lights", MissingValue, 17, "project_id")]
    [InlineData("2;50;Lights", "2,5;50;Lights", CommaInProjectId, 17, "project_id", "2,5")]
    [InlineData("2;50;Lights", "2;;Lights", MissingValue, 17, "cost")]
    [InlineData("2;50;Lights", "2;-50;Lights", NegativeNumber, 17, "cost", "-50")]
    [InlineData("2;50;Lights", "2;fifty;Lights", UnreadableNumber, 17, "cost", "fifty")]
    [InlineData("2;50;Lights", "2;1e3;Lights", UnreadableNumber, 17, "cost", "1e3")]
    [InlineData("2;50;Lights", "2;50;Lights;", WrongColumnCount, 17, "PROJECTS", "3", "4")]
    [InlineData("2;50;Lights", "2;50;\"Lights", UnterminatedQuote, 17, "name")]
    [InlineData("2;50;Lights", "2;50;\"Lights; lamps\" and more", TextAfterQuote, 17, "name")]
    [InlineData("project_id;cost;name", "id;cost;name", MissingColumn, 15, "project_id", "project_id", "PROJECTS")]
    [InlineData("project_id;cost;name", "project_id;price;name", MissingColumn, 15, "cost", "cost", "PROJECTS")]
    [InlineData("project_id;cost;name", "project_id;cost;cost", DuplicateColumn, 15, "cost", "cost")]
    [InlineData("voter_id;vote", "voter_id;choice", MissingColumn, 20, "vote", "vote", "VOTES")]
    [InlineData("voter_id;vote", "voter;vote", MissingColumn, 20, "voter_id", "voter_id", "VOTES")]
    [InlineData("approval", "cumulative", MissingColumn, 20, "points", "points", "VOTES")]
    [InlineData("key;value", "key;values", MissingColumn, 2, "value", "value", "META")]
    [InlineData("key;value", "key;value;note", WrongColumnCount, 3, "META", "3", "2")]
    [InlineData("country;Finland\n", "", MissingKey, 2, "country", "country")]
    [InlineData("country;Finland", "country; ", MissingValue, 4, "country")]
    [InlineData("country;Finland", "unit;Finland", DuplicateKey, 5, "unit", "unit")]
    [InlineData("country;Finland", "country", WrongColumnCount, 4, "META", "2", "1")]
    [InlineData("num_projects;3", "num_projects;4", WrongProjectCount, 7, "num_projects", "4", "3")]
    [InlineData("num_votes;2", "num_votes;1", WrongVoteCount, 8, "num_votes", "1", "2")]
    [InlineData("num_votes;2", "num_votes;2.5", UnreadableNumber, 8, "num_votes", "2.5")]
    [InlineData("num_votes;2", "num_votes;-2", NegativeNumber, 8, "num_votes", "-2")]
    [InlineData("num_votes;2", "num_votes;99999999999", UnreadableNumber, 8, "num_votes", "99999999999")]
    [InlineData("budget;100", "budget;1 000", UnreadableNumber, 9, "budget", "1 000")]
    [InlineData("budget;100", "budget;-100", NegativeNumber, 9, "budget", "-100")]
    [InlineData("budget;100\n", "", MissingKey, 2, "budget", "budget")]
    [InlineData("approval", "approvals", UnknownVoteType, 10, "vote_type", "approvals")]
    [InlineData("approval", "choose-1", BallotTooLong, 21, "vote", "1", "2")]
    [InlineData("rule;greedy", "rule;greedy\nmax_length;1", BallotTooLong, 22, "vote", "1", "2")]
    [InlineData("rule;greedy", "rule;greedy\nmin_length;4\nmax_length;3", ContradictoryLimits, 12, "min_length", "min_length", "4", "max_length", "3")]
    [InlineData("rule;greedy", "rule;greedy\nmax_sum_cost;1\nmin_sum_cost;1,5", ContradictoryLimits, 13, "min_sum_cost", "min_sum_cost", "1.5", "max_sum_cost", "1")]
    [InlineData("rule;greedy", "rule;greedy\nmin_project_cost;2\nmax_project_cost;1", ContradictoryLimits, 12, "min_project_cost", "min_project_cost", "2", "max_project_cost", "1")]
    [InlineData("rule;greedy", "rule;greedy\nmin_points;2\nmax_points;-1", ContradictoryLimits, 12, "min_points", "min_points", "2", "max_points", "-1")]
    [InlineData("rule;greedy", "rule;greedy\nmin_sum_points;2\nmax_sum_points;1", ContradictoryLimits, 12, "min_sum_points", "min_sum_points", "2", "max_sum_points", "1")]
    [InlineData("rule;greedy", "rule;greedy\nmax_length;few", UnreadableNumber, 12, "max_length", "few")]
    [InlineData("rule;greedy", "rule;", MissingValue, 11, "rule")]
    [InlineData("01.02.2026", "2026-02-01", UnreadableDate, 12, "date_begin", "2026-02-01")]
    [InlineData("28.02.2026", "31.02.2026", UnreadableDate, 13, "date_end", "31.02.2026")]
    [InlineData("28.02.2026", "31.01.2026", ContradictoryLimits, 12, "date_begin", "date_begin", "01.02.2026", "date_end", "31.01.2026")]
    [InlineData("28.02.2026", "2025", ContradictoryLimits, 12, "date_begin", "date_begin", "01.02.2026", "date_end", "2025")]
    [InlineData("META\n", "", MissingSection, 1, "META", "META")]
    [InlineData("META\n", "PROJECTS\n", MissingSection, 1, "META", "META")]
    [InlineData("PROJECTS\n", "VOTES\n", SectionOutOfOrder, 14, "VOTES", "VOTES")]
    [InlineData("8;1,3", "META", SectionOutOfOrder, 22, "META", "META")]
    [InlineData("VOTES\nvoter_id;vote\n7;1,2\n8;1,3", "", MissingSection, 18, "VOTES", "VOTES")]
    [InlineData("VOTES\nvoter_id;vote\n7;1,2\n8;1,3", "VOTES", MissingColumn, 19, "voter_id", "voter_id", "VOTES")]
    [InlineData("project_id;cost;name\n1;60;Swings\n2;50;Lights\n3;40;Benches\n", "", MissingColumn, 14, "project_id", "project_id", "PROJECTS")]
    public void An_error_says_what_where_and_in_which_field(
        string old, string replacement, PabulibErrorCode code, int line, string field, params string[] arguments)
    {
        foreach (string newLine in new[] { "\n", "\r\n" })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Pb.With(old, replacement).ReplaceLineEndings(newLine));

            Assert.False(PabulibReader.TryRead(new MemoryStream(bytes), out PabulibFile? file, out PabulibError? error));

            Assert.Null(file);
            Assert.Equal((code, line, field), (error.Code, error.Line, error.Field));
            Assert.Equal(arguments, error.Arguments);
            Assert.StartsWith($"line {line}, {field}: ", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("7;2,1;1", WrongPointsCount, "2", "1")]
    [InlineData("7;2,1;", WrongPointsCount, "2", "0")]
    [InlineData("7;;1", WrongPointsCount, "0", "1")]
    [InlineData("7;2,1;1,x", UnreadableNumber, "x")]
    public void Points_go_with_the_projects_of_the_vote(string vote, PabulibErrorCode code, params string[] arguments)
    {
        string text = Pb.Valid
            .Replace("approval", "scoring", StringComparison.Ordinal)
            .Replace("voter_id;vote\n7;1,2\n8;1,3", $"voter_id;vote;points\n8;1;1\n{vote}", StringComparison.Ordinal);

        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(text)).Error;

        Assert.Equal((code, 22, "points"), (error.Code, error.Line, error.Field));
        Assert.Equal(arguments, error.Arguments);
    }

    [Fact]
    public void Lines_are_counted_through_blank_lines_and_cells_of_several_lines()
    {
        string text = Pb.With("description;A small election", "\ndescription;\"A\nsmall\nelection\"").Replace("8;1,3", "8;1,9", StringComparison.Ordinal);

        Assert.Equal(25, Assert.Throws<PabulibException>(() => Pb.Read(text)).Error.Line);
    }

    [Theory]
    [InlineData("Benches", 18, "name")]
    [InlineData("1,3", 22, "vote")]
    [InlineData("cost", 15, "column 2")]
    [InlineData("Kajaani", 5, "value")]
    public void Bytes_that_are_not_UTF8_are_refused_where_they_stand(string place, int line, string field)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Pb.With(place, "\u00E4\u00F6"));

        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(bytes)).Error;

        Assert.Equal((InvalidUtf8, line, field), (error.Code, error.Line, error.Field));
    }

    [Fact]
    public void Other_encodings_and_empty_files_are_refused()
    {
        byte[] utf16 = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Pb.Valid)];

        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read(utf16)).Error.Code);
        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read("")).Error.Code);
        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read("\n\n\uFEFF")).Error.Code);
        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read("\0")).Error.Code);
        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read("voter_id;vote;points")).Error.Code);
        Assert.Equal(MissingColumn, Assert.Throws<PabulibException>(() => Pb.Read("META")).Error.Code);
        Assert.Equal(MissingSection, Assert.Throws<PabulibException>(() => Pb.Read("META\nkey;value")).Error.Code);
    }

    // Found by damaging files at random; see the benchmarks' fuzz.
    [Theory]
    [InlineData("voter_id;vote\n7;1,2\n8;1,3", "voter_id;vote; ; \n7;1,2;;\n8;1,3;;", DuplicateColumn, 20, "column 4")]
    [InlineData("project_id;cost;name\n1;60;Swings", "project_id;cost;\n1;60;\"a;b\" c", TextAfterQuote, 16, "column 3")]
    [InlineData("country;Finland", "country;Finland\n;1\n;2", DuplicateKey, 6, "key")]
    [InlineData("budget;100", "budget;1e400", UnreadableNumber, 9, "budget")]
    [InlineData("budget;100", "budget;NaN", UnreadableNumber, 9, "budget")]
    [InlineData("7;1,2", "7;1,\0", UnknownProject, 21, "vote")]
    [InlineData("7;1,2", "7;1\0,2", UnknownProject, 21, "vote")]
    [InlineData("2;50;Lights", "2;1e400;Lights", UnreadableNumber, 17, "cost")]
    [InlineData("2;50;Lights", "2;NaN;Lights", UnreadableNumber, 17, "cost")]
    [InlineData("2;50;Lights", "2;Infinity;Lights", UnreadableNumber, 17, "cost")]
    [InlineData("2;50;Lights", "2;\05;Lights", UnreadableNumber, 17, "cost")]
    [InlineData("num_votes;2", "num_votes;1e400", UnreadableNumber, 8, "num_votes")]
    [InlineData("key;value", "\0key;value", MissingColumn, 2, "key")]
    [InlineData("8;1,3", "PROJECTS", SectionOutOfOrder, 22, "PROJECTS")]
    public void Odd_files_have_a_line_and_a_field(string old, string replacement, PabulibErrorCode code, int line, string field)
    {
        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(Pb.With(old, replacement))).Error;

        Assert.Equal((code, line, field), (error.Code, error.Line, error.Field));
    }

    [Fact]
    public void A_cell_of_many_megabytes_and_a_million_projects_are_read()
    {
        string cell = new('x', 20_000_000);
        Assert.Equal(cell.Length, Pb.Read(Pb.With("Swings", cell)).Instance.Projects[0].Name!.Length);

        StringBuilder projects = new();
        for (int project = 1; project <= 1_000_000; project++)
        {
            projects.Append(project).Append(";1;\n");
        }

        string text = Pb.Valid.Replace("num_projects;3", "num_projects;1000000", StringComparison.Ordinal)
            .Replace("1;60;Swings\n2;50;Lights\n3;40;Benches\n", projects.ToString(), StringComparison.Ordinal);
        Assert.Equal(1_000_000, Pb.Read(text).Instance.Projects.Length);
    }

    [Fact]
    public void Minus_zero_is_zero()
    {
        Assert.Equal(0, Pb.Read(Pb.With("2;50;Lights", "2;-0;Lights")).Instance.Projects[1].Cost);
    }

    [Fact]
    public void Every_code_has_a_message_of_its_own()
    {
        string[] messages = [.. Enum.GetValues<PabulibErrorCode>().Select(code => new PabulibError(code, 1, "x", ["a", "b", "c", "d"]).Message)];

        Assert.Equal(messages.Length, messages.Distinct().Count());
        Assert.DoesNotContain(messages, message => Enum.GetNames<PabulibErrorCode>().Contains(message));
    }
}
