using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>
/// Sequential Phragmén: every cost is a load that supporters share; again and again the project is taken that leaves its
/// supporters with the least load, (sum of their loads + cost) / number of supporters, equal for all of them.
/// </summary>
/// <remarks>
/// Approval and choose-1 ballots. Projects dearer than the budget are dropped first. The rule stops the first time any
/// project tied for the least load would overspend; nothing is skipped. Projects without supporters have an infinite load
/// and come last, together. Takes time in proportion to the money classes of the ballots touched by each winner; loads
/// are exact fractions, doubles with a proven bound on their error only tell which of them need comparing.
/// Source: Brill, Freeman, Janson, Lackner, "Phragmén's Voting Methods and Justified Representation", AAAI 2017; for
/// budgets Los, Christoff, Grossi, "Proportional Budget Allocations", IJCAI 2022.
/// </remarks>
public sealed record PhragmenRule : ITallyRule
{
    /// <summary>Creates the rule.</summary>
    /// <param name="ballots">The ballots to be counted: approval or choose-1.</param>
    /// <exception cref="ArgumentException">The rule does not count such ballots.</exception>
    public PhragmenRule(VoteType ballots = VoteType.Approval) => Check(ballots);

    /// <inheritdoc/>
    public string Name => "phragmen";

    /// <inheritdoc/>
    public Satisfaction Satisfaction => Satisfaction.Cardinality;

    /// <summary>What a project must have to take part.</summary>
    public Eligibility Eligibility { get; init; } = Eligibility.None;

    /// <summary>Projects that exclude each other or share a ceiling; one that is kept out by them is passed over.</summary>
    public ImmutableArray<ProjectGroup> Groups { get; init; } = [];

    /// <inheritdoc/>
    public TallyResult Tally(Instance instance, Profile profile, TieBreak ties)
    {
        Election election = new(instance, profile, ties, Satisfaction, Eligibility);
        Check(profile.VoteType);
        ProjectOutcome[] outcomes = new ProjectOutcome[instance.Projects.Length];
        GroupLimits limits = new(instance, Groups);
        GreedyCount count = new(election, limits, outcomes, instance.Budget);
        PhragmenLoads loads = new(election);
        List<int> waiting = [.. Enumerable.Range(0, outcomes.Length).Where(
            project => election.Eligible[project] && election.Projects[project].Cost <= instance.Budget)];
        while (true)
        {
            foreach (int project in waiting.ToArray())
            {
                if (limits.Refusal(project, out int against) is OutcomeReason refusal)
                {
                    count.Decide(project, refusal, [], against);
                    waiting.Remove(project);
                }
            }

            List<int> least = loads.Least(waiting);
            if (least.Count == 0 || least.Any(project => election.Projects[project].Cost > count.Left))
            {
                break;
            }

            int first = election.First(least);
            count.Decide(first, OutcomeReason.Funded, least.Count > 1 ? election.Ids(least.OrderBy(project => election.TieRanks[project])) : [], -1);
            waiting.Remove(first);
            loads.Take(first);
        }

        count.Rest(project => !election.Eligible[project] ? OutcomeReason.NotEligible
            : election.Projects[project].Cost > instance.Budget ? OutcomeReason.DoesNotFit
            : OutcomeReason.NotReached);
        return new TallyResult(
            Name, ties, instance.Budget, count.Winners.ToImmutable(), instance.Budget - count.Left, ImmutableArray.Create(outcomes));
    }

    private static void Check(VoteType ballots)
    {
        if (ballots is not (VoteType.Approval or VoteType.ChooseOne))
        {
            throw new ArgumentException($"Phragmén's rule does not count {ballots} ballots.", nameof(ballots));
        }
    }
}

/// <summary>
/// The voters' loads: those of everyone who supports the last winner are equal, so a voter's load is named by the last
/// winner on the ballot, and a project is described by how many of its supporters have each of these loads.
/// </summary>
internal sealed class PhragmenLoads(Election election)
{
    // _counts[p][j]: the supporters of p whose last winner is the j-th one, for j from 1; j = 0 for none yet.
    private readonly List<int>[] _counts = [.. election.Support.Voters.Select(voters => new List<int> { voters })];
    private readonly int[] _lastWinner = new int[election.Profile.GroupCount];
    private readonly List<Rational> _exact = [Rational.Zero];
    private readonly List<double> _loads = [0];

    /// <summary>The waiting projects whose load if taken is least: several when they tie exactly.</summary>
    public List<int> Least(List<int> waiting)
    {
        // Sums of products of non-negative numbers lose at most half a unit in the last place an operation, and there
        // are at most (rounds + 3) in each of at most rounds loads on top of one another.
        double rounds = _loads.Count + 3;
        double error = rounds * rounds * 4.5e-16;
        double best = double.PositiveInfinity;
        double[] estimates = [.. waiting.Select(Estimate)];
        foreach (double estimate in estimates)
        {
            best = Math.Min(best, estimate);
        }

        List<int> near = [.. waiting.Where((_, place) => estimates[place] <= best * (1 + (4 * error)))];
        if (near.Count < 2 || double.IsPositiveInfinity(best))
        {
            return near;
        }

        Rational[] exact = [.. near.Select(Load)];
        Rational least = exact.Min();
        return [.. near.Where((_, place) => exact[place] == least)];
    }

    /// <summary>The load the voters of a group of ballots carry, nearly.</summary>
    public double LoadOf(int group) => _loads[_lastWinner[group]];

    public void Take(int project)
    {
        Support support = election.Support;
        if (support.Voters[project] == 0)
        {
            return;
        }

        _exact.Add(Load(project));
        _loads.Add(Doubles.Nearest(_exact[^1]));
        int now = _exact.Count - 1;
        for (int i = support.Begin(project); i < support.End(project); i++)
        {
            int group = support.Groups[i];
            int voters = election.Profile.Multiplicities[group];
            int before = _lastWinner[group];
            _lastWinner[group] = now;
            foreach (int other in election.Profile.ChoicesOf(group))
            {
                List<int> counts = _counts[other];
                while (counts.Count <= now)
                {
                    counts.Add(0);
                }

                counts[before] -= voters;
                counts[now] += voters;
            }
        }
    }

    /// <summary>The load of each supporter of a project if it were taken, nearly.</summary>
    public double Estimate(int project)
    {
        double sum = Doubles.Nearest(election.Projects[project].Cost);
        List<int> counts = _counts[project];
        for (int winner = 1; winner < counts.Count; winner++)
        {
            sum += counts[winner] * _loads[winner];
        }

        int voters = election.Support.Voters[project];
        return voters == 0 ? double.PositiveInfinity : sum / voters;
    }

    /// <summary>The load of each supporter of a supported project if it were taken.</summary>
    public Rational Load(int project)
    {
        Rational sum = election.Projects[project].Cost;
        List<int> counts = _counts[project];
        for (int winner = 1; winner < counts.Count; winner++)
        {
            if (counts[winner] != 0)
            {
                sum += counts[winner] * _exact[winner];
            }
        }

        return sum / election.Support.Voters[project];
    }
}
