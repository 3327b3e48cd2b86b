using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>What a rule decided, with a reason for every project.</summary>
/// <param name="Rule">The rule's name, such as <c>greedy</c>.</param>
/// <param name="Ties">How ties were broken.</param>
/// <param name="Budget">The money there was to share out.</param>
/// <param name="Winners">The ids of the funded projects, in the order the rule took them.</param>
/// <param name="Cost">The total cost of the funded projects; at most <paramref name="Budget"/>.</param>
/// <param name="Projects">One outcome for each project, in file order.</param>
public sealed record TallyResult(
    string Rule,
    TieBreak Ties,
    Rational Budget,
    ImmutableArray<string> Winners,
    Rational Cost,
    ImmutableArray<ProjectOutcome> Projects)
{
    /// <summary>The money no project got; at least zero.</summary>
    public Rational MoneyLeft => Budget - Cost;

    /// <summary>The money each voter started with in the run of equal shares that decided; null for other rules and without voters.</summary>
    public Rational? PerVoter { get; init; }

    /// <summary>How many times the voters' money was increased before the run that decided; zero without a completion.</summary>
    public long Increases { get; init; }

    /// <summary>
    /// The projects bought by equal shares, in the order they were taken, with their exact prices: all that is needed
    /// to recompute every payment. Empty for other rules.
    /// </summary>
    public ImmutableArray<Purchase> Purchases { get; init; } = [];

    /// <summary>How the outcome of equal shares compared with that of greedy; null when they were not compared.</summary>
    public ComparisonResult? Comparison { get; init; }
}

/// <summary>A project bought by equal shares.</summary>
/// <param name="ProjectId">The project's id.</param>
/// <param name="Price">
/// The price per unit of satisfaction, ρ: a supporter with utility u pays ρ·u, or all the money left when that is less.
/// In the unit of the costs; zero for a project that costs nothing.
/// </param>
public sealed record Purchase(string ProjectId, Rational Price);

/// <summary>How many voters preferred each of two outcomes.</summary>
/// <param name="ForEqualShares">The voters who have more of their chosen projects funded by equal shares.</param>
/// <param name="ForGreedy">The voters who have more of theirs funded by greedy.</param>
/// <param name="GreedyTaken">Whether greedy's outcome was taken: only when strictly more voters preferred it.</param>
public sealed record ComparisonResult(long ForEqualShares, long ForGreedy, bool GreedyTaken);

/// <summary>What a rule decided about one project, and why.</summary>
/// <param name="ProjectId">The project's id.</param>
/// <param name="Cost">The project's cost.</param>
/// <param name="Supporters">The number of voters to whom the project has a utility above zero under the rule's satisfaction.</param>
/// <param name="Position">
/// The project's place in the order in which the rule considered the projects; the first is 1. Projects the rule never
/// came to consider follow in file order.
/// </param>
/// <param name="MoneyBefore">The money of the budget that was left when the project's turn came, or at the end.</param>
/// <param name="Reason">Why the project is funded or not.</param>
/// <param name="Tied">
/// The ids of the projects the rule found equal, this one among them, in the order the tie-break put them. Empty when
/// the rule alone decided this project's place.
/// </param>
public sealed record ProjectOutcome(
    string ProjectId,
    Rational Cost,
    int Supporters,
    int Position,
    Rational MoneyBefore,
    OutcomeReason Reason,
    ImmutableArray<string> Tied)
{
    /// <summary>Whether the project is funded.</summary>
    public bool IsFunded => Reason is OutcomeReason.Funded or OutcomeReason.FundedByCompletion;

    /// <summary>Whether the tie-break had a say in the project's place.</summary>
    public bool IsTied => !Tied.IsEmpty;

    /// <summary>How much more money the project would have needed at its turn; zero when it fitted.</summary>
    public Rational Missing => Cost > MoneyBefore ? Cost - MoneyBefore : Rational.Zero;

    /// <summary>The id of the funded project that kept this one out, with <see cref="OutcomeReason.Excluded"/>; null otherwise.</summary>
    public string? ExcludedBy { get; init; }
}

/// <summary>Why a project is funded or not.</summary>
public enum OutcomeReason
{
    /// <summary>The rule took it.</summary>
    Funded,

    /// <summary>It cost more than the money left at its turn; see <see cref="ProjectOutcome.Missing"/>.</summary>
    DoesNotFit,

    /// <summary>The rule had stopped before its turn.</summary>
    NotReached,

    /// <summary>It had too little support to take part; see <see cref="Tally.Eligibility"/>.</summary>
    NotEligible,

    /// <summary>A project that excludes it was taken first; see <see cref="ProjectOutcome.ExcludedBy"/>.</summary>
    Excluded,

    /// <summary>It would have cost more than is left under the ceiling of its group.</summary>
    CategoryFull,

    /// <summary>Its supporters did not have enough money left to pay for it. Equal shares only.</summary>
    SupportersOutOfMoney,

    /// <summary>Equal shares did not take it, but it fitted in the money left when the rest was shared out greedily.</summary>
    FundedByCompletion,

    /// <summary>The outcome of another rule was preferred by more voters, and this project is not in it.</summary>
    NotInPreferredOutcome,
}
