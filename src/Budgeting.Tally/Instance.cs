using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>What is voted on: a budget and the projects that compete for it, in their published order.</summary>
/// <remarks>
/// A project's index in <see cref="Projects"/> is how a <see cref="Profile"/> names it. A project may cost more than
/// the whole budget: it then never fits.
/// </remarks>
public sealed class Instance
{
    private readonly Dictionary<string, int> _indices;

    /// <summary>Creates an instance.</summary>
    /// <param name="budget">The money to share out, in the unit of the costs; at least zero.</param>
    /// <param name="projects">The projects in file order, each id once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="budget"/> is negative.</exception>
    /// <exception cref="ArgumentException">Two projects have the same id.</exception>
    public Instance(Rational budget, params IEnumerable<Project> projects)
    {
        ArgumentNullException.ThrowIfNull(projects);
        if (budget.Sign < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(budget), $"The budget {budget} is negative.");
        }

        Budget = budget;
        Projects = [.. projects];
        _indices = new Dictionary<string, int>(Projects.Length, StringComparer.Ordinal);
        for (int index = 0; index < Projects.Length; index++)
        {
            if (!_indices.TryAdd(Projects[index].Id, index))
            {
                throw new ArgumentException($"Two projects have the id {Projects[index].Id}.", nameof(projects));
            }
        }
    }

    /// <summary>The money to share out, in the unit of the costs; at least zero.</summary>
    public Rational Budget { get; }

    /// <summary>The projects in file order.</summary>
    public ImmutableArray<Project> Projects { get; }

    /// <summary>The index of the project with this id in <see cref="Projects"/>, or -1 when there is none.</summary>
    public int IndexOf(string id) => _indices.GetValueOrDefault(id, -1);

    /// <summary>The index of the project with this id in <see cref="Projects"/>, or -1 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<char> id) =>
        _indices.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out int index) ? index : -1;
}
