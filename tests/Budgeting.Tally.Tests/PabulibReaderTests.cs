using System.Text;

namespace Budgeting.Tally.Tests;

public sealed class PabulibReaderTests
{
    [Fact]
    public void A_file_is_an_election()
    {
        PabulibFile file = Pb.Read(Pb.Valid);

        Assert.Equal(100, file.Instance.Budget);
        Assert.Equal([new Project("1", 60, "Swings"), new Project("2", 50, "Lights"), new Project("3", 40, "Benches")], file.Instance.Projects);
        Assert.Equal(VoteType.Approval, file.Profile.VoteType);
        Assert.Equal([2, 1, 1], file.Profile.CountSupporters());
        Assert.Equal("Kajaani", file.MetaValue("unit"));
        Assert.Null(file.MetaValue("edition"));
        Assert.Null(file.Selected(0));
        Assert.Null(file.Beneficiaries(0));
    }

    [Fact]
    public void Line_ends_byte_order_mark_and_the_last_line_end_make_no_difference_to_the_election_and_come_back()
    {
        foreach (string newLine in new[] { "\n", "\r\n" })
        {
            foreach (string mark in new[] { "", "\uFEFF" })
            {
                foreach (string last in new[] { "", newLine })
                {
                    string text = mark + Pb.Valid.ReplaceLineEndings(newLine) + last;
                    PabulibFile file = Pb.Read(text);

                    Assert.Equal(text, Pb.Write(file));
                    Assert.Equal(Pb.Read(Pb.Valid).Projects, file.Projects);
                    Assert.Equal(new PabulibLayout(newLine == "\r\n", last.Length > 0, mark.Length > 0), file.Layout);
                }
            }
        }
    }

    [Fact]
    public void Blank_lines_are_passed_over()
    {
        string text = "\n \n" + Pb.Valid.Replace("\n", "\n\r\n", StringComparison.Ordinal) + "\n\n  \n";

        Assert.Equal(Pb.Read(Pb.Valid + "\n"), Pb.Read(text));
    }

    [Fact]
    public void Quoted_cells_may_have_separators_quotation_marks_and_line_breaks_in_them()
    {
        PabulibFile file = Pb.Read(Pb.With("1;60;Swings", "1;60;\"The \"\"old\"\" park;\r\nswings\""));

        Assert.Equal("The \"old\" park;\r\nswings", file.Instance.Projects[0].Name);
        Assert.Equal(file, Pb.Read(Pb.Write(file)));
    }

    [Theory]
    [InlineData("\"Green\" park")]
    [InlineData("\"\" park")]
    [InlineData("Park \"Green\"")]
    [InlineData("\"Green\" \"park\"")]
    public void Quotation_marks_that_do_not_enclose_the_cell_are_text(string name)
    {
        PabulibFile file = Pb.Read(Pb.With("Swings", name));

        Assert.Equal(name, file.Instance.Projects[0].Name);
        Assert.Equal(file, Pb.Read(Pb.Write(file)));
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("\"\"\"Green\"\"\"", "\"Green\"")]
    [InlineData("\"plain\"", "plain")]
    [InlineData("a\rb", "a\rb")]
    [InlineData(" Ąčęėį 😀 ", " Ąčęėį 😀 ")]
    public void A_cell_means_what_it_says(string written, string name)
    {
        PabulibFile file = Pb.Read(Pb.With("Swings", written));

        Assert.Equal(name, file.Instance.Projects[0].Name);
        Assert.Equal(file, Pb.Read(Pb.Write(file)));
    }

    [Fact]
    public void Ids_are_text()
    {
        string text = Pb.Valid
            .Replace("1;60", "M/01/X;60", StringComparison.Ordinal)
            .Replace("2;50", "007;50", StringComparison.Ordinal)
            .Replace("3;40", "7;40", StringComparison.Ordinal)
            .Replace("7;1,2", "v-1;M/01/X,007", StringComparison.Ordinal)
            .Replace("8;1,3", "v-01;007", StringComparison.Ordinal);

        Assert.Equal([1, 2, 0], Pb.Read(text).Profile.CountSupporters());
    }

    [Fact]
    public void A_project_listed_twice_in_one_vote_counts_once()
    {
        PabulibFile file = Pb.Read(Pb.With("7;1,2", "7;1,2,1"));

        Assert.Equal([2, 1, 1], file.Profile.CountSupporters());
        Assert.Equal("1,2,1", file.Votes[0, 1]);
    }

    [Fact]
    public void An_empty_vote_is_a_ballot()
    {
        PabulibFile file = Pb.Read(Pb.With("7;1,2", "7;"));

        Assert.Equal(2, file.Profile.BallotCount);
        Assert.Equal([1, 0, 1], file.Profile.CountSupporters());
    }

    [Fact]
    public void White_space_around_ids_and_numbers_does_not_count_but_is_kept()
    {
        string text = Pb.Valid
            .Replace("budget;100", "budget; 100 ", StringComparison.Ordinal)
            .Replace("1;60", " 1 ; 60", StringComparison.Ordinal)
            .Replace("7;1,2", "7; 1 ,\t2 ", StringComparison.Ordinal);
        PabulibFile file = Pb.Read(text);

        Assert.Equal(100, file.Instance.Budget);
        Assert.Equal("1", file.Instance.Projects[0].Id);
        Assert.Equal(60, file.Instance.Projects[0].Cost);
        Assert.Equal([2, 1, 1], file.Profile.CountSupporters());
        Assert.Equal(text, Pb.Write(file));
    }

