using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>One way to order projects that a rule finds equal.</summary>
public enum TieCriterion
{
    /// <summary>The cheaper project first.</summary>
    LowerCost,

    /// <summary>The project with more supporters first.</summary>
    MoreSupporters,

    /// <summary>The project listed earlier in the instance first.</summary>
    FileOrder,

    /// <summary>The smaller project id first, by Unicode code points ("10" before "9").</summary>
    ProjectId,

    /// <summary>The project drawn earlier in a lot first. The lot is one fixed order of all projects.</summary>
    Lot,
}

/// <summary>The published order in which ties are broken: the first criterion that tells two projects apart decides.</summary>
/// <remarks>
/// A tie that no criterion breaks is never broken silently: the tally refuses with an
/// <see cref="UnresolvedTieException"/>. Any list that ends in <see cref="TieCriterion.FileOrder"/>,
/// <see cref="TieCriterion.ProjectId"/> or <see cref="TieCriterion.Lot"/> breaks every tie.
/// </remarks>
public sealed class TieBreak
{
    private static readonly ImmutableArray<(TieCriterion Criterion, string Name)> Names =
    [
        (TieCriterion.LowerCost, "cost"),
        (TieCriterion.MoreSupporters, "votes"),
        (TieCriterion.FileOrder, "order"),
        (TieCriterion.ProjectId, "id"),
        (TieCriterion.Lot, "lot"),
    ];

    /// <summary>Creates a tie-break.</summary>
    /// <param name="criteria">The criteria, the first to be applied first, each at most once. None leaves every tie an error.</param>
    /// <param name="lot">
    /// The ids of the projects in the order they were drawn, each once; given exactly when <paramref name="criteria"/>
    /// has <see cref="TieCriterion.Lot"/>. It may name projects that are no longer in the instance.
    /// </param>
    /// <exception cref="ArgumentException">A criterion or an id is repeated, or the lot is missing or not asked for.</exception>
    public TieBreak(IEnumerable<TieCriterion> criteria, IEnumerable<string>? lot = null)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        Criteria = [.. criteria];
        Lot = lot is null ? [] : [.. lot];
        if (Criteria.Distinct().Count() != Criteria.Length || !Criteria.All(Enum.IsDefined))
        {
            throw new ArgumentException("Each criterion can be applied only once.", nameof(criteria));
        }

        if (Criteria.Contains(TieCriterion.Lot) != lot is not null)
        {
            throw new ArgumentException("A lot goes with the criterion Lot, and only with it.", nameof(lot));
        }

        if (Lot.Distinct(StringComparer.Ordinal).Count() != Lot.Length)
        {
            throw new ArgumentException("The lot names a project twice.", nameof(lot));
        }
    }

    /// <summary>Ties are broken by project id alone, as in the published reference results for PaBuLib.</summary>
    public static TieBreak ByProjectId { get; } = new([TieCriterion.ProjectId]);

    /// <summary>The criteria, the first to be applied first.</summary>
    public ImmutableArray<TieCriterion> Criteria { get; }

    /// <summary>The ids of the projects in the order they were drawn; empty without <see cref="TieCriterion.Lot"/>.</summary>
    public ImmutableArray<string> Lot { get; }

    /// <summary>Reads a comma-separated list of <c>cost</c>, <c>votes</c>, <c>order</c> and <c>id</c>.</summary>
    /// <param name="text">The list, the first criterion to be applied first; white space is ignored.</param>
    /// <param name="ties">The tie-break, or null when the text is not such a list without repetitions.</param>
    /// <returns>Whether the text is such a list.</returns>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TieBreak? ties)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        List<TieCriterion> criteria = [];
        foreach (string name in names)
        {
            criteria.AddRange(Names.Where(n => n.Name == name && n.Criterion != TieCriterion.Lot).Select(n => n.Criterion));
        }

        bool readable = criteria.Count == names.Length && criteria.Distinct().Count() == names.Length;
        ties = readable ? new TieBreak(criteria) : null;
        return readable;
    }

    /// <summary>The names of the criteria, such as <c>cost,votes,lot</c>.</summary>
    public override string ToString() => string.Join(',', Criteria.Select(c => Names.First(n => n.Criterion == c).Name));

    /// <summary>The order of the projects of one election; two projects compare as zero when the tie is left over.</summary>
    internal IComparer<int> OrderOf(Instance instance, ImmutableArray<int> supporters)
    {
        ImmutableArray<Project> projects = instance.Projects;
        List<Comparison<int>> comparisons = [];
        foreach (TieCriterion criterion in Criteria)
        {
            comparisons.Add(criterion switch
            {
                TieCriterion.LowerCost => (x, y) => projects[x].Cost.CompareTo(projects[y].Cost),
                TieCriterion.MoreSupporters => (x, y) => supporters[y].CompareTo(supporters[x]),
                TieCriterion.FileOrder => (x, y) => x.CompareTo(y),
                TieCriterion.ProjectId => (x, y) => CodePointComparer.Instance.Compare(projects[x].Id, projects[y].Id),
                _ => ByLot(instance),
            });
        }

        return Comparer<int>.Create((x, y) =>
        {
            foreach (Comparison<int> comparison in comparisons)
            {
                int order = comparison(x, y);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        });
    }

    private Comparison<int> ByLot(Instance instance)
    {
        int[] drawn = new int[instance.Projects.Length];
        Array.Fill(drawn, -1);
        for (int place = 0; place < Lot.Length; place++)
        {
            int project = instance.IndexOf(Lot[place]);
            if (project >= 0)
            {
                drawn[project] = place;
            }
        }

        int missing = Array.IndexOf(drawn, -1);
        return missing < 0
            ? (x, y) => drawn[x].CompareTo(drawn[y])
            : throw new ArgumentException($"The lot does not name project {instance.Projects[missing].Id}.");
    }
}
