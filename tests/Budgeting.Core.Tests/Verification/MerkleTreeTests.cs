using System.Security.Cryptography;
using Budgeting.Core.Verification;

namespace Budgeting.Core.Tests.Verification;

public sealed class MerkleTreeTests
{
    /// <summary>The leaves that Certificate Transparency's own tests use, and the roots of the first one, two, three… of them.</summary>
    private static readonly (string Leaf, string Root)[] Known =
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    [Fact]
    public void The_roots_are_those_of_Certificate_Transparency()
    {
        var tree = new MerkleTree.Builder();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(tree.Root()));
        foreach (var (leaf, root) in Known)
        {
            tree.Add(Convert.FromHexString(leaf));
            Assert.Equal(root, Convert.ToHexStringLower(tree.Root()));
        }
    }

    [Fact]
    public void Every_leaf_of_every_tree_up_to_300_leaves_is_proved_and_nothing_else_is()
    {
        var random = new Random(1);
        var leaves = Enumerable.Range(0, 300).Select(_ => { var leaf = new byte[32]; random.NextBytes(leaf); return leaf; }).ToArray();
        var naive = new Naive(leaves);
        var tree = new MerkleTree.Builder();
        for (var count = 0; count <= leaves.Length; count++)
        {
            if (count > 0)
                tree.Add(leaves[count - 1]);
            var root = tree.Root();
            Assert.Equal(naive.Root(0, count), root);
            var hashes = leaves.Take(count).Select(leaf => MerkleTree.LeafHash(leaf)).ToList();
            for (var position = 0; position < count; position++)
            {
                var path = MerkleTree.Path(hashes, position);
                Assert.Equal(naive.Path(position, 0, count), path);
                Assert.True(MerkleTree.Verify(root, count, position, leaves[position], path));
                if (count > 40 && position % 7 != 0)
                    continue;
                Assert.False(MerkleTree.Verify(root, count, position, leaves[(position + 1) % leaves.Length], path));
                Assert.False(MerkleTree.Verify(Changed(root), count, position, leaves[position], path));
                Assert.False(MerkleTree.Verify(root, count, position, leaves[position], [.. path, root]));
                for (var step = 0; step < path.Count; step++)
                {
                    Assert.False(MerkleTree.Verify(root, count, position, leaves[position], [.. path.Select((hash, i) => i == step ? Changed(hash) : hash)]));
                    Assert.False(MerkleTree.Verify(root, count, position, leaves[position], [.. path.Where((_, i) => i != step)]));
                }
                for (var other = -1; other <= count; other++)
                    Assert.Equal(other == position, MerkleTree.Verify(root, count, other, leaves[position], path));
            }
        }
    }

    [Fact]
    public void A_tree_over_chunks_is_the_tree_over_their_leaves()
    {
        // What lets a path be found without reading all leaves: chunks of a power of two, only the last of them smaller.
        for (var count = 1; count <= 70; count++)
        {
            var leaves = Enumerable.Range(0, count).Select(i => SHA256.HashData(BitConverter.GetBytes(i))).ToArray();
            var naive = new Naive(leaves);
            var chunks = leaves.Chunk(8).ToList();
            var roots = chunks.Select((chunk, i) => naive.Root(8 * i, (8 * i) + chunk.Length)).ToList();
            var over = new MerkleTree.Builder();
            roots.ForEach(over.AddHash);
            Assert.Equal(naive.Root(0, count), over.Root());
            for (var position = 0; position < count; position++)
            {
                IReadOnlyList<byte[]> path =
                [
                    .. MerkleTree.Path([.. chunks[position / 8].Select(leaf => MerkleTree.LeafHash(leaf))], position % 8),
                    .. MerkleTree.Path(roots, position / 8),
                ];
                Assert.Equal(naive.Path(position, 0, count), path);
            }
        }
    }

    private static byte[] Changed(byte[] hash) => [.. hash[..31], (byte)(hash[31] ^ 1)];

    /// <summary>RFC 6962, section 2.1, word for word, over the leaves d[from:to]. Remembers roots, as the test asks for each many times.</summary>
    private sealed class Naive(byte[][] d)
    {
        private readonly Dictionary<(int From, int To), byte[]> _roots = [];

        public byte[] Root(int from, int to)
        {
            if (_roots.TryGetValue((from, to), out var known))
                return known;
            var n = to - from;
            var k = LargestPowerOfTwoBelow(n);
            return _roots[(from, to)] = SHA256.HashData(
                n == 0 ? [] : n == 1 ? [0, .. d[from]] : [1, .. Root(from, from + k), .. Root(from + k, to)]);
        }

        public List<byte[]> Path(int m, int from, int to)
        {
            if (to - from == 1)
                return [];
            var k = LargestPowerOfTwoBelow(to - from);
            return m < k ? [.. Path(m, from, from + k), Root(from + k, to)] : [.. Path(m - k, from + k, to), Root(from, from + k)];
        }

        private static int LargestPowerOfTwoBelow(int n)
        {
            var k = 1;
            while (k * 2 < n)
                k *= 2;
            return k;
        }
    }
}
