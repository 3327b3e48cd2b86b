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
}

/// <summary>What a rule decided about one project, and why.</summary>
/// <param name="ProjectId">The project's id.</param>
/// <param name="Cost">The project's cost.</param>
/// <param name="Supporters">The number of ballots the project is on.</param>
/// <param name="Position">The project's place in the order in which the rule considered the projects; the first is 1.</param>
/// <param name="MoneyBefore">The money that was left when the project's turn came.</param>
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
    public bool IsFunded => Reason == OutcomeReason.Funded;

    /// <summary>Whether the tie-break had a say in the project's place.</summary>
    public bool IsTied => !Tied.IsEmpty;

    /// <summary>How much more money the project would have needed at its turn; zero when it fitted.</summary>
    public Rational Missing => Cost > MoneyBefore ? Cost - MoneyBefore : Rational.Zero;
}

/// <summary>Why a project is funded or not.</summary>
public enum OutcomeReason
{
    /// <summary>Its cost fitted in the money left at its turn.</summary>
    Funded,

    /// <summary>It cost more than the money left at its turn; see <see cref="ProjectOutcome.Missing"/>.</summary>
    DoesNotFit,
}
