using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>One election made ready for counting: supporters by project, who takes part, and the order of ties.</summary>
internal sealed class Election
{
    public Election(Instance instance, Profile profile, TieBreak ties, Satisfaction satisfaction, Eligibility eligibility)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(ties);
        if (profile.ProjectCount != instance.Projects.Length)
        {
            throw new ArgumentException(
                $"The ballots are over {profile.ProjectCount} projects, the instance has {instance.Projects.Length}.", nameof(profile));
        }

        if (!Satisfactions.Counts(satisfaction, profile.VoteType))
        {
            throw new ArgumentException($"{profile.VoteType} ballots have no {satisfaction} satisfaction.", nameof(profile));
        }

        (Instance, Profile, Ties, Support, Eligible, TieRanks) = Prepare(instance, new Support(profile, satisfaction), ties, eligibility);
    }

    /// <summary>The same ballots once more, with other costs.</summary>
    public Election(Instance instance, Support support, TieBreak ties, Eligibility eligibility) =>
        (Instance, Profile, Ties, Support, Eligible, TieRanks) = Prepare(instance, support, ties, eligibility);

    private static (Instance, Profile, TieBreak, Support, ImmutableArray<bool>, ImmutableArray<int>) Prepare(
        Instance instance, Support support, TieBreak ties, Eligibility eligibility) =>
    (
        instance, support.Profile, ties, support,
        [.. Enumerable.Range(0, instance.Projects.Length).Select(project => eligibility.Admits(instance, support, project))],
        RankTies(ties.OrderOf(instance, support.Voters), instance.Projects.Length)
    );

    public Instance Instance { get; }

    public Profile Profile { get; }

    public TieBreak Ties { get; }

    public Support Support { get; }

    public ImmutableArray<bool> Eligible { get; }

    /// <summary>The place of each project in the order of ties; projects that the tie-break leaves tied share one.</summary>
    public ImmutableArray<int> TieRanks { get; }

    public ImmutableArray<Project> Projects => Instance.Projects;

    /// <summary>Puts projects the rule found equal in the order of ties.</summary>
    /// <exception cref="UnresolvedTieException">The tie-break leaves some tied.</exception>
    public ImmutableArray<int> Order(IEnumerable<int> equal)
    {
        ImmutableArray<int> ordered = [.. equal.OrderBy(project => TieRanks[project])];
        for (int place = 1; place < ordered.Length; place++)
        {
            int rank = TieRanks[ordered[place]];
            if (TieRanks[ordered[place - 1]] == rank)
            {
                throw Unresolved(ordered.Where(project => TieRanks[project] == rank));
            }
        }

        return ordered;
    }

    /// <summary>The first in the order of ties of projects the rule found equal.</summary>
    /// <exception cref="UnresolvedTieException">The tie-break leaves the first ones tied.</exception>
    public int First(IReadOnlyList<int> equal)
    {
        int first = equal.MinBy(project => TieRanks[project]);
        return equal.Count(project => TieRanks[project] == TieRanks[first]) == 1
            ? first
            : throw Unresolved(equal.Where(project => TieRanks[project] == TieRanks[first]));
    }

    public ImmutableArray<string> Ids(IEnumerable<int> projects) => [.. projects.Select(project => Projects[project].Id)];

    private UnresolvedTieException Unresolved(IEnumerable<int> tied) => new(Ids(tied.Order()));

    private static ImmutableArray<int> RankTies(IComparer<int> order, int count)
    {
        int[] sorted = [.. Enumerable.Range(0, count).Order(order)];
        int[] ranks = new int[count];
        for (int place = 1; place < count; place++)
        {
            bool same = order.Compare(sorted[place - 1], sorted[place]) == 0;
            ranks[sorted[place]] = same ? ranks[sorted[place - 1]] : place;
        }

        return ImmutableArray.Create(ranks);
    }
}
