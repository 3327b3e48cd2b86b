using System.Text.Json;

namespace Budgeting.Tally.Tests;

public sealed class ReferenceElectionTests
{
    public static TheoryData<string> Files => ReferenceData.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_rule_takes_the_winners_of_the_reference_in_its_order(string file)
    {
        PabulibFile election = PabulibReader.Read(new MemoryStream(ReferenceData.Read(file)));
        using JsonDocument document = JsonDocument.Parse(ReferenceData.Expected(file));
        Assert.Equal(Rational.Parse(document.RootElement.GetProperty("budget").GetString()), election.Instance.Budget);
        foreach (JsonElement expected in document.RootElement.GetProperty("results").EnumerateArray())
        {
            string name = string.Join(' ', new[] { "rule", "satisfaction", "completion" }.Select(key => expected.GetProperty(key).GetString()));

            TallyResult result = ReferenceRules.Of(expected, election.Profile.VoteType)
                .Tally(election.Instance, election.Profile, TieBreak.ByProjectId);

            Assert.Equal((name, Join(Strings(expected.GetProperty("winners")))), (name, Join(result.Winners.Order(CodePointComparer.Instance))));
            if (expected.GetProperty("selection_order").ValueKind == JsonValueKind.Array)
            {
                Assert.Equal((name, Join(Strings(expected.GetProperty("selection_order")))), (name, Join(result.Winners)));
            }

            if (expected.TryGetProperty("per_voter", out JsonElement perVoter))
            {
                Assert.Equal((name, Rational.Parse(perVoter.GetString())), (name, result.PerVoter));
            }

            Assert.Equal(Rational.Parse(expected.GetProperty("cost").GetString()), result.Cost);
        }
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
        Assert.Equal(expected.GetProperty("distinct_ballots").GetInt32(), election.Profile.GroupCount);
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

    private static string Join(IEnumerable<string?> ids) => string.Join(' ', ids);

    private static IEnumerable<string?> Strings(JsonElement array) => array.EnumerateArray().Select(item => item.GetString());
}
