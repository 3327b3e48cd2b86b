using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>What is wrong with a PaBuLib file. The arguments of each code are those of <see cref="PabulibError.Arguments"/>.</summary>
public enum PabulibErrorCode
{
    /// <summary>The cell has bytes that are not UTF-8. No arguments.</summary>
    InvalidUtf8,

    /// <summary>A quoted cell does not end before the file does. No arguments.</summary>
    UnterminatedQuote,

    /// <summary>A quoted cell that has a separator or a line break in it is followed by more text. No arguments.</summary>
    TextAfterQuote,

    /// <summary>The section does not begin where it must, or at all. Arguments: the section expected.</summary>
    MissingSection,

    /// <summary>A section begins out of order or again. Arguments: the section found.</summary>
    SectionOutOfOrder,

    /// <summary>A required column is missing. Arguments: the column, the section.</summary>
    MissingColumn,

    /// <summary>A column is there twice. Arguments: the column.</summary>
    DuplicateColumn,

    /// <summary>A row has too few or too many cells, or a header more than 4,096. Arguments: the number expected, the number found.</summary>
    WrongColumnCount,

    /// <summary>A key of the META section is there twice. Arguments: the key.</summary>
    DuplicateKey,

    /// <summary>A required key of the META section is missing. Arguments: the key.</summary>
    MissingKey,

    /// <summary>A required value is empty. No arguments.</summary>
    MissingValue,

    /// <summary>The text is not a number of the kind the field needs. Arguments: the text.</summary>
    UnreadableNumber,

    /// <summary>The number is less than zero. Arguments: the text.</summary>
    NegativeNumber,

    /// <summary>The text is neither <c>dd.mm.yyyy</c> nor <c>yyyy</c>. Arguments: the text.</summary>
    UnreadableDate,

    /// <summary>The vote type is none of those PaBuLib knows. Arguments: the text.</summary>
    UnknownVoteType,

    /// <summary>A lower limit is above its upper limit. Arguments: lower key, its value, upper key, its value.</summary>
    ContradictoryLimits,

    /// <summary>There are not as many projects as the META section says. Arguments: the number said, the number found.</summary>
    WrongProjectCount,

    /// <summary>There are not as many votes as the META section says. Arguments: the number said, the number found.</summary>
    WrongVoteCount,

    /// <summary>Two projects have the same id. Arguments: the id.</summary>
    DuplicateProject,

    /// <summary>A project id has a comma, so that no vote can name it. Arguments: the id.</summary>
    CommaInProjectId,

    /// <summary>Two votes have the same voter id. Arguments: the id.</summary>
    DuplicateVoter,

    /// <summary>A vote names a project that is not in the PROJECTS section. Arguments: the id.</summary>
    UnknownProject,

    /// <summary>A vote has an empty place between, before or after its commas. No arguments.</summary>
    EmptyChoice,

    /// <summary>A vote does not have as many points as projects. Arguments: the number of projects, the number of points.</summary>
    WrongPointsCount,

    /// <summary>A vote has more projects than allowed. Arguments: the number allowed, the number found.</summary>
    BallotTooLong,
}

/// <summary>Why a PaBuLib file could not be read: what is wrong, and where.</summary>
/// <param name="Code">What is wrong. To tell it in another language, translate by this and <paramref name="Arguments"/>.</param>
/// <param name="Line">The line of the file, the first being 1; for a row spread over several lines, the first of them.</param>
/// <param name="Field">
/// The name of the column, the key of the META section, or the section; <c>column 3</c> where a column has no name.
/// </param>
/// <param name="Arguments">The particulars, in the order <see cref="PabulibErrorCode"/> documents for the code.</param>
public sealed record PabulibError(PabulibErrorCode Code, int Line, string Field, ImmutableArray<string> Arguments)
{
    /// <summary>What is wrong, in English, without line and field.</summary>
    public string Message => Code switch
    {
        PabulibErrorCode.InvalidUtf8 => "these bytes are not UTF-8 text",
        PabulibErrorCode.UnterminatedQuote => "the quotation mark that opens here is never closed",
        PabulibErrorCode.TextAfterQuote => "there is more text after the closing quotation mark",
        PabulibErrorCode.MissingSection => $"the section {Arguments[0]} is missing here",
        PabulibErrorCode.SectionOutOfOrder => $"the section {Arguments[0]} does not belong here; the order is META, PROJECTS, VOTES, each once",
        PabulibErrorCode.MissingColumn => $"the column {Arguments[0]} is missing from the section {Arguments[1]}",
        PabulibErrorCode.DuplicateColumn => $"the column {Arguments[0]} is there twice",
        PabulibErrorCode.WrongColumnCount => $"the row has {Arguments[1]} cells where {Arguments[0]} are expected",
        PabulibErrorCode.DuplicateKey => $"the key {Arguments[0]} is there twice",
        PabulibErrorCode.MissingKey => $"the key {Arguments[0]} is missing",
        PabulibErrorCode.MissingValue => "the value is empty",
        PabulibErrorCode.UnreadableNumber => $"'{Arguments[0]}' is not a number this field can have",
        PabulibErrorCode.NegativeNumber => $"{Arguments[0]} is less than zero",
        PabulibErrorCode.UnreadableDate => $"'{Arguments[0]}' is neither a date such as 24.12.2026 nor a year",
        PabulibErrorCode.UnknownVoteType => $"'{Arguments[0]}' is not a vote type; there are approval, ordinal, cumulative, scoring and choose-1",
        PabulibErrorCode.ContradictoryLimits => $"{Arguments[0]} {Arguments[1]} is above {Arguments[2]} {Arguments[3]}",
        PabulibErrorCode.WrongProjectCount => $"{Arguments[0]} projects are announced, but there are {Arguments[1]}",
        PabulibErrorCode.WrongVoteCount => $"{Arguments[0]} votes are announced, but there are {Arguments[1]}",
        PabulibErrorCode.DuplicateProject => $"the project {Arguments[0]} is there twice",
        PabulibErrorCode.CommaInProjectId => $"the project id {Arguments[0]} has a comma, so no vote can name it",
        PabulibErrorCode.DuplicateVoter => $"the voter {Arguments[0]} is there twice",
        PabulibErrorCode.UnknownProject => $"there is no project {Arguments[0]}",
        PabulibErrorCode.EmptyChoice => "the list of projects has an empty place",
        PabulibErrorCode.WrongPointsCount => $"the vote has {Arguments[0]} projects but {Arguments[1]} points",
        PabulibErrorCode.BallotTooLong => $"the vote has {Arguments[1]} projects where {Arguments[0]} are allowed",
        _ => Code.ToString(),
    };

    /// <summary>The whole error in English, such as <c>line 12, cost: -5 is less than zero</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"line {Line}, {Field}: {Message}");
}

/// <summary>A PaBuLib file could not be read.</summary>
public sealed class PabulibException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">Why the file could not be read.</param>
    public PabulibException(PabulibError error)
        : base(error?.ToString()) => Error = error ?? throw new ArgumentNullException(nameof(error));

    internal PabulibException(PabulibErrorCode code, int line, string field, params ImmutableArray<string> arguments)
        : this(new PabulibError(code, line, field, arguments))
    {
    }

    /// <summary>Why the file could not be read.</summary>
    public PabulibError Error { get; }
}
