namespace Budgeting.Tally;

/// <summary>Something the election may fund.</summary>
public sealed record Project
{
    /// <summary>Creates a project.</summary>
    /// <param name="id">The project's identifier in its election, as written; <c>"007"</c> and <c>"7"</c> differ. Not empty.</param>
    /// <param name="cost">The cost, in the unit of the budget; at least zero.</param>
    /// <param name="name">The project's name for people, if it has one.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cost"/> is negative.</exception>
    public Project(string id, Rational cost, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (cost.Sign < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(cost), $"Project {id} has the negative cost {cost}.");
        }

        Id = id;
        Cost = cost;
        Name = name;
    }

    /// <summary>The identifier, unique in its <see cref="Instance"/>.</summary>
    public string Id { get; }

    /// <summary>The cost, in the unit of the budget; at least zero.</summary>
    public Rational Cost { get; }

    /// <summary>The name for people, if there is one. It decides nothing.</summary>
    public string? Name { get; }
}
