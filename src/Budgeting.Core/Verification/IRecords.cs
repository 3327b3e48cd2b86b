using Budgeting.Core.Audit;

namespace Budgeting.Core.Verification;

/// <summary>
/// The record of a published round: everything that is needed to check its result without trusting the platform. Nothing of it leaves
/// before the result is published, whoever asks; only the head of the audit log is public from the opening on.
/// </summary>
public interface IRecords
{
    /// <summary>What the record says in short, and its files.</summary>
    /// <returns>The record, or <c>NotFound</c> or <c>Results.NotPublished</c>.</returns>
    Task<Outcome<RoundRecord>> FindAsync(long roundId, CancellationToken cancellation);

    /// <summary>Shows that the ballot of a receipt is in the tree of those that were counted.</summary>
    /// <returns>The proof, or <c>NotFound</c> (also when no counted ballot has the receipt, or it is mistyped) or <c>Results.NotPublished</c>.</returns>
    Task<Outcome<InclusionProof>> ProveAsync(long roundId, string receipt, CancellationToken cancellation);

    /// <summary>Writes a file of the record, or all of it as <c>record.zip</c>, in constant memory.</summary>
    /// <returns>Done, or, with nothing written, <c>NotFound</c> or <c>Results.NotPublished</c>.</returns>
    Task<Outcome<Done>> WriteAsync(long roundId, string fileName, Stream target, CancellationToken cancellation);

    /// <summary>
    /// Writes the auditor's bundle: a ZIP with every commitment opened to its choices. Auditors of the region may, once the result is
    /// published: the bundle tells every count. That it was taken, and by whom, is in the audit log before the first byte leaves.
    /// A passkey must have been shown just now.
    /// </summary>
    /// <returns>Done, or, with nothing written, <c>NotFound</c>, <c>Forbidden</c>, <c>StepUp.Needed</c> or <c>Results.NotPublished</c>.</returns>
    Task<Outcome<Done>> WriteOpeningsAsync(Actor actor, long roundId, Stream target, CancellationToken cancellation);

    /// <summary>The head of the audit log when the round's sheets were frozen; null before.</summary>
    Task<AuditHead?> HeadAtOpeningAsync(long roundId, CancellationToken cancellation);
}

/// <summary>What the record of a round says in short.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Ballots">Ballots counted: the leaves of the tree.</param>
/// <param name="Root">The tree's root, 64 lower-case hexadecimal digits.</param>
/// <param name="Seed">What the order of the published ballots was drawn with, likewise; null when they are withheld.</param>
/// <param name="Withheld">Why no ballots are published one by one; null when they are.</param>
/// <param name="CellSize">A band is shown only where at least so many ballots share it.</param>
/// <param name="MinimumVoters">With fewer ballots than this none are published one by one.</param>
/// <param name="Opening">The head of the audit log when voting opened.</param>
/// <param name="Publishing">The head of the audit log when the result was published.</param>
/// <param name="Files">The files of the record, the whole first.</param>
public sealed record RoundRecord(
    long RoundId, int Ballots, string Root, string? Seed, WithheldReason? Withheld, int CellSize, int MinimumVoters,
    AuditHead Opening, AuditHead Publishing, IReadOnlyList<RecordFile> Files);

/// <summary>What a file of the record holds.</summary>
public enum RecordFileKind
{
    /// <summary>All files as a ZIP.</summary>
    Whole,

    /// <summary>The result as JSON.</summary>
    Result,

    /// <summary>The commitments, one a line.</summary>
    Commitments,

    /// <summary>The published ballots of all headings as CSV.</summary>
    Ballots,

    /// <summary>A heading's projects and published ballots as PaBuLib.</summary>
    Heading,

    /// <summary>A heading's ballot sheet in its canonical form.</summary>
    Sheet,

    /// <summary>The audit log from the opening to the publishing.</summary>
    Audit,
}

/// <summary>A file of the record.</summary>
/// <param name="Name">Its name in addresses and in the ZIP.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="HeadingId">Of which heading; null for files of the whole round.</param>
public sealed record RecordFile(string Name, RecordFileKind Kind, long? HeadingId = null)
{
    /// <summary>The name of the ZIP with all of them.</summary>
    public const string WholeName = "record.zip";

    internal const string ResultName = "result.json";

    internal const string CommitmentsName = "commitments.txt";

    internal const string BallotsName = "ballots.csv";

    internal const string AuditName = "audit.jsonl";

    /// <summary>Its media type.</summary>
    public string MediaType => Kind switch
    {
        RecordFileKind.Whole => "application/zip",
        RecordFileKind.Result => "application/json",
        RecordFileKind.Ballots => "text/csv; charset=utf-8",
        RecordFileKind.Audit => "application/jsonl; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };

    internal static string SheetName(long headingId) => FormattableString.Invariant($"sheet-{headingId}.txt");

    internal static string HeadingName(long headingId) => FormattableString.Invariant($"heading-{headingId}.pb");
}

/// <summary>Shows that a ballot is among those counted, and not what is on it.</summary>
/// <param name="Commitment">The leaf, 64 lower-case hexadecimal digits.</param>
/// <param name="Position">Its place among the commitments in ascending order, from zero.</param>
/// <param name="Leaves">How many leaves the tree has.</param>
/// <param name="Root">The published root.</param>
/// <param name="Path">The hashes that lead from the leaf to the root, the lowest first.</param>
/// <param name="Verified">Whether they do, computed anew from the four values before.</param>
public sealed record InclusionProof(string Commitment, long Position, long Leaves, string Root, IReadOnlyList<string> Path, bool Verified);
