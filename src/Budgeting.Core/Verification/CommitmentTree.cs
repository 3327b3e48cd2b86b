namespace Budgeting.Core.Verification;

/// <summary>The tree of a round's commitments, made while they pass by in order, with the chunks that are kept of it.</summary>
internal sealed class CommitmentTree(long roundId)
{
    private readonly List<CommitmentChunk> _chunks = [];
    private MerkleTree.Builder _chunk = new();
    private byte[] _first = [];
    private byte[]? _last;

    public int Count { get; private set; }

    /// <exception cref="InvalidDataException">The commitment does not come after the one before it.</exception>
    public void Add(byte[] commitment)
    {
        if (_last is not null && commitment.AsSpan().SequenceCompareTo(_last) <= 0)
            throw new InvalidDataException($"Round {roundId}: the commitments are not in ascending order.");
        if (_chunk.Count == 0)
            _first = commitment;
        _chunk.Add(commitment);
        _last = commitment;
        Count++;
        if (_chunk.Count == CommitmentChunk.Size)
            EndChunk();
    }

    /// <summary>The chunks and the root of all that was added. Called once, at the end.</summary>
    public (IReadOnlyList<CommitmentChunk> Chunks, byte[] Root) Finish()
    {
        if (_chunk.Count > 0)
            EndChunk();
        var root = new MerkleTree.Builder();
        _chunks.ForEach(chunk => root.AddHash(chunk.Hash));
        return (_chunks, root.Root());
    }

    private void EndChunk()
    {
        _chunks.Add(new() { RoundId = roundId, Number = _chunks.Count, First = _first, Hash = _chunk.Root() });
        _chunk = new();
    }
}
