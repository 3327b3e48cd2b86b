using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>What the greedy rule orders projects by.</summary>
public enum GreedyOrder
{
    /// <summary>Total utility divided by cost.</summary>
    PerCost,

    /// <summary>Total utility: the number of votes or points, whatever the project costs.</summary>
    Total,
}

/// <summary>
/// The greedy rule: consider the projects by falling total utility per cost, take what still fits in the money left
/// and skip what does not.
/// </summary>
/// <remarks>
/// With cost satisfaction the total utility of a project per unit of cost is its number of supporters; a supported
/// project that costs nothing has it infinite, so such projects come first and tie with one another. Projects without
/// supporters come last and are funded if they fit. Takes time in proportion to the total length of the distinct
/// ballots, plus sorting the projects.
/// Source: Faliszewski et al., "Participatory Budgeting: Data, Tools and Analysis", IJCAI 2023, arXiv 2305.11035.
/// </remarks>
public sealed record GreedyRule : ITallyRule
{
    /// <summary>Creates the rule.</summary>
    /// <param name="satisfaction">What a voter gains from a project.</param>
    /// <param name="ballots">The ballots to be counted. With cost and cardinality satisfaction all types are counted alike.</param>
    /// <exception cref="ArgumentException">Such ballots do not have this satisfaction.</exception>
    public GreedyRule(Satisfaction satisfaction = Satisfaction.Cost, VoteType ballots = VoteType.Approval)
    {
        Satisfactions.Check(satisfaction, ballots);
        Satisfaction = satisfaction;
    }

    /// <inheritdoc/>
    public string Name => StopsAtFirstMisfit ? "greedy-no-skip" : "greedy";

    /// <inheritdoc/>
    public Satisfaction Satisfaction { get; }

    /// <summary>What projects are ordered by.</summary>
    public GreedyOrder Order { get; init; }

    /// <summary>Whether the rule stops at the first project that does not fit, as in Wrocław and Gdynia, instead of skipping it.</summary>
    /// <remarks>A project dearer than the whole budget is skipped all the same: files give such costs to withdrawn projects.</remarks>
    public bool StopsAtFirstMisfit { get; init; }

    /// <summary>What a project must have to take part.</summary>
    public Eligibility Eligibility { get; init; } = Eligibility.None;

    /// <summary>Projects that exclude each other or share a ceiling.</summary>
    public ImmutableArray<ProjectGroup> Groups { get; init; } = [];

    /// <inheritdoc/>
    public TallyResult Tally(Instance instance, Profile profile, TieBreak ties)
    {
        Election election = new(instance, profile, ties, Satisfaction, Eligibility);
        ProjectOutcome[] outcomes = new ProjectOutcome[instance.Projects.Length];
        GroupLimits limits = new(instance, Groups);
        GreedyCount count = new(election, limits, outcomes, instance.Budget);
        count.Run(Classes(election, Enumerable.Range(0, outcomes.Length).Where(project => election.Eligible[project])), StopsAtFirstMisfit, OutcomeReason.Funded);
        count.Rest(project => OutcomeReason.NotEligible);
        return new TallyResult(
            Name, ties, instance.Budget, count.Winners.ToImmutable(), instance.Budget - count.Left, ImmutableArray.Create(outcomes));
    }

    /// <summary>The projects in classes of equal score, the best first.</summary>
    internal IEnumerable<IReadOnlyList<int>> Classes(Election election, IEnumerable<int> projects)
    {
        Support support = election.Support;
        bool perCost = Order == GreedyOrder.PerCost;

        // A free project that somebody supports has an infinite utility per cost.
        (bool Free, Rational Score) Score(int project)
        {
            Rational cost = election.Projects[project].Cost;
            Rational total = support.Score(project);
            return perCost
                ? cost.IsZero ? (support.Voters[project] > 0, 0) : (false, Satisfaction == Satisfaction.Cost ? total : total / cost)
                : (false, Satisfaction == Satisfaction.Cost ? total * cost : total);
        }

        return projects.GroupBy(Score).OrderByDescending(equal => equal.Key).Select(equal => (IReadOnlyList<int>)[.. equal]);
    }
}

/// <summary>Takes projects in a given order as long as they fit.</summary>
internal sealed class GreedyCount(Election election, GroupLimits limits, ProjectOutcome[] outcomes, Rational money)
{
    public ImmutableArray<string>.Builder Winners { get; } = ImmutableArray.CreateBuilder<string>();

    public Rational Left { get; private set; } = money;

    public int Position { get; private set; }

    public void Run(IEnumerable<IReadOnlyList<int>> classes, bool stopsAtFirstMisfit, OutcomeReason taken)
    {
        bool stopped = false;
        foreach (IReadOnlyList<int> equal in classes)
        {
            ImmutableArray<int> ordered = stopped ? [.. equal] : election.Order(equal);
            ImmutableArray<string> tied = !stopped && ordered.Length > 1 ? election.Ids(ordered) : [];
            foreach (int project in ordered)
            {
                int against = -1;
                OutcomeReason? refusal = stopped ? OutcomeReason.NotReached : limits.Refusal(project, out against);
                if (refusal is null && election.Projects[project].Cost > Left)
                {
                    refusal = OutcomeReason.DoesNotFit;
                    stopped = stopsAtFirstMisfit && election.Projects[project].Cost <= election.Instance.Budget;
                }

                Decide(project, refusal ?? taken, tied, against);
            }
        }
    }

    /// <summary>Gives every project that has no outcome yet one.</summary>
    public void Rest(Func<int, OutcomeReason> reason)
    {
        for (int project = 0; project < outcomes.Length; project++)
        {
            if (outcomes[project] is null)
            {
                Decide(project, reason(project), [], -1);
            }
        }
    }

    public void Decide(int project, OutcomeReason reason, ImmutableArray<string> tied, int against)
    {
        Project entry = election.Projects[project];
        ProjectOutcome outcome = new(
            entry.Id, entry.Cost, election.Support.Voters[project], ++Position, Left, reason, tied)
        {
            ExcludedBy = against < 0 ? null : election.Projects[against].Id,
        };
        outcomes[project] = outcome;
        if (outcome.IsFunded)
        {
            Winners.Add(entry.Id);
            limits.Take(project);
            Left -= entry.Cost;
        }
    }
}
