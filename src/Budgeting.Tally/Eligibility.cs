using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>What a project must have to take part in the count at all. What is not set is not asked for.</summary>
public sealed record Eligibility
{
    /// <summary>Everything takes part.</summary>
    public static Eligibility None { get; } = new();

    /// <summary>
    /// The least score: points with points or Borda satisfaction, otherwise supporters. A project with exactly this
    /// much takes part. PaBuLib's <c>min_project_score_threshold</c>.
    /// </summary>
    public Rational? MinimumScore { get; init; }

    /// <summary>The least share of all voters, empty ballots included, that supports the project, from 0 to 1.</summary>
    public Rational? MinimumShare { get; init; }

    /// <summary>
    /// With d, a project takes part when its share of supporters is at least its cost divided by d times the budget:
    /// votes/n ≥ c/(d·B). Świecie uses 3.
    /// </summary>
    public Rational? CostDivisor { get; init; }

    internal bool Admits(Instance instance, Support support, int project)
    {
        int ballots = support.Profile.BallotCount;
        Rational votes = support.Voters[project];
        return (MinimumScore is not Rational score || support.Score(project) >= score)
            && (MinimumShare is not Rational share || votes >= share * ballots)
            && (CostDivisor is not Rational divisor || votes * divisor * instance.Budget >= instance.Projects[project].Cost * ballots);
    }

    /// <summary>
    /// What a project that is not admitted would have needed: the number of supporters when it has fewer, points when it has
    /// fewer. Null where it has enough, or where no number is enough.
    /// </summary>
    internal (long? Supporters, Rational? Points) Missed(Instance instance, Support support, int project)
    {
        int ballots = support.Profile.BallotCount;
        bool byVotes = support.Satisfaction is Satisfaction.Cost or Satisfaction.Cardinality;
        Rational most = Rational.Zero;
        Need(byVotes ? MinimumScore : null);
        Need(MinimumShare * ballots);
        Rational weight = CostDivisor is Rational divisor ? divisor * instance.Budget : Rational.Zero;
        Need(weight.Sign > 0 ? instance.Projects[project].Cost * ballots / weight : null);
        long supporters = (long)-(-most).Floor();
        return (
            supporters > support.Voters[project] ? supporters : null,
            !byVotes && MinimumScore > support.Score(project) ? MinimumScore : null);

        void Need(Rational? number) => most = number > most ? number.Value : most;
    }
}

/// <summary>Projects of which at most so much may be funded together.</summary>
/// <param name="Projects">The ids of the projects; ids that are not in the election are passed over.</param>
/// <param name="MaxCount">The most projects of these that may be funded; no limit when null.</param>
/// <param name="MaxCost">The most money these may cost together; no limit when null.</param>
/// <remarks>
/// Projects that exclude each other are a group with <paramref name="MaxCount"/> one: the one the rule takes first wins.
/// A category with a ceiling is a group with <paramref name="MaxCost"/>.
/// </remarks>
public sealed record ProjectGroup(ImmutableArray<string> Projects, int? MaxCount, Rational? MaxCost = null)
{
    /// <summary>Projects of which only one can be funded.</summary>
    public static ProjectGroup Conflict(params IEnumerable<string> projects) => new([.. projects], 1);

    /// <summary>Projects that together may cost at most so much.</summary>
    public static ProjectGroup Ceiling(Rational maxCost, params IEnumerable<string> projects) => new([.. projects], null, maxCost);
}

/// <summary>The groups of a count in progress: which projects they still let in.</summary>
internal sealed class GroupLimits
{
    private readonly Instance _instance;
    private readonly (ProjectGroup Group, int Count, Rational Cost)[] _groups;
    private readonly List<int>[]? _groupsOf;
    private readonly int[] _lastTaken;

    public GroupLimits(Instance instance, ImmutableArray<ProjectGroup> groups)
    {
        _instance = instance;
        _groups = [.. groups.Select(group => (group, 0, Rational.Zero))];
        _lastTaken = new int[_groups.Length];
        if (groups.IsEmpty)
        {
            return;
        }

        _groupsOf = [.. instance.Projects.Select(_ => new List<int>())];
        for (int group = 0; group < _groups.Length; group++)
        {
            foreach (int project in groups[group].Projects.Distinct(StringComparer.Ordinal).Select(instance.IndexOf).Where(index => index >= 0))
            {
                _groupsOf[project].Add(group);
            }
        }
    }

    /// <summary>Why the groups keep a project out, or null; <paramref name="against"/> is the winner that filled the group last.</summary>
    public OutcomeReason? Refusal(int project, out int against)
    {
        against = -1;
        foreach (int group in _groupsOf?[project] ?? [])
        {
            (ProjectGroup limits, int count, Rational cost) = _groups[group];
            if (count >= limits.MaxCount || cost + _instance.Projects[project].Cost > limits.MaxCost)
            {
                against = count > 0 ? _lastTaken[group] : -1;
                return count >= limits.MaxCount ? OutcomeReason.Excluded : OutcomeReason.CategoryFull;
            }
        }

        return null;
    }

    public void Take(int project)
    {
        foreach (int group in _groupsOf?[project] ?? [])
        {
            _groups[group].Count++;
            _groups[group].Cost += _instance.Projects[project].Cost;
            _lastTaken[group] = project;
        }
    }
}
