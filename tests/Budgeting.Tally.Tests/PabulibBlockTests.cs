using System.Text;
using static Budgeting.Tally.PabulibErrorCode;

namespace Budgeting.Tally.Tests;

/// <summary>Long files are read in blocks, several at a time; nobody can tell.</summary>
public sealed class PabulibBlockTests
{
    private const int Rows = 60_000;
    private const int FirstLine = 21;

    [Theory]
    [InlineData("approval")]
    [InlineData("ordinal")]
    [InlineData("scoring")]
    public void Every_row_is_read_as_if_there_were_no_blocks(string voteType)
    {
        bool scoring = voteType == "scoring";
        string[][] rows = NewRows(scoring);

        PabulibFile file = Pb.Read(Text(rows, voteType));

        Profile.Builder builder = new(file.Profile.VoteType, 3);
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(rows[row], file.Votes.Row(row).ToArray());
            int[] choices = [.. rows[row][1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) - 1)];
            if (scoring)
            {
                builder.Add(choices, [.. rows[row][2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(points => Rational.Parse(points))]);
            }
            else
            {
                builder.Add(choices);
            }
        }

        Profile expected = builder.Build();
        Assert.Equal(expected.GroupCount, file.Profile.GroupCount);
        Assert.Equal(Rows, file.Profile.BallotCount);
        for (int group = 0; group < expected.GroupCount; group++)
        {
            Assert.Equal(expected.ChoicesOf(group).ToArray(), file.Profile.ChoicesOf(group).ToArray());
            Assert.Equal(expected.PointsOf(group).AsEnumerable(), file.Profile.PointsOf(group));
            Assert.Equal(expected.MultiplicityOf(group), file.Profile.MultiplicityOf(group));
        }
    }

    [Theory]
    [InlineData("1,4", UnknownProject, "vote")]
    [InlineData("1,,2", EmptyChoice, "vote")]
    public void An_error_far_down_has_its_line(string vote, PabulibErrorCode code, string field)
    {
        foreach (int row in new[] { 20_000, 41_234, Rows - 1 })
        {
            string[][] rows = NewRows(scoring: false);
            rows[row][1] = vote;
            rows[^1][1] = "9";

            PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(Text(rows, "approval"))).Error;

            Assert.Equal((row == Rows - 1 ? UnknownProject : code, LineOf(rows, row), field), (error.Code, error.Line, error.Field));
        }
    }

    [Fact]
    public void Of_several_errors_the_first_row_s_is_told()
    {
        string[][] rows = NewRows(scoring: false);
        rows[50_000][1] = "9";
        rows[40_000][0] = rows[3][0];

        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(Text(rows, "approval"))).Error;
        Assert.Equal((DuplicateVoter, LineOf(rows, 40_000), rows[3][0]), (error.Code, error.Line, error.Arguments[0]));

        rows[30_000][1] = "8";
        error = Assert.Throws<PabulibException>(() => Pb.Read(Text(rows, "approval"))).Error;
        Assert.Equal((UnknownProject, LineOf(rows, 30_000)), (error.Code, error.Line));
    }

    [Fact]
    public void Points_of_any_fineness_are_put_over_one_denominator()
    {
        string[][] rows = NewRows(scoring: true);
        rows[100][2] = string.Join(',', Enumerable.Repeat("0.3", rows[100][1].Length == 0 ? 0 : rows[100][1].Split(',').Length));
        rows[50_000] = ["v", "1", "0.25", ""];

        Profile profile = Pb.Read(Text(rows, "scoring")).Profile;

        Assert.Contains(Enumerable.Range(0, profile.GroupCount), group => profile.PointsOf(group).SequenceEqual([new Rational(1, 4)]));
        rows[50_001] = ["w", "1", "0." + new string('1', 40), ""];
        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(Text(rows, "scoring"))).Error;
        Assert.Equal((UnreadableNumber, LineOf(rows, 50_001), "points"), (error.Code, error.Line, error.Field));
    }

    // Some with a cell over several lines, or longer than a block.
    private static string[][] NewRows(bool scoring)
    {
        Random random = new(5);
        string[][] rows = new string[Rows][];
        for (int row = 0; row < Rows; row++)
        {
            int[] choices = [.. Enumerable.Range(1, 3).Where(_ => random.Next(2) == 0)];
            random.Shuffle(choices);
            string note = random.Next(50) == 0 ? "a;\"b\"\n\nc" : row == 30_500 ? new string('x', 700_000) + "\n" : "";
            rows[row] =
            [
                FormattableString.Invariant($"voter {row * 7919L % 1_000_003}"), string.Join(',', choices),
                scoring ? string.Join(',', choices.Select(_ => random.Next(4))) : "", note,
            ];
        }

        return rows;
    }

    private static int LineOf(string[][] rows, int row) => FirstLine + row + rows[..row].Sum(cells => cells[3].Count(unit => unit == '\n'));

    private static string Text(string[][] rows, string voteType)
    {
        StringBuilder text = new(Pb.Valid[..Pb.Valid.IndexOf("VOTES", StringComparison.Ordinal)]
            .Replace("approval", voteType, StringComparison.Ordinal)
            .Replace("num_votes;2", FormattableString.Invariant($"num_votes;{Rows}"), StringComparison.Ordinal));
        text.Append("VOTES\nvoter_id;vote;points;note\n");
        foreach (string[] row in rows)
        {
            text.Append(row[0]).Append(';').Append(row[1]).Append(';').Append(row[2]).Append(";\"")
                .Append(row[3].Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\"\n");
        }

        return text.ToString();
    }
}
