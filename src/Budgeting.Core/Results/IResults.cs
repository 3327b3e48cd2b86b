using Budgeting.Core.Rounds;

namespace Budgeting.Core.Results;

/// <summary>Results, held back until two coordinators have published them (<see cref="Confirmations.IConfirmations"/>), and explained.</summary>
public interface IResults
{
    /// <summary>
    /// The published result of a round. Nothing of a count leaves before a coordinator has published it, whoever asks.
    /// </summary>
    /// <returns>The result, or <c>NotFound</c> or <c>Results.NotPublished</c>.</returns>
    Task<Outcome<RoundResult>> FindAsync(long roundId, CancellationToken cancellation);
}

/// <summary>A round's published result.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Voters">Ballots counted.</param>
/// <param name="PublishedAt">When it was published.</param>
/// <param name="Headings">One a heading, in the headings' order.</param>
public sealed record RoundResult(long RoundId, int Voters, DateTimeOffset PublishedAt, IReadOnlyList<HeadingResult> Headings);

/// <summary>The result of one heading, stored as it was counted.</summary>
/// <param name="HeadingId">The heading.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rule">The tally rule: <c>greedy</c>.</param>
/// <param name="Ties">How ties were to be broken, in order: <c>lower-cost</c>, <c>more-supporters</c>, <c>lot</c>.</param>
/// <param name="SheetHash">Hash of the sheet it was counted on.</param>
/// <param name="BallotKind">How ballots were filled in.</param>
/// <param name="Ballots">Ballots with at least one choice in this heading.</param>
/// <param name="Budget">The heading's money.</param>
/// <param name="Spent">What the winners cost.</param>
/// <param name="Projects">Every project in the order it was considered.</param>
public sealed record HeadingResult(
    long HeadingId, LocalizedText Name, string Rule, IReadOnlyList<string> Ties, string SheetHash, BallotKind BallotKind,
    int Ballots, Money Budget, Money Spent, IReadOnlyList<ProjectResult> Projects)
{
    /// <summary>Money that no further project was funded from.</summary>
    public Money Left => Budget - Spent;
}

/// <summary>How one project fared, and why.</summary>
/// <param name="Number">Its number on the sheet.</param>
/// <param name="ProposalId">The proposal it came from.</param>
/// <param name="Title">Its title.</param>
/// <param name="Language">The language of the title.</param>
/// <param name="Cost">What it costs.</param>
/// <param name="Votes">Ballots that chose it.</param>
/// <param name="Order">Its place in the order of consideration, from 1.</param>
/// <param name="Won">Whether it was funded.</param>
/// <param name="MoneyLeft">Money left when its turn came, before it was taken.</param>
/// <param name="TieBrokenBy">What put it where it is among projects with as many votes: <c>lower-cost</c>, <c>lot</c>, or null when no other had as many.</param>
public sealed record ProjectResult(
    int Number, long ProposalId, string Title, string Language, Money Cost, long Votes, int Order, bool Won, Money MoneyLeft, string? TieBrokenBy)
{
    /// <summary>How much money was missing when its turn came; zero for a winner.</summary>
    public Money Missing => Won ? Money.Zero : Cost - MoneyLeft;
}
