using Budgeting.Core.Rounds;

namespace Budgeting.Core.Voting;

/// <summary>The frozen lists of projects that people vote on.</summary>
public interface IBallotSheets
{
    /// <summary>The sheets of a round whose voting has opened, one a heading, in the headings' order. Freezes them first if that has not been done yet.</summary>
    /// <returns>The sheets; empty before voting opens or when there is no such round.</returns>
    Task<IReadOnlyList<BallotSheet>> OfRoundAsync(long roundId, CancellationToken cancellation);
}

/// <summary>A heading's frozen list of projects with all that the count depends on.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="HeadingId">The heading.</param>
/// <param name="HeadingName">Its name.</param>
/// <param name="Money">The heading's money.</param>
/// <param name="BallotKind">How the ballot is filled in.</param>
/// <param name="MaximumChoices">At most so many projects; null for knapsack.</param>
/// <param name="Rule">How it is counted.</param>
/// <param name="Projects">The projects, by number from 1.</param>
/// <param name="Lot">Project numbers in the order drawn: the earlier wins a tie that cost and support leave.</param>
/// <param name="Canonical">The canonical form, UTF-8 text, documented in docs/ballot-sheet.md.</param>
/// <param name="Hash">SHA-256 of the canonical form, 64 lower-case hexadecimal digits.</param>
/// <param name="FrozenAt">When it was frozen.</param>
public sealed record BallotSheet(
    long RoundId, long HeadingId, LocalizedText HeadingName, Money Money, BallotKind BallotKind, int? MaximumChoices,
    TallyRule Rule, IReadOnlyList<SheetProject> Projects, IReadOnlyList<int> Lot, string Canonical, string Hash, DateTimeOffset FrozenAt)
{
    /// <summary>A project by its number; null when the sheet has none.</summary>
    public SheetProject? Project(int number) => number >= 1 && number <= Projects.Count ? Projects[number - 1] : null;
}

/// <summary>A project on a sheet.</summary>
/// <param name="Number">From 1, its place on the sheet.</param>
/// <param name="ProposalId">The proposal it came from.</param>
/// <param name="Title">Its title when the sheet was frozen.</param>
/// <param name="Language">The language of its title.</param>
/// <param name="Cost">What it costs.</param>
public sealed record SheetProject(int Number, long ProposalId, string Title, string Language, Money Cost);
