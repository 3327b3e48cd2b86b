using Budgeting.Tally;

namespace Budgeting.Core.Import;

/// <summary>Makes a round out of elections held elsewhere, given as PaBuLib files: one heading a file.</summary>
public interface IElectionImport
{
    /// <summary>
    /// Makes the round with its headings and projects in one transaction, with voting open from now on, and casts the ballots through the
    /// ballot box, each voter's ballots in all files as one. Closing, counting and publishing then go their ordinary way.
    /// Administrators of the region may, and the platform.
    /// </summary>
    /// <param name="actor">Who imports.</param>
    /// <param name="files">Approval or choose-1 elections; the amounts are taken as euros.</param>
    /// <param name="request">What the files do not say.</param>
    /// <param name="progress">Told the number of ballots answered so far.</param>
    /// <param name="cancellation">Stops the casting; ballots already stored stay.</param>
    /// <returns>
    /// What was imported, or, with nothing written, <c>Forbidden</c>, <c>NotFound</c> (region), <c>Import.VotingEnds</c> (not ahead),
    /// <c>Import.VoteType</c> (file, type), <c>Import.Amount</c> (file, field, amount: not whole cents, zero, or too large),
    /// <c>Import.NoProjects</c> (file), or refusals of the title.
    /// </returns>
    Task<Outcome<ImportReport>> ImportAsync(
        Actor actor, IReadOnlyList<PabulibFile> files, ImportRequest request, IProgress<int>? progress, CancellationToken cancellation);
}

/// <summary>What the files do not say.</summary>
/// <param name="RegionId">Whose round it becomes.</param>
/// <param name="Title">Its title; null for the first file's description.</param>
/// <param name="VotingEndsAt">When voting closes.</param>
public sealed record ImportRequest(long RegionId, string? Title, DateTimeOffset VotingEndsAt);

/// <summary>What was imported.</summary>
/// <param name="RoundId">The new round.</param>
/// <param name="Projects">Projects on the sheets.</param>
/// <param name="Stored">Ballots that are in the box.</param>
/// <param name="Blank">Ballots without a choice, which were left out.</param>
/// <param name="Refused">Ballots the box refused, by reason; empty when all went well.</param>
public sealed record ImportReport(long RoundId, int Projects, int Stored, int Blank, IReadOnlyDictionary<string, int> Refused);
