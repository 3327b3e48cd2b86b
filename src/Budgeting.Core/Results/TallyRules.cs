using Budgeting.Tally;

namespace Budgeting.Core.Results;

/// <summary>The names under which sheets and results say how is counted.</summary>
internal static class TallyRules
{
    public const string Greedy = "greedy";

    public const string LowerCost = "lower-cost";

    public const string MoreSupporters = "more-supporters";

    public const string Lot = "lot";

    /// <summary>The published order of the tie-break.</summary>
    public static readonly IReadOnlyList<string> Ties = [LowerCost, MoreSupporters, Lot];

    public static TieBreak TieBreak(IEnumerable<string> lot) =>
        new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.Lot], lot);
}
