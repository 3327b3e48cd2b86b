using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>A way to choose which projects are funded: the tally rule of an election.</summary>
/// <remarks>
/// A rule is a value: its switches are fixed when it is made, and a rule that cannot count the ballots it is made for
/// is refused then. Counting is a pure function of its arguments; the order of the ballots never matters, and the order
/// of the projects only through <see cref="TieCriterion.FileOrder"/>. Rules can be used from several threads.
/// </remarks>
public interface ITallyRule
{
    /// <summary>The rule's name in files and results, such as <c>greedy</c>.</summary>
    string Name { get; }

    /// <summary>What a voter is said to gain from a project.</summary>
    Satisfaction Satisfaction { get; }

    /// <summary>What a project must have to take part.</summary>
    Eligibility Eligibility { get; }

    /// <summary>Projects that exclude each other or share a ceiling.</summary>
    ImmutableArray<ProjectGroup> Groups { get; }

    /// <summary>Counts an election.</summary>
    /// <param name="instance">The budget and the projects.</param>
    /// <param name="profile">The ballots over these projects.</param>
    /// <param name="ties">How ties are broken.</param>
    /// <exception cref="ArgumentException">
    /// The profile is not over the instance's number of projects, its ballots are not of a type the rule counts, or the
    /// tie-break's lot leaves out a project.
    /// </exception>
    /// <exception cref="UnresolvedTieException">A tie is left over.</exception>
    TallyResult Tally(Instance instance, Profile profile, TieBreak ties);
}
