using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>The rule finds projects equal and the tie-break does not tell them apart, so there is no outcome.</summary>
public sealed class UnresolvedTieException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="projectIds">The ids of the projects that are tied, in file order.</param>
    public UnresolvedTieException(ImmutableArray<string> projectIds)
        : base($"The tie-break leaves these projects tied: {string.Join(", ", projectIds)}.") => ProjectIds = projectIds;

    /// <summary>The ids of the projects that are tied, in file order.</summary>
    public ImmutableArray<string> ProjectIds { get; }
}
