using System.Buffers.Binary;
using System.Security.Cryptography;
using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Verification;

/// <summary>How large groups must be for something of their ballots to be published. Configured under <c>BallotPublication</c>.</summary>
public sealed class BallotPublicationOptions
{
    /// <summary>A voter band is shown beside a ballot only when at least so many ballots share it.</summary>
    public int CellSize { get; set; } = 10;

    /// <summary>With fewer ballots than this no ballots are published one by one.</summary>
    public int MinimumVoters { get; set; } = 50;
}

/// <summary>Why a round's ballots are not published one by one.</summary>
public enum WithheldReason
{
    /// <summary>Fewer ballots than <see cref="BallotPublicationOptions.MinimumVoters"/>.</summary>
    TooFewVoters,

    /// <summary>A heading that only a part of the region votes on has some ballots, but fewer than that: choices in it would say where the voter lives.</summary>
    SmallHeading,
}

/// <summary>
/// Makes the record of a round when it is counted, in the count's transaction. The order in which ballots are published depends on what
/// stands on them and on a seed drawn after closing: never on commitments, which voters and auditors know, nor on voter keys.
/// </summary>
internal sealed class BallotPublication(
    BudgetingContext context, DatabaseDialect dialect, Randomness randomness, CountedBallots counted, IOptions<BallotPublicationOptions> options)
{
    public const int SeedLength = 32;

    /// <summary>Where a ballot stands in the published order: the first half of SHA-256 over the seed and its number as eight bytes, the highest first.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="number">From one, its place when the contents (choices, then band) are put in order by their bytes.</param>
    public static byte[] ShuffleKey(byte[] seed, long number)
    {
        Span<byte> text = stackalloc byte[seed.Length + sizeof(long)];
        seed.CopyTo(text);
        BinaryPrimitives.WriteInt64BigEndian(text[seed.Length..], number);
        return SHA256.HashData(text)[..16];
    }

    /// <summary>Stores the tree's root and chunks and, where the groups are large enough, the ballots to be published.</summary>
    /// <param name="round">The round, closed.</param>
    /// <param name="tree">All its commitments.</param>
    /// <param name="ballotsIn">How many ballots have a choice in a heading, by its id.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task MakeRecordAsync(Round round, CommitmentTree tree, Func<long, int> ballotsIn, CancellationToken cancellation)
    {
        var (cellSize, minimumVoters) = (options.Value.CellSize, options.Value.MinimumVoters);
        WithheldReason? withheld = tree.Count < minimumVoters ? WithheldReason.TooFewVoters
            : round.Headings.Any(heading => heading.RegionId != round.RegionId && ballotsIn(heading.Id) is var some && some > 0 && some < minimumVoters)
                ? WithheldReason.SmallHeading
                : null;
        var (chunks, root) = tree.Finish();
        var seed = withheld is null ? randomness.Bytes(SeedLength) : null;
        var showsBands = false;
        if (seed is not null)
        {
            var cells = await counted.Of(round.Id).GroupBy(ballot => ballot.Band)
                .Select(cell => new { Band = cell.Key, Ballots = cell.Count() }).ToListAsync(cancellation);
            var suppressed = Suppressed(cells.Select(cell => (cell.Band, cell.Ballots)), cellSize);
            showsBands = cells.Any(cell => cell.Band is not null && !suppressed.Contains(cell.Band));
            await dialect.PublishBallotsAsync(context, round.Id, seed, suppressed, cancellation);
        }
        context.AddRange(chunks);
        context.Add(new StoredRecord
        {
            RoundId = round.Id, Ballots = tree.Count, Root = root, Seed = seed, Withheld = withheld,
            CellSize = cellSize, MinimumVoters = minimumVoters, ShowsBands = showsBands,
        });
        await context.SaveChangesAsync(cancellation);
    }

    /// <summary>
    /// The bands that are not shown: those of fewer ballots than the cell size, and then the smallest of the others as long as the ballots
    /// without a band shown are fewer than that themselves, since else they would be the small group.
    /// </summary>
    /// <param name="cells">Bands with their numbers of ballots; null for ballots that have none.</param>
    /// <param name="cellSize">The cell size.</param>
    public static IReadOnlyList<string> Suppressed(IEnumerable<(string? Band, int Ballots)> cells, int cellSize)
    {
        List<string> suppressed = [];
        var (hidden, without) = (0, 0);
        foreach (var (band, ballots) in cells.OrderBy(cell => cell.Band is not null).ThenBy(cell => cell.Ballots).ThenBy(cell => cell.Band, StringComparer.Ordinal))
        {
            if (band is null)
            {
                without = ballots;
                continue;
            }
            var all = hidden + without;
            if (ballots >= cellSize && (hidden == 0 || hidden >= cellSize) && (all == 0 || all >= cellSize))
                break;
            suppressed.Add(band);
            hidden += ballots;
        }
        return suppressed;
    }
}
