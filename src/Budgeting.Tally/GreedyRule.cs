using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>
/// The greedy rule with cost satisfaction: consider the projects by falling number of supporters, take what still fits
/// in the money left and skip what does not.
/// </summary>
/// <remarks>
/// A project's supporters are the ballots it is on, whatever its rank or points there. With cost satisfaction the total
/// utility of a project per unit of cost is its number of supporters; a supported project that costs nothing has it
/// infinite, so such projects come first and tie with one another. Projects without supporters come last and are
/// funded if they fit. Takes time in proportion to the total length of the distinct ballots, plus sorting the projects.
/// Source: Faliszewski et al., "Participatory Budgeting: Data, Tools and Analysis", IJCAI 2023, arXiv 2305.11035.
/// </remarks>
public sealed record GreedyRule : ITallyRule
{
    /// <inheritdoc/>
    public string Name => "greedy";

    /// <inheritdoc/>
    public TallyResult Tally(Instance instance, Profile profile, TieBreak ties)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(ties);
        ImmutableArray<Project> projects = instance.Projects;
        if (profile.ProjectCount != projects.Length)
        {
            throw new ArgumentException(
                $"The ballots are over {profile.ProjectCount} projects, the instance has {projects.Length}.", nameof(profile));
        }

        ImmutableArray<int> supporters = profile.CountSupporters();
        long Score(int project) =>
            supporters[project] > 0 && projects[project].Cost.IsZero ? long.MaxValue : supporters[project];

        ImmutableArray<ImmutableArray<int>> classes =
            [.. Enumerable.Range(0, projects.Length).GroupBy(Score).OrderByDescending(c => c.Key).Select(c => c.ToImmutableArray())];
        IComparer<int> tieOrder = ties.OrderOf(instance, supporters);

        ProjectOutcome[] outcomes = new ProjectOutcome[projects.Length];
        ImmutableArray<string>.Builder winners = ImmutableArray.CreateBuilder<string>();
        Rational left = instance.Budget;
        int position = 0;
        foreach (ImmutableArray<int> equal in classes)
        {
            ImmutableArray<int> ordered = Ordered(equal, tieOrder, projects);
            ImmutableArray<string> tied = ordered.Length > 1 ? [.. ordered.Select(index => projects[index].Id)] : [];
            foreach (int index in ordered)
            {
                Project project = projects[index];
                bool fits = project.Cost <= left;
                OutcomeReason reason = fits ? OutcomeReason.Funded : OutcomeReason.DoesNotFit;
                outcomes[index] = new ProjectOutcome(
                    project.Id, project.Cost, supporters[index], ++position, left, reason, tied);
                if (fits)
                {
                    winners.Add(project.Id);
                    left -= project.Cost;
                }
            }
        }

        return new TallyResult(
            Name, ties, instance.Budget, winners.ToImmutable(), instance.Budget - left, ImmutableArray.Create(outcomes));
    }

    private static ImmutableArray<int> Ordered(ImmutableArray<int> equal, IComparer<int> tieOrder, ImmutableArray<Project> projects)
    {
        ImmutableArray<int> ordered = [.. equal.Order(tieOrder)];
        for (int place = 1; place < ordered.Length; place++)
        {
            int first = ordered[place - 1];
            if (tieOrder.Compare(first, ordered[place]) == 0)
            {
                throw new UnresolvedTieException(
                    [.. equal.Where(other => tieOrder.Compare(first, other) == 0).Select(other => projects[other].Id)]);
            }
        }

        return ordered;
    }
}
