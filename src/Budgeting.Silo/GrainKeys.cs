using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Budgeting.Silo;

/// <summary>The keys of grains. Each begins with the region, so that what is one region's can be kept together.</summary>
internal static class GrainKeys
{
    /// <summary>
    /// The shards of a round's ballot box. Each can write more than one database takes, so that few are enough; the fewer, the more ballots
    /// travel together.
    /// </summary>
    public const int Shards = 4;

    public static string Region(long regionId) => string.Create(CultureInfo.InvariantCulture, $"{regionId}");

    public static string Round(long regionId, long roundId) => string.Create(CultureInfo.InvariantCulture, $"{regionId}/{roundId}");

    public static string Proposal(long regionId, long roundId, long proposalId) => string.Create(CultureInfo.InvariantCulture, $"{regionId}/{roundId}/{proposalId}");

    public static string BallotBox(long regionId, long roundId, int shard) => string.Create(CultureInfo.InvariantCulture, $"{regionId}/{roundId}/{shard}");

    /// <summary>The shard of a voter key, the same on every silo.</summary>
    public static int ShardOf(string voterKey) => (int)(XxHash32.HashToUInt32(MemoryMarshal.AsBytes(voterKey.AsSpan())) % Shards);

    /// <summary>What a key begins with.</summary>
    public static string RegionOf(string key) => key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? key[..end] : key;

    /// <summary>The id that a key ends with.</summary>
    public static long IdOf(string key) => long.Parse(key.AsSpan(key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
}
