using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>Running equal shares again and again with more money per voter, until its outcome costs more than the budget.</summary>
/// <remarks>
/// The outcome is the last one within the budget before the first that overspends. More money can also make an outcome
/// cheaper, so every amount on the way counts: on real elections one overspends and the next ones fit again.
/// </remarks>
public sealed record BudgetIncrease
{
    private readonly Rational _step = Rational.One;

    /// <summary>By how much each voter's money grows, in the unit of the costs; above zero. One is Add1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero.</exception>
    public Rational Step
    {
        get => _step;
        init => _step = value.Sign > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), $"The step {value} is not above zero.");
    }

    /// <summary>Whether to stop as soon as no supported project that costs anything fits in what is left of the budget.</summary>
    public bool StopsWhenExhausted { get; init; } = true;

    /// <summary>Whether voters start with the budget per voter rounded down to a whole number, instead of exactly.</summary>
    public bool StartsWhole { get; init; }
}

/// <summary>What is done with the money that equal shares leaves.</summary>
public enum Completion
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It goes to the projects with the most supporters that fit.</summary>
    GreedyBySupporters,

    /// <summary>It goes to the projects with the most satisfaction per cost that fit.</summary>
    GreedyBySatisfaction,
}

/// <summary>How a voter judges between two outcomes.</summary>
public enum ComparisonMeasure
{
    /// <summary>By the number of the voter's chosen projects that are funded.</summary>
    Count,

    /// <summary>By the cost of the voter's chosen projects that are funded.</summary>
    Cost,
}

/// <summary>
/// The method of equal shares: the budget is split equally among the voters, empty ballots included, and again and again
/// the supporters of one project buy it, sharing its cost as equally per unit of satisfaction as their money allows: of
/// the projects they can afford, the one with the least price ρ, where Σ min(money, ρ·utility) = cost.
/// </summary>
/// <remarks>
/// Having exactly enough money is enough. Projects without supporters are never taken; supported ones that cost nothing
/// are taken first. A project dearer than the budget is not left out by that alone. Takes time in proportion to the
/// ballots of the projects looked at in each round; exact throughout. Source: Peters, Pierczyński, Skowron,
/// "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021, arXiv 2008.13276.
/// </remarks>
public sealed record EqualSharesRule : ITallyRule
{
    private readonly VoteType _ballots;

    /// <summary>Creates the rule.</summary>
    /// <param name="satisfaction">What a voter gains from a project.</param>
    /// <param name="ballots">The ballots to be counted. With cost and cardinality satisfaction all types are counted alike.</param>
    /// <exception cref="ArgumentException">Such ballots do not have this satisfaction.</exception>
    public EqualSharesRule(Satisfaction satisfaction = Satisfaction.Cost, VoteType ballots = VoteType.Approval)
    {
        Satisfactions.Check(satisfaction, ballots);
        Satisfaction = satisfaction;
        _ballots = ballots;
    }

    /// <inheritdoc/>
    public string Name => "mes";

    /// <inheritdoc/>
    public Satisfaction Satisfaction { get; }

    /// <summary>Running again with more money; null to run once.</summary>
    public BudgetIncrease? Increase { get; init; }

    /// <summary>What is done with the money left.</summary>
    public Completion Completion { get; init; }

    /// <summary>
    /// How voters compare the outcome with that of greedy by supporters, which is taken when strictly more prefer it; null
    /// not to compare. Voters who have nothing funded on one side count with zero there.
    /// </summary>
    public ComparisonMeasure? Comparison { get; init; }

    /// <summary>What a project must have to take part.</summary>
    public Eligibility Eligibility { get; init; } = Eligibility.None;

    /// <summary>Projects that exclude each other or share a ceiling; one that is kept out by them is passed over.</summary>
    public ImmutableArray<ProjectGroup> Groups { get; init; } = [];

