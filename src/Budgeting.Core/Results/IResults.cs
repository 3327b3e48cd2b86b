using System.Text.Json.Serialization;
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
/// <param name="Rule">The tally rule by its name on the sheet: <c>greedy</c>, <c>equal-shares</c>, <c>phragmen</c>.</param>
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

    /// <summary>The tally rule.</summary>
    [JsonIgnore]
    public TallyRule CountedBy => TallyRules.Find(Rule) ?? throw new InvalidDataException($"There is no tally rule '{Rule}'.");

    /// <summary>Under equal shares what each voter had at the start of the run that decided, exactly and in euros, such as <c>12.5</c> or <c>100/3</c>; otherwise null.</summary>
    public string? Share { get; init; }

    /// <summary>How the count went, for everyone; null in results of earlier versions.</summary>
    public LocalizedText? Summary { get; init; }
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
/// <param name="TieBrokenBy">What put it where it is among projects the rule found equal: <c>lower-cost</c>, <c>more-supporters</c>, <c>lot</c>, or null when the rule alone put it there.</param>
public sealed record ProjectResult(
    int Number, long ProposalId, string Title, string Language, Money Cost, long Votes, int Order, bool Won, Money MoneyLeft, string? TieBrokenBy)
{
    /// <summary>How much money was missing when its turn came; zero for a winner.</summary>
    public Money Missing => Won ? Money.Zero : Cost - MoneyLeft;

    /// <summary>
    /// Under other rules than greedy why it was funded or not: <c>funded</c>, <c>fundedByCompletion</c>, <c>supportersOutOfMoney</c>, <c>doesNotFit</c>,
    /// <c>notReached</c>; null under greedy.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Under equal shares the part of its cost that each supporter paid who could, exactly, such as <c>0.25</c> or <c>1/6</c>; null when they did not buy it.</summary>
    public string? Price { get; init; }

    /// <summary>Why it was funded or not and what would have changed that, for everyone; null in results of earlier versions.</summary>
    public LocalizedText? Why { get; init; }
}
