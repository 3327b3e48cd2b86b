using System.Security.Cryptography;

namespace Budgeting.Core.Verification;

/// <summary>
/// The hash tree of Certificate Transparency (RFC 6962, section 2.1) with SHA-256: a root stands for a list of leaves, and a short path
/// shows that a leaf is in the list under that root.
/// </summary>
public static class MerkleTree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>The root of no leaves: SHA-256 of nothing.</summary>
    public static byte[] Empty() => SHA256.HashData([]);

    /// <summary>The hash of a leaf: SHA-256 of a zero byte and the leaf.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> leaf) => SHA256.HashData([0, .. leaf]);

    /// <summary>The hash of an inner node: SHA-256 of a one byte and the two hashes below it.</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashLength)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashLength)..]);
        return SHA256.HashData(node);
    }

    /// <summary>The audit path of a node: the hashes that lead from it to the root, the lowest first.</summary>
    /// <param name="hashes">The hashes of the leaves, or of full subtrees of equal size of which only the last may be smaller; at least one.</param>
    /// <param name="index">Which of them, from zero.</param>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> hashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, hashes.Count);
        List<byte[]> path = [];
        Climb(0, hashes.Count);
        return path;

        void Climb(int from, int to)
        {
            if (to - from == 1)
                return;
            var middle = from + Split(to - from);
            if (index < middle)
            {
                Climb(from, middle);
                path.Add(RootOf(middle, to));
            }
            else
            {
                Climb(middle, to);
                path.Add(RootOf(from, middle));
            }
        }

        byte[] RootOf(int from, int to)
        {
            var builder = new Builder();
            for (var i = from; i < to; i++)
                builder.AddHash(hashes[i]);
            return builder.Root();
        }
    }

    /// <summary>Whether an audit path leads from a leaf to the root (RFC 9162, section 2.1.3.2).</summary>
    /// <param name="root">The root of the tree.</param>
    /// <param name="count">How many leaves the tree has.</param>
    /// <param name="position">The leaf's place, from zero.</param>
    /// <param name="leaf">The leaf itself, not its hash.</param>
    /// <param name="path">The hashes from the leaf upwards.</param>
    public static bool Verify(ReadOnlySpan<byte> root, long count, long position, ReadOnlySpan<byte> leaf, IReadOnlyList<byte[]> path)
    {
        if (position < 0 || position >= count)
            return false;
        var (node, last) = (position, count - 1);
        var hash = LeafHash(leaf);
        foreach (var beside in path)
        {
            if (last == 0 || beside.Length != HashLength)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(beside, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = NodeHash(hash, beside);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    // The largest power of two below a number of leaves, which is above one.
    private static int Split(int leaves) => 1 << (31 - int.LeadingZeroCount(leaves - 1));

    /// <summary>Computes a root while the leaves pass by. Remembers one hash a level of the tree: O(log n).</summary>
    public sealed class Builder
    {
        // The roots of full subtrees, the largest first: one for each bit that is set in the count.
        private readonly Stack<byte[]> _full = new();

        /// <summary>How many leaves (or subtrees) were added.</summary>
        public long Count { get; private set; }

        /// <summary>Adds the next leaf.</summary>
        public void Add(ReadOnlySpan<byte> leaf) => AddHash(LeafHash(leaf));

        /// <summary>Adds the hash of the next leaf, or of the next of subtrees that are full and of equal size; only the last may be smaller.</summary>
        public void AddHash(byte[] hash)
        {
            for (var subtrees = Count; (subtrees & 1) == 1; subtrees >>= 1)
                hash = NodeHash(_full.Pop(), hash);
            _full.Push(hash);
            Count++;
        }

        /// <summary>The root of what was added so far.</summary>
        public byte[] Root() => _full.Count == 0 ? Empty() : _full.Aggregate((right, left) => NodeHash(left, right));
    }
}
