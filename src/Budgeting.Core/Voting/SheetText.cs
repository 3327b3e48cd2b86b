using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;

namespace Budgeting.Core.Voting;

/// <summary>The canonical form of a ballot sheet: the bytes that are hashed and published. docs/ballot-sheet.md describes it.</summary>
internal static class SheetText
{
    private const string Version = "budgeting-ballot-sheet 1";

    public static string Write(long roundId, Heading heading, IReadOnlyList<SheetProject> projects, IReadOnlyList<int> lot)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"{Version}");
        Line($"round {roundId}");
        Line($"heading {heading.Id}");
        Line($"name-fi {heading.Name.Fi}");
        Line($"name-sv {heading.Name.Sv}");
        Line($"name-en {heading.Name.En}");
        Line($"money-cents {heading.Amount.Cents}");
        Line($"ballot {(heading.BallotKind == BallotKind.Knapsack ? "knapsack" : "approval")}");
        Line($"maximum-choices {heading.MaximumChoices?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
        Line($"rule {TallyRules.NameOf(heading.Rule)}");
        Line($"ties {string.Join(' ', TallyRules.Ties)}");
        foreach (var project in projects)
            Line($"project {project.Number} proposal {project.ProposalId} cost-cents {project.Cost.Cents} language {project.Language} title {project.Title}");
        Line($"lot{string.Concat(lot.Select(number => string.Create(CultureInfo.InvariantCulture, $" {number}")))}");
        return text.ToString();
    }

    public static string HashOf(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    public static BallotSheet Read(StoredSheet stored)
    {
        if (HashOf(stored.Canonical) != stored.Hash)
            throw new InvalidDataException($"The ballot sheet of heading {stored.HeadingId} does not have the hash it was frozen with.");
        var lines = stored.Canonical.Split('\n');
        string Value(string name) => lines.First(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..];
        string? Filled(string name) => Value(name) is { Length: > 0 } text ? text : null;

        return new(
            Number(Value("round")),
            Number(Value("heading")),
            new(Value("name-fi"), Filled("name-sv"), Filled("name-en")),
            new(Number(Value("money-cents"))),
            Value("ballot") == "knapsack" ? BallotKind.Knapsack : BallotKind.Approval,
            Value("maximum-choices") is var maximum && maximum == "none" ? null : (int)Number(maximum),
            TallyRules.Find(Value("rule")) ?? throw new InvalidDataException($"The ballot sheet of heading {stored.HeadingId} names the rule '{Value("rule")}', which this program does not know."),
            [.. lines.Where(line => line.StartsWith("project ", StringComparison.Ordinal)).Select(ReadProject)],
            [.. lines.First(line => line.StartsWith("lot", StringComparison.Ordinal)).Split(' ').Skip(1).Select(number => (int)Number(number))],
            stored.Canonical,
            stored.Hash,
            stored.FrozenAt);
    }

    private static SheetProject ReadProject(string line)
    {
        // The title is last and takes the rest of the line, spaces and all.
        var words = line.Split(' ', 10);
        return new((int)Number(words[1]), Number(words[3]), words[9], words[7], new(Number(words[5])));
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
