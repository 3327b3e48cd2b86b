using System.Text.Json;

namespace Budgeting.Tally.Tests;

/// <summary>The rules the reference results are named after.</summary>
internal static class ReferenceRules
{
    public static ITallyRule Of(JsonElement result, VoteType ballots)
    {
        string completion = result.GetProperty("completion").GetString()!;
        if (result.GetProperty("rule").GetString() == "phragmen")
        {
            return new PhragmenRule(ballots);
        }

        Satisfaction satisfaction = result.GetProperty("satisfaction").GetString() switch
        {
            "Cost_Sat" => Satisfaction.Cost,
            "Cardinality_Sat" => Satisfaction.Cardinality,
            "Additive_Cardinal_Sat" => Satisfaction.Points,
            "Additive_Borda_Sat" => Satisfaction.Borda,
            var other => throw new InvalidOperationException(other),
        };
        return result.GetProperty("rule").GetString() == "greedy"
            ? new GreedyRule(satisfaction, ballots)
            : new EqualSharesRule(satisfaction, ballots)
            {
                Increase = completion == "none" ? null : new BudgetIncrease
                {
                    StopsWhenExhausted = !completion.Contains("noexhaustivestop", StringComparison.Ordinal),
                    StartsWhole = completion.Contains("integral", StringComparison.Ordinal),
                },
                Completion = completion switch
                {
                    "add1u:greedy-Cost_Sat" => Completion.GreedyBySupporters,
                    "add1u:greedy-same-sat" => Completion.GreedyBySatisfaction,
                    _ => Completion.None,
                },
            };
    }
}
