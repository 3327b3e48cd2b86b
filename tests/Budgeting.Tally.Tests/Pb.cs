using System.Text;

namespace Budgeting.Tally.Tests;

/// <summary>A small valid file that tests change in one place.</summary>
internal static class Pb
{
    public const string Valid = """
        META
        key;value
        description;A small election
        country;Finland
        unit;Kajaani
        instance;2026
        num_projects;3
        num_votes;2
        budget;100
        vote_type;approval
        rule;greedy
        date_begin;01.02.2026
        date_end;28.02.2026
        PROJECTS
        project_id;cost;name
        1;60;Swings
        2;50;Lights
        3;40;Benches
        VOTES
        voter_id;vote
        7;1,2
        8;1,3
        """;

    public static PabulibFile Read(string text) => PabulibReader.Parse(text);

    public static PabulibFile Read(byte[] bytes) => PabulibReader.Read(new MemoryStream(bytes));

    /// <summary>The valid file with one text in the place of another, which must be there.</summary>
    public static string With(string old, string replacement)
    {
        Assert.Contains(old, Valid);
        return Valid.Replace(old, replacement, StringComparison.Ordinal);
    }

    public static string Write(PabulibFile file) => Encoding.UTF8.GetString(PabulibWriter.ToBytes(file));
}
