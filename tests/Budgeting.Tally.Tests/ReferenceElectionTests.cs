using System.Text.Json;

namespace Budgeting.Tally.Tests;

public sealed class ReferenceElectionTests
{
    public static TheoryData<string> Files => ReferenceData.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Greedy_takes_the_winners_of_the_reference_in_its_order(string file)
    {
        PabulibFile election = PabulibReader.Read(new MemoryStream(ReferenceData.Read(file)));
        using JsonDocument document = JsonDocument.Parse(ReferenceData.Expected(file));
        JsonElement expected = document.RootElement.GetProperty("results").EnumerateArray().Single(result =>
            result.GetProperty("rule").GetString() == "greedy"
            && result.GetProperty("satisfaction").GetString() == "Cost_Sat"
            && result.GetProperty("completion").GetString() == "none");

        TallyResult result = new GreedyRule().Tally(election.Instance, election.Profile, TieBreak.ByProjectId);

        Assert.Equal(Strings(expected.GetProperty("selection_order")), result.Winners);
        Assert.Equal(Strings(expected.GetProperty("winners")), result.Winners.Order(CodePointComparer.Instance));
        Assert.Equal(Rational.Parse(expected.GetProperty("cost").GetString()), result.Cost);
        Assert.Equal(Rational.Parse(document.RootElement.GetProperty("budget").GetString()), result.Budget);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_ballots_are_those_the_reference_counted(string file)
    {
        PabulibFile election = PabulibReader.Read(new MemoryStream(ReferenceData.Read(file)));
        using JsonDocument document = JsonDocument.Parse(ReferenceData.Expected(file));
        JsonElement expected = document.RootElement;

        Assert.Equal(expected.GetProperty("num_projects").GetInt32(), election.Instance.Projects.Length);
        Assert.Equal(expected.GetProperty("num_votes").GetInt32(), election.Profile.BallotCount);

        // With points, the reference tells ballots apart that choose the same projects.
        if (election.Profile.VoteType is not (VoteType.Cumulative or VoteType.Scoring))
        {
            Assert.Equal(expected.GetProperty("distinct_ballots").GetInt32(), election.Profile.GroupCount);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Writing_a_real_file_and_reading_it_again_loses_nothing(string file)
    {
        byte[] original = ReferenceData.Read(file);
        PabulibFile election = PabulibReader.Read(new MemoryStream(original));

        byte[] written = PabulibWriter.ToBytes(election);

        Assert.Equal(election, PabulibReader.Read(new MemoryStream(written)));
        if (HasEvenLineEnds(original) && HasNoLooseQuotes(original))
        {
            Assert.Equal(original, written);
        }
    }

    private static bool HasEvenLineEnds(byte[] file)
    {
        int returns = file.AsSpan().Count("\r\n"u8);
        return returns == 0 || returns == file.AsSpan().Count((byte)'\n');
    }

    // A quotation mark amid other text is allowed in a cell without quotes, but is not how the writer puts it.
    private static bool HasNoLooseQuotes(byte[] file)
    {
        ReadOnlySpan<byte> marks = ";\"\r\n"u8;
        for (int i = 1; i < file.Length - 1; i++)
        {
            if (file[i] == '"' && !marks.Contains(file[i - 1]) && !marks.Contains(file[i + 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string?> Strings(JsonElement array) => array.EnumerateArray().Select(item => item.GetString());
}