    /// <inheritdoc/>
    public TallyResult Tally(Instance instance, Profile profile, TieBreak ties)
    {
        Election election = new(instance, profile, ties, Satisfaction, Eligibility);
        ProjectOutcome[] outcomes = new ProjectOutcome[instance.Projects.Length];
        GroupLimits limits = new(instance, Groups);
        GreedyCount count = new(election, limits, outcomes, instance.Budget);
        EqualSharesRun? run = null;
        long increases = 0;
        if (profile.BallotCount > 0)
        {
            (run, increases) = EqualSharesSearch.Run(election, Groups, Increase);
            foreach ((int project, List<int>? tied) in run.Taken)
            {
                count.Decide(project, OutcomeReason.Funded, tied is null ? [] : election.Ids(tied), -1);
            }
        }

        Complete(election, count, outcomes);
        Dictionary<int, (OutcomeReason Reason, int Against)> kept = run?.KeptOut.ToDictionary(entry => entry.Project, entry => (entry.Reason, entry.Against)) ?? [];
        foreach ((int project, (OutcomeReason reason, int against)) in kept)
        {
            if (outcomes[project] is null)
            {
                count.Decide(project, reason, [], against);
            }
        }

        count.Rest(project => election.Eligible[project] ? OutcomeReason.SupportersOutOfMoney : OutcomeReason.NotEligible);
        TallyResult result = new(
            Name, ties, instance.Budget, count.Winners.ToImmutable(), instance.Budget - count.Left, ImmutableArray.Create(outcomes))
        {
            PerVoter = run?.PerVoter,
            Increases = increases,
            Purchases = run is null ? [] : [.. run.Taken.Zip(run.ExactPrices(), (taken, price) => new Purchase(instance.Projects[taken.Project].Id, price))],
        };
        return Comparison is ComparisonMeasure measure ? Compare(election, result, measure) : result;
    }

    // Greedy over what equal shares left, with the money it left and the same order of ties.
    private void Complete(Election election, GreedyCount count, ProjectOutcome[] outcomes)
    {
        if (Completion == Completion.None)
        {
            return;
        }

        GreedyRule greedy = Completion == Completion.GreedyBySupporters ? new() : new(Satisfaction, _ballots);
        Election rest = Completion == Completion.GreedyBySupporters && Satisfaction is not (Satisfaction.Cost or Satisfaction.Cardinality)
            ? new Election(election.Instance, election.Profile, election.Ties, Satisfaction.Cost, Eligibility)
            : election;
        List<int> waiting = [.. Enumerable.Range(0, outcomes.Length).Where(
            project => outcomes[project] is null && election.Eligible[project] && election.Projects[project].Cost <= count.Left)];
        count.Run(greedy.Classes(rest, waiting), stopsAtFirstMisfit: false, OutcomeReason.FundedByCompletion);
    }

    private TallyResult Compare(Election election, TallyResult shares, ComparisonMeasure measure)
    {
        TallyResult greedy = new GreedyRule { Eligibility = Eligibility, Groups = Groups }.Tally(election.Instance, election.Profile, election.Ties);
        (long forShares, long forGreedy) = Preferences.Count(election.Instance, election.Profile, shares, greedy, measure);
        ComparisonResult comparison = new(forShares, forGreedy, forGreedy > forShares);
        return comparison.GreedyTaken
            ? greedy with
            {
                Rule = Name,
                Comparison = comparison,
                Projects = [.. greedy.Projects.Select((outcome, index) => !outcome.IsFunded && shares.Projects[index].IsFunded
                    ? outcome with { Reason = OutcomeReason.NotInPreferredOutcome }
                    : outcome)],
            }
            : shares with { Comparison = comparison };
    }
}

/// <summary>Which of two outcomes the voters prefer.</summary>
internal static class Preferences
{
    public static (long ForOne, long ForOther) Count(
        Instance instance, Profile profile, TallyResult one, TallyResult other, ComparisonMeasure measure)
    {
        Rational[] gains = [.. instance.Projects.Select((project, index) =>
            ((one.Projects[index].IsFunded ? 1 : 0) - (other.Projects[index].IsFunded ? 1 : 0))
            * (measure == ComparisonMeasure.Cost ? project.Cost : Rational.One))];
        long forOne = 0;
        long forOther = 0;
        for (int group = 0; group < profile.GroupCount; group++)
        {
            Rational gain = Rational.Zero;
            foreach (int project in profile.ChoicesOf(group))
            {
                gain += gains[project];
            }

            forOne += gain.Sign > 0 ? profile.MultiplicityOf(group) : 0;
            forOther += gain.Sign < 0 ? profile.MultiplicityOf(group) : 0;
        }

        return (forOne, forOther);
    }
}