    [Theory]
    [InlineData("2458488.22")]
    [InlineData("2458488,22")]
    public void Money_may_have_decimals_with_point_or_comma(string budget)
    {
        PabulibFile file = Pb.Read(Pb.With("budget;100", $"budget;{budget}"));

        Assert.Equal(new Rational(245848822, 100), file.Instance.Budget);
        Assert.Equal(budget, file.MetaValue("budget"));
    }

    [Fact]
    public void Columns_come_in_any_order_and_unknown_ones_are_kept()
    {
        string text = Pb.Valid
            .Replace("project_id;cost;name\n1;60;Swings\n2;50;Lights\n3;40;Benches", "name;selected;colour;cost;project_id\nSwings;1;red;60;1\nLights;0;;50;2\nBenches;2;blue;40;3", StringComparison.Ordinal)
            .Replace("voter_id;vote\n7;1,2\n8;1,3", "mood;vote;voter_id\ngood;1,2;7\n;1,3;8", StringComparison.Ordinal);
        PabulibFile file = Pb.Read(text);

        Assert.Equal(Pb.Read(Pb.Valid).Instance.Projects, file.Instance.Projects);
        Assert.Equal([2, 1, 1], file.Profile.CountSupporters());
        Assert.Equal(["name", "selected", "colour", "cost", "project_id"], file.Projects.Columns);
        Assert.Equal(["1", "0", "2"], Enumerable.Range(0, 3).Select(file.Selected));
        Assert.Equal(text, Pb.Write(file));
    }

    [Fact]
    public void Unknown_keys_are_kept_in_their_place()
    {
        string text = Pb.With("country;Finland", "colour;blue\ncountry;Finland\nbudget_per_category;\"[1, 2]\"");
        PabulibFile file = Pb.Read(text);

        Assert.Equal("blue", file.MetaValue("colour"));
        Assert.Equal(("colour", "country"), (file.Meta[1, 0], file.Meta[2, 0]));
        Assert.Equal(file, Pb.Read(Pb.Write(file)));
    }

    [Theory]
    [InlineData("beneficiaries")]
    [InlineData("target")]
    public void Beneficiaries_may_be_called_target(string column)
    {
        string text = Pb.Valid
            .Replace("cost;name", $"cost;{column}", StringComparison.Ordinal);

        Assert.Equal("Swings", Pb.Read(text).Beneficiaries(0));
    }

    [Fact]
    public void Votes_with_points_are_read()
    {
        string text = Pb.Valid
            .Replace("approval", "cumulative\nmin_points;-1\nmax_points;5", StringComparison.Ordinal)
            .Replace("voter_id;vote\n7;1,2\n8;1,3", "voter_id;vote;points\n7;2,1;2.5,0\n8;;", StringComparison.Ordinal);
        PabulibFile file = Pb.Read(text);

        Assert.Equal(VoteType.Cumulative, file.Profile.VoteType);
        Assert.Equal([0, 1], file.Profile.ChoicesOf(0).ToArray());
        Assert.Equal("2.5,0", file.Votes[0, 2]);
    }

    [Theory]
    [InlineData("approval", VoteType.Approval)]
    [InlineData("ordinal", VoteType.Ordinal)]
    public void Vote_types_have_their_names(string name, VoteType voteType) =>
        Assert.Equal(voteType, Pb.Read(Pb.With("approval", name)).Profile.VoteType);

    [Fact]
    public void A_vote_may_have_fewer_projects_than_the_least_number() =>
        Assert.Equal(2, Pb.Read(Pb.With("rule;", "min_length;2\nmax_length;2\nrule;").Replace("7;1,2", "7;1", StringComparison.Ordinal)).Profile.BallotCount);

    [Fact]
    public void A_year_may_stand_for_a_date()
    {
        string text = Pb.Valid.Replace("01.02.2026", "2026", StringComparison.Ordinal).Replace("28.02.2026", "2026", StringComparison.Ordinal);

        Assert.Equal("2026", Pb.Read(text).MetaValue("date_end"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void It_makes_no_difference_how_the_bytes_arrive(int pieceLength)
    {
        string name = new string('ä', 150_000) + "\"\";\r\n" + new string('x', 40_000);
        byte[] bytes = Encoding.UTF8.GetBytes(Pb.With("Swings", $"\"{name}\"").ReplaceLineEndings("\r\n"));
        using PiecemealStream stream = new(bytes, pieceLength);

        PabulibFile file = PabulibReader.Read(stream);

        Assert.Equal(Pb.Read(bytes), file);
        Assert.Equal(190_004, file.Instance.Projects[0].Name!.Length);
    }

    [Fact]
    public void A_file_can_be_made_from_its_sections()
    {
        PabulibFile read = Pb.Read(Pb.Valid + "\n");

        PabulibFile made = PabulibFile.Create(read.Meta, read.Projects, read.Votes);

        Assert.Equal(read, made);
        Assert.Equal(Pb.Valid + "\n", Pb.Write(made));
    }

    [Fact]
    public void A_file_is_not_made_from_sections_that_contradict_each_other()
    {
        PabulibFile read = Pb.Read(Pb.Valid);
        PabulibTable votes = new(["voter_id", "vote"], [["7", "1"], ["8", "4"]]);

        PabulibError error = Assert.Throws<PabulibException>(() => PabulibFile.Create(read.Meta, read.Projects, votes)).Error;

        Assert.Equal((PabulibErrorCode.UnknownProject, 22, "vote"), (error.Code, error.Line, error.Field));
    }

    [Fact]
    public void A_table_has_a_cell_for_every_column_in_every_row()
    {
        Assert.Throws<ArgumentException>(() => new PabulibTable(["a", "b"], [["1"]]));
        Assert.Throws<ArgumentException>(() => new PabulibTable([], []));
    }

    private sealed class PiecemealStream(byte[] bytes, int pieceLength) : MemoryStream(bytes, writable: false)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceLength)]);
    }
}
