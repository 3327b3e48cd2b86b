using System.Text.Json;

namespace Budgeting.Tally.Tests;

/// <summary>What the cities themselves decided, where the rule they recorded is one of ours.</summary>
public sealed class OfficialOutcomeTests
{
    public static TheoryData<string> Files => ReferenceData.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void The_city_decided_the_same(string file)
    {
        PabulibFile election = PabulibReader.Read(new MemoryStream(ReferenceData.Read(file)));
        using JsonDocument document = JsonDocument.Parse(ReferenceData.Expected(file));
        JsonElement official = document.RootElement.GetProperty("official");
        Assert.SkipWhen(official.ValueKind == JsonValueKind.Null, "The file records no outcome.");
        string rule = official.GetProperty("recorded_rule").GetString()!;
        Assert.SkipWhen(rule is "unknown" or "greedy-custom", $"The recorded rule is {rule}.");

        TallyResult result = Rule(rule, election).Tally(election.Instance, election.Profile, Ties(rule));

        string[] selected = [.. official.GetProperty("selected_1").EnumerateArray().Select(id => id.GetString()!)];
        Assert.Equal(selected.Order(CodePointComparer.Instance), result.Winners.Order(CodePointComparer.Instance));
    }

    // Cities rank by votes, points or 3-2-1 points, whatever a project costs.
    private static ITallyRule Rule(string name, PabulibFile election)
    {
        VoteType type = election.Profile.VoteType;
        Satisfaction satisfaction = type switch
        {
            VoteType.Cumulative or VoteType.Scoring => Satisfaction.Points,
            VoteType.Ordinal => Satisfaction.CityBorda,
            _ => Satisfaction.Cardinality,
        };
        Eligibility eligibility = new()
        {
            MinimumScore = election.MetaValue("min_project_score_threshold") is { } score ? Rational.Parse(score) : null,
        };
        EqualSharesRule shares = new() { Increase = new() { StopsWhenExhausted = false, StartsWhole = true } };
        return name switch
        {
            "equalshares/add1" => shares,
            "equalshares/add1-comparison" => shares with { Comparison = ComparisonMeasure.Count },
            _ => new GreedyRule(satisfaction, type) { Order = GreedyOrder.Total, StopsAtFirstMisfit = name == "greedy-no-skip", Eligibility = eligibility },
        };
    }

    private static TieBreak Ties(string rule) => rule.StartsWith("equalshares", StringComparison.Ordinal)
        ? new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.FileOrder])
        : TieBreak.ByProjectId;
}
