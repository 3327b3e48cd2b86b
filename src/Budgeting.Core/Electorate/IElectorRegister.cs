namespace Budgeting.Core.Electorate;

/// <summary>The rule and the register of rounds, as coordinators and administrators of the region keep them.</summary>
public interface IElectorRegister
{
    /// <summary>Sets who may vote. Until voting opens; while the register has entries, only what is published of voters can be changed.</summary>
    /// <returns>
    /// Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Electorate.Frozen</c>, <c>Electorate.Imported</c>, <c>Electorate.HasEntries</c>, <c>Electorate.Basis</c>, <c>Electorate.MinimumAge</c>,
    /// <c>Electorate.AgeOn</c>, <c>Electorate.AgeNeedsRegister</c>, <c>Electorate.Regions</c>.
    /// </returns>
    Task<Outcome<Done>> SetRuleAsync(Actor actor, long roundId, ElectorateRule rule, CancellationToken cancellation);

    /// <summary>How many entries there are.</summary>
    /// <returns>The counts, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<RegisterCounts>> CountAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>
    /// Reads a file into the register: entries are added and updated, and those that are not in the file marked as left. Until voting
    /// opens. Addresses to invite people by, if the file has any, are kept encrypted until the invitations are sent. Good rows are taken in and bad ones told; the register changes in one transaction or not at all. Memory does not grow with the file.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="file">CSV as docs/electorate.md describes it; stays open.</param>
    /// <param name="partial">Whether entries that are not in the file stay as they are.</param>
    /// <param name="tell">Told of every fault as it is found: by line, those of one kind (twice in the file) after all others.</param>
    /// <param name="cancellation">Stops, leaving the register as it was.</param>
    /// <returns>
    /// The report, or <c>Forbidden</c>, <c>StepUp.Needed</c> (before anything of the file is read), <c>NotFound</c>, <c>Electorate.Frozen</c>, <c>Electorate.NotRegistered</c> (the rule is another), <c>Electorate.RuleChanged</c> (meanwhile),
    /// <c>Register.Header</c> (columns missing), <c>Register.Unreadable</c> (line), <c>Register.NoRows</c>.
    /// </returns>
    Task<Outcome<RegisterReport>> ImportAsync(Actor actor, long roundId, Stream file, bool partial, Action<RowFault>? tell, CancellationToken cancellation);

    /// <summary>Empties the register, with its codes, links and disputes. Until voting opens, and again once the result is published. A passkey must have been shown just now.</summary>
    /// <returns>How many entries there were, or <c>Forbidden</c>, <c>StepUp.Needed</c>, <c>NotFound</c>, <c>Register.NotPublished</c>.</returns>
    Task<Outcome<long>> ClearAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>
    /// Makes the codes that the printing house sends: one for every entry in the file that may vote and has none, or with <paramref name="reissue"/>
    /// for every one that may vote, the old code dying. The platform does not keep identifiers, so they come in the organiser's file and go
    /// out beside the codes. The codes are good once this returns; when it fails, none are. A passkey must have been shown just now.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="file">CSV with the column <c>identifier</c>, and <c>language</c> if it is to be written out; stays open.</param>
    /// <param name="letters">Where to write <c>identifier,code,language</c>; flushed, and stays open.</param>
    /// <param name="reissue">Whether entries that have a code get another.</param>
    /// <param name="cancellation">Stops, issuing nothing.</param>
    /// <returns>The report, or <c>Forbidden</c>, <c>StepUp.Needed</c> (before anything of the file is read), <c>NotFound</c>, <c>Electorate.NotRegistered</c>, <c>Voting.Closed</c>, <c>Register.Header</c>, <c>Register.Unreadable</c>.</returns>
    Task<Outcome<LettersReport>> IssueLettersAsync(Actor actor, long roundId, Stream file, Stream letters, bool reissue, CancellationToken cancellation);
}

/// <summary>How many entries a register has.</summary>
/// <param name="Entries">All.</param>
/// <param name="OfAge">Of age and not left: those who may vote.</param>
/// <param name="Left">Marked as left.</param>
/// <param name="WithLetterCode">Those who may vote and have a live letter code.</param>
/// <param name="Linked">Linked to an account.</param>
public sealed record RegisterCounts(long Entries, long OfAge, long Left, long WithLetterCode, long Linked);

/// <summary>What an import did.</summary>
/// <param name="Rows">Rows in the file, without the header and empty lines.</param>
/// <param name="Bad">Rows that were not taken in.</param>
/// <param name="Added">New entries.</param>
/// <param name="Updated">Entries that changed, those that came back after having left included.</param>
/// <param name="Unchanged">Entries that were as the file says.</param>
/// <param name="Left">Entries newly marked as left.</param>
public sealed record RegisterReport(long Rows, long Bad, long Added, long Updated, long Unchanged, long Left);

/// <summary>Something wrong with a row.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Problem">What.</param>
public sealed record RowFault(long Line, RowProblem Problem)
{
    /// <summary>The column it is in; null when it is the row as such.</summary>
    public string? Column => Problem switch
    {
        RowProblem.Unreadable => null,
        RowProblem.IdentifierEmpty or RowProblem.IdentifierUnfit or RowProblem.IdentifierTwice => "identifier",
        RowProblem.BirthDateUnreadable or RowProblem.BirthDateImpossible => "birth_date",
        RowProblem.RegionUnknown or RowProblem.RegionOutside => "region",
        RowProblem.LanguageUnknown => "language",
        RowProblem.EmailUnreadable => "email",
        RowProblem.PhoneUnreadable => "phone",
        _ => "protected",
    };
}

/// <summary>What can be wrong with a row of a register's file.</summary>
public enum RowProblem
{
    /// <summary>It has too few or too many fields, misplaced quotation marks, or letters that are not UTF-8.</summary>
    Unreadable,

    /// <summary>There is no identifier.</summary>
    IdentifierEmpty,

    /// <summary>The identifier has more than 64 characters, or such as cannot be written.</summary>
    IdentifierUnfit,

    /// <summary>A good row before it has the same identifier.</summary>
    IdentifierTwice,

    /// <summary>The date of birth is not written <c>2001-12-31</c> or <c>31.12.2001</c>.</summary>
    BirthDateUnreadable,

    /// <summary>The date of birth is ahead, or more than 130 years ago.</summary>
    BirthDateImpossible,

    /// <summary>There is no such region.</summary>
    RegionUnknown,

    /// <summary>The region is not one whose people may vote in the round.</summary>
    RegionOutside,

    /// <summary>The language is not <c>fi</c>, <c>sv</c>, <c>en</c> or nothing.</summary>
    LanguageUnknown,

    /// <summary>The protection flag is not <c>1</c>, <c>0</c>, <c>true</c>, <c>false</c>, <c>yes</c>, <c>no</c> or nothing.</summary>
    ProtectedUnreadable,

    /// <summary>The e-mail address is none.</summary>
    EmailUnreadable,

    /// <summary>The telephone number is not written with its country code: <c>+358 40 123 4567</c>.</summary>
    PhoneUnreadable,
}

/// <summary>What the making of letter codes did.</summary>
/// <param name="Issued">Codes made.</param>
/// <param name="HadOne">Entries that had one and kept it.</param>
/// <param name="MayNotVote">Entries that have left or are under age.</param>
/// <param name="Unknown">Rows whose identifier is not in the register, or cannot be read.</param>
public sealed record LettersReport(long Issued, long HadOne, long MayNotVote, long Unknown);
