using System.Collections.Immutable;
using Budgeting.Core.Rounds;
using Budgeting.Tally;

namespace Budgeting.Core.Results;

/// <summary>The names under which sheets and results say how is counted, and the rules they stand for. docs/ballot-sheet.md defines them.</summary>
internal static class TallyRules
{
    public const string LowerCost = "lower-cost";

    public const string MoreSupporters = "more-supporters";

    public const string Lot = "lot";

    /// <summary>The published order of the tie-break.</summary>
    public static readonly IReadOnlyList<string> Ties = [LowerCost, MoreSupporters, Lot];

    private static readonly ImmutableArray<(TallyRule Rule, string Name)> Names =
        [(TallyRule.Greedy, "greedy"), (TallyRule.EqualShares, "equal-shares"), (TallyRule.Phragmen, "phragmen")];

    public static TieBreak TieBreak(IEnumerable<string> lot) =>
        new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.Lot], lot);

    public static string NameOf(TallyRule rule) => Names.First(known => known.Rule == rule).Name;

    /// <summary>The rule of a name; null when there is none.</summary>
    public static TallyRule? Find(string name) => Names.Where(known => known.Name == name).Select(known => (TallyRule?)known.Rule).FirstOrDefault();

    /// <summary>The rule's name in PaBuLib files, which have none for Phragmén's.</summary>
    public static string PabulibName(TallyRule rule) => rule switch
    {
        TallyRule.EqualShares => "equalshares/add1",
        TallyRule.Phragmen => "unknown",
        _ => "greedy",
    };

    /// <summary>The rule for a PaBuLib file's name: equal shares in any form, or else greedy.</summary>
    public static TallyRule OfPabulib(string? name) =>
        name?.StartsWith("equalshares", StringComparison.Ordinal) == true ? TallyRule.EqualShares : TallyRule.Greedy;

    /// <summary>What counts by a rule. Amounts are euros, so that a step of the voters' shares is one euro.</summary>
    public static ITallyRule Counting(TallyRule rule) => rule switch
    {
        TallyRule.EqualShares => new EqualSharesRule(Satisfaction.Cost) { Increase = new(), Completion = Completion.GreedyBySupporters },
        TallyRule.Phragmen => new PhragmenRule(),
        _ => new GreedyRule(),
    };
}
