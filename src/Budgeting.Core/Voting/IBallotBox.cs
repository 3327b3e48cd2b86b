namespace Budgeting.Core.Voting;

/// <summary>
/// Takes ballots from every channel. One ballot a voter and round; casting again changes it, until voting closes.
/// </summary>
/// <remarks>
/// Phase, sheet and limits are checked inside the transaction that writes, by the database's clock, and the caller is
/// answered only after the commit. Many ballots share a transaction; a refused one never harms its neighbours.
/// </remarks>
public interface IBallotBox
{
    /// <summary>Casts a ballot over all headings open to the voter, replacing an earlier one.</summary>
    /// <returns>
    /// The receipt of the stored ballot, or <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Voting.Busy</c>, <c>Voting.NotStored</c>, <c>Ballot.Empty</c>,
    /// <c>Voting.PaperIssued</c>, <c>Voting.Superseded</c> when what this act cast has been replaced or withdrawn since, <c>Ballot.SheetChanged</c>, <c>Ballot.UnknownHeading</c>, <c>Ballot.HeadingNotOpen</c>, <c>Ballot.HeadingTwice</c>, <c>Ballot.UnknownProject</c>,
    /// <c>Ballot.ProjectTwice</c>, <c>Ballot.TooMany</c> (maximum, chosen), <c>Ballot.OverBudget</c> (money, sum, excess).
    /// Refusals of a heading carry its id as their field.
    /// </returns>
    Task<Outcome<StoredBallot>> CastAsync(CastBallot ballot, CancellationToken cancellation);

    /// <summary>Takes the voter's ballot back out. Withdrawing when there is none is granted too.</summary>
    /// <returns>Done, or <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Voting.Busy</c>, <c>Voting.NotStored</c>, <c>Voting.PaperIssued</c>.</returns>
    Task<Outcome<Done>> WithdrawAsync(long roundId, Voter voter, CancellationToken cancellation);

    /// <summary>Marks a voter as having been handed a paper ballot, which shuts the other channels to them.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="voter">The voter.</param>
    /// <param name="act">Names this act, as <see cref="CastBallot.Attempt"/> does: sent twice, it is done once and granted twice.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Done, or <c>Voting.AlreadyCast</c> when a ballot of theirs is in the box, <c>Voting.PaperIssued</c> when they have a paper ballot, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Voting.Busy</c>, <c>Voting.NotStored</c>.</returns>
    Task<Outcome<Done>> IssuePaperAsync(long roundId, Voter voter, Guid act, CancellationToken cancellation);

    /// <summary>Takes back a paper ballot that was handed out and not cast, which opens the other channels again.</summary>
    /// <returns>Done, or <c>Voting.NoPaperIssued</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Voting.Busy</c>, <c>Voting.NotStored</c>.</returns>
    Task<Outcome<Done>> TakeBackPaperAsync(long roundId, Voter voter, CancellationToken cancellation);

    /// <summary>
    /// Whether there is something of the voter's in the box; what was chosen is told to nobody but who has its receipt, since a clerk, and whoever finds a letter, can come in as
    /// the voter too. Found only while the round's secret exists, that is, until voting has closed.
    /// </summary>
    /// <param name="roundId">The round.</param>
    /// <param name="voter">The voter.</param>
    /// <param name="receipt">The receipt that was given when the ballot was cast; null from whoever has none.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<FoundBallot> FindAsync(long roundId, Voter voter, string? receipt, CancellationToken cancellation);

    /// <summary>What has become of the ballot a receipt was given for.</summary>
    Task<ReceiptStatus> CheckReceiptAsync(long roundId, string receipt, CancellationToken cancellation);

    /// <summary>Checks choices against the sheets without storing anything: what the review page says before the act.</summary>
    /// <returns>Done, or the same refusals as <see cref="CastAsync"/>, phase and business apart.</returns>
    Task<Outcome<Done>> CheckAsync(CastBallot ballot, CancellationToken cancellation);
}

/// <summary>Someone admitted to vote in one round.</summary>
/// <param name="Key">HMAC-SHA-256 of the electorate entry under the round's secret, 64 lower-case hexadecimal digits. Says nothing of who it is.</param>
/// <param name="OpenHeadings">The headings this voter may vote on.</param>
/// <param name="Band">What may be published of the voter beside the choices, in coarse words; null when the round publishes nothing of the kind.</param>
public sealed record Voter(string Key, IReadOnlyList<long> OpenHeadings, string? Band = null);

/// <summary>A ballot to cast.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Voter">Who casts it.</param>
/// <param name="Choices">The choices, at most one entry a heading; headings left out or empty are blank.</param>
/// <param name="Attempt">Names this act of casting: the same value with the same choices again returns the receipt already given, so that a form sent twice casts once.</param>
public sealed record CastBallot(long RoundId, Voter Voter, IReadOnlyList<HeadingChoices> Choices, Guid Attempt);

/// <summary>What a voter chose in one heading.</summary>
/// <param name="HeadingId">The heading.</param>
/// <param name="SheetHash">The hash of the sheet the voter saw.</param>
/// <param name="Projects">Project numbers, each at most once.</param>
public sealed record HeadingChoices(long HeadingId, string SheetHash, IReadOnlyList<int> Projects);

/// <summary>A ballot that is in the box.</summary>
/// <param name="Receipt">The voter's receipt code.</param>
/// <param name="Choices">What was chosen.</param>
public sealed record StoredBallot(string Receipt, IReadOnlyList<HeadingChoices> Choices);

/// <summary>What is in the box under a voter's key.</summary>
public enum InBox
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A ballot.</summary>
    Ballot,

    /// <summary>That they were handed a paper ballot; what it says is not known here.</summary>
    Paper,
}

/// <summary>What was found of a voter's.</summary>
/// <param name="InBox">What there is.</param>
/// <param name="Ballot">The ballot, where its receipt was shown; else null.</param>
public sealed record FoundBallot(InBox InBox, StoredBallot? Ballot);

/// <summary>What has become of a ballot.</summary>
public enum ReceiptStatus
{
    /// <summary>No ballot of this round ever had this receipt.</summary>
    Unknown,

    /// <summary>It is in the box and will be, or was, counted.</summary>
    Stored,

    /// <summary>The voter changed it; the later one counts.</summary>
    Replaced,

    /// <summary>The voter took it back.</summary>
    Withdrawn,

    /// <summary>The code has a typing error: its checksum is wrong.</summary>
    Mistyped,
}
