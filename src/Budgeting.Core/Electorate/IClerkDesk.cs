using Budgeting.Core.Voting;

namespace Budgeting.Core.Electorate;

/// <summary>
/// The desk at which clerks help people to vote. Clerks of the round's region may use it, and every act is in the audit log under the entry's
/// number. A clerk sees whether a ballot is in, never what is in it.
/// </summary>
public interface IClerkDesk
{
    /// <summary>Finds an entry by the person's identifier. In any phase.</summary>
    /// <returns>The entry, or <c>Forbidden</c>, <c>NotFound</c> (round), <c>Electorate.NotRegistered</c>, <c>Desk.NoEntry</c>, <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<DeskEntry>> FindAsync(Actor actor, long roundId, string identifier, CancellationToken cancellation);

    /// <summary>An entry that was found before, as it is now.</summary>
    /// <returns>The entry, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<DeskEntry>> ReadAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation);

    /// <summary>
    /// Makes a one-time code, good for <see cref="DeskEntry.SessionMinutes"/> minutes, for a person who votes on a device at hand. An earlier
    /// unused one dies. Whether and when it is used is kept nowhere.
    /// </summary>
    /// <returns>The code, or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Voting.PaperIssued</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>.</returns>
    Task<Outcome<string>> IssueSessionAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation);

    /// <summary>Makes a new letter code; the old one dies, and passes got with it, and assisted sessions too. Until voting closes.</summary>
    /// <returns>The code, to be shown once, or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.Closed</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>.</returns>
    Task<Outcome<string>> ReissueLetterAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation);

    /// <summary>
    /// Links the account of a person whose identity document the clerk has checked; where the entry is linked to another account, claims it, and a coordinator
    /// decides. Until voting closes, and never the clerk's own account. The log names the entry, and not the account.
    /// </summary>
    /// <param name="actor">The clerk.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="entryId">The entry.</param>
    /// <param name="account">The code that the person's account page shows, or their confirmed e-mail address.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>
    /// Linked or disputed, or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.Closed</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>, <c>Electorate.LinkKept</c>,
    /// <c>Desk.NoAccount</c>, <c>Desk.OwnAccount</c>, <c>Attempts.TooMany</c> (minutes).
    /// </returns>
    Task<Outcome<LinkState>> LinkAccountAsync(Actor actor, long roundId, long entryId, string account, CancellationToken cancellation);

    /// <summary>Marks that the person was handed a paper ballot, which shuts the other ways of voting to them.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>, or as <see cref="IBallotBox.IssuePaperAsync"/>.</returns>
    Task<Outcome<Done>> IssuePaperAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation);

    /// <summary>Takes back a paper ballot that was not cast.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>, or as <see cref="IBallotBox.TakeBackPaperAsync"/>.</returns>
    Task<Outcome<Done>> TakeBackPaperAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation);
}

/// <summary>Whether somebody has voted, as the desk may know it.</summary>
public enum DeskBallot
{
    /// <summary>Voting is not open, so that it cannot be told.</summary>
    Untold,

    /// <summary>There is no ballot.</summary>
    None,

    /// <summary>A ballot is in the box.</summary>
    Cast,

    /// <summary>A paper ballot was handed out.</summary>
    Paper,
}

/// <summary>An entry as a clerk sees it.</summary>
/// <param name="Id">Its number, by which the audit log names it.</param>
/// <param name="BirthYear">The year of birth.</param>
/// <param name="Region">Where the person lives; null for one under protection order.</param>
/// <param name="Language">The language of letters: <c>fi</c>, <c>sv</c> or <c>en</c>.</param>
/// <param name="IsProtected">Whether the person is under protection order.</param>
/// <param name="HasLeft">Whether the entry has left the register.</param>
/// <param name="OfAge">Whether the person is of age for this round.</param>
/// <param name="HasLetterCode">Whether there is a live letter code.</param>
/// <param name="Linked">Whether an account is linked.</param>
/// <param name="Ballot">Whether there is a ballot.</param>
public sealed record DeskEntry(
    long Id, int BirthYear, LocalizedText? Region, string Language, bool IsProtected, bool HasLeft, bool OfAge, bool HasLetterCode, bool Linked, DeskBallot Ballot)
{
    /// <summary>How long the one-time code of an assisted session is good, in minutes.</summary>
    public const int SessionMinutes = 20;

    /// <summary>Whether the person may vote.</summary>
    public bool MayVote => OfAge && !HasLeft;
}
