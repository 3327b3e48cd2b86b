using System.Collections.Concurrent;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Reads the rows of the VOTES section: block by block, the blocks split and understood in parallel, their ballots taken in order.</summary>
/// <remarks>
/// Which rows are in a block depends on the file only, and whatever is found wrong is told for the first row that has
/// something wrong. Besides the bytes of the file, as much is kept as its distinct ballots need.
/// </remarks>
internal sealed class PabulibVotes
{
    private const int SmallestBlock = 1 << 17;
    private const int LargestBlock = 1 << 20;

    private readonly PabulibSection _section;
    private readonly Profile.Builder _profile;
    private readonly ConcurrentBag<PabulibVoteParser> _parsers = [];
    private readonly Func<PabulibVoteParser> _newParser;
    private readonly HashIndex _voters;
    private readonly int _voterColumn;
    private byte[] _carry;
    private int _carryLength;
    private int _blockSize = SmallestBlock;
    private int _line;
    private bool _atEnd;

    /// <param name="section">The header; the rows read are added to it.</param>
    /// <param name="voteType">How the voters expressed themselves.</param>
    /// <param name="instance">The projects.</param>
    /// <param name="maxLength">The largest number of projects a voter could choose.</param>
    /// <param name="expected">The number of rows the file says it has.</param>
    /// <exception cref="PabulibException">The header lacks a column.</exception>
    public PabulibVotes(PabulibSection section, VoteType voteType, Instance instance, int maxLength, int expected)
    {
        PabulibElection.CheckColumns(section);
        _section = section;
        _voterColumn = section.Require("voter_id", "VOTES");
        bool needsPoints = voteType is VoteType.Cumulative or VoteType.Scoring;
        PabulibVoteColumns columns = new(
            section.Table.Columns, _voterColumn, section.Require("vote", "VOTES"),
            needsPoints ? section.Require("points", "VOTES") : section.Table.IndexOf("points"), needsPoints, maxLength);
        _profile = new Profile.Builder(voteType, instance.Projects.Length, maxLength is int.MaxValue or 0 ? null : maxLength, expected);
        _voters = new HashIndex(expected);
        ProjectIds ids = new(instance.Projects.Select(project => project.Id));
        ulong seed = Hashing.NewSeed();
        _newParser = () => new PabulibVoteParser(columns, ids, _profile.NewForm(), seed);
        _carry = [];
    }

    /// <summary>Whether the last line ends like the others.</summary>
    public bool EndsInNewLine { get; set; }

    /// <summary>Reads all rows.</summary>
    /// <param name="ahead">What has been read from the stream already.</param>
    /// <param name="stream">The rest.</param>
    /// <param name="line">The line at which this begins.</param>
    /// <exception cref="PabulibException">A row is wrong; it is the first that is.</exception>
    public Profile Read(ReadOnlySpan<byte> ahead, Stream stream, int line)
    {
        _carry = ahead.ToArray();
        _carryLength = ahead.Length;
        _line = line;
        Queue<Task<PabulibVoteBlock>> waiting = new();
        int most = Environment.ProcessorCount * 2;
        while (!_atEnd)
        {
            (byte[] data, int length, int first) = NextBlock(stream);
            if (_atEnd && waiting.Count == 0)
            {
                Take(Parse(data, length, first));
                break;
            }

            if (waiting.Count == most)
            {
                Take(waiting.Dequeue().GetAwaiter().GetResult());
            }

            waiting.Enqueue(Task.Run(() => Parse(data, length, first)));
        }

        while (waiting.TryDequeue(out Task<PabulibVoteBlock>? block))
        {
            Take(block.GetAwaiter().GetResult());
        }

        return _profile.Build();
    }

    private PabulibVoteBlock Parse(byte[] data, int length, int line)
    {
        if (!_parsers.TryTake(out PabulibVoteParser? parser))
        {
            parser = _newParser();
        }

        PabulibVoteBlock block = parser.Parse(data, length, line);
        _parsers.Add(parser);
        return block;
    }

    // Whole records, as many as fit; at least one, however long.
    private (byte[] Data, int Length, int Line) NextBlock(Stream stream)
    {
        byte[] data = GC.AllocateUninitializedArray<byte>(Math.Max(_blockSize, checked(_carryLength * 2)));
        _blockSize = Math.Min(_blockSize * 2, LargestBlock);
        _carry.AsSpan(0, _carryLength).CopyTo(data);
        int length = _carryLength;
        int end;
        while (true)
        {
            length += stream.ReadAtLeast(data.AsSpan(length), data.Length - length, throwOnEndOfStream: false);
            _atEnd = length < data.Length;
            end = _atEnd ? length : LastRecordEnd(data.AsSpan(0, length));
            if (end > 0 || _atEnd)
            {
                break;
            }

            Array.Resize(ref data, checked(data.Length * 2));
        }

        int line = _line;
        _line += data.AsSpan(0, end).Count(PabulibRecord.NewLine);
        _carryLength = length - end;
        if (_carry.Length < _carryLength)
        {
            _carry = new byte[_carryLength];
        }

        data.AsSpan(end, _carryLength).CopyTo(_carry);
        if (_atEnd && end > 0)
        {
            EndsInNewLine = data[end - 1] == PabulibRecord.NewLine;
        }

        return (data, end, line);
    }

    // Without quotation marks every line is a record. What is wrong with marks is left for the parser to say.
    private static int LastRecordEnd(ReadOnlySpan<byte> data)
    {
        if (!data.Contains(PabulibRecord.Quote))
        {
            return data.LastIndexOf(PabulibRecord.NewLine) + 1;
        }

        int end = 0;
        int next = 0;
        while (true)
        {
            PabulibMark mark = PabulibRecord.ReadCell(data, ref next, atEnd: false, out _);
            if (mark == PabulibMark.Incomplete || next == data.Length)
            {
                return mark == PabulibMark.EndOfRecord ? next : end;
            }

            end = mark == PabulibMark.EndOfRecord ? next : end;
        }
    }

    private void Take(PabulibVoteBlock block)
    {
        const int Batch = 128;
        int firstRow = _section.Rows.Count;
        _section.Rows.AddBlock(block.Data, block.Length, block.Rows);
        ulong touched = 0;
        int exact = 0;
        for (int begin = 0; begin < block.VoterHashes.Count; begin += Batch)
        {
            int end = Math.Min(begin + Batch, block.VoterHashes.Count);
            int ballots = Math.Min(end, block.BallotHashes.Count);
            touched ^= _voters.Touch(block.VoterHashes.Span[begin..end]) ^ _profile.Touch(block.BallotHashes.Span[Math.Min(begin, ballots)..ballots]);
            for (int row = begin; row < end; row++)
            {
                AddVoter(block, firstRow, row);
                if (row < ballots)
                {
                    AddBallot(block, row, ref exact);
                }
            }
        }

        GC.KeepAlive(touched);
        block.Return();
        if (block.Error is not null)
        {
            throw new PabulibException(block.Error);
        }
    }

    private void AddVoter(PabulibVoteBlock block, int firstRow, int row)
    {
        uint hash = block.VoterHashes.Span[row];
        int place = -1;
        while (_voters.TryNext(hash, ref place, out int other))
        {
            ReadOnlySpan<byte> voter = VoterOf(firstRow + row);
            if (voter.SequenceEqual(VoterOf(other)))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateVoter, block.LineOf(row), "voter_id", Encoding.UTF8.GetString(voter));
            }
        }

        _voters.Insert(hash, place, firstRow + row);
    }

    private ReadOnlySpan<byte> VoterOf(int row) => Utf8Text.Trim(_section.Rows.Cell(row, _voterColumn));

    private void AddBallot(PabulibVoteBlock block, int row, ref int exact)
    {
        if (block.Points.Count == 0 && block.Exact.Count == 0)
        {
            _profile.Add(block.ChoicesOf(row), [], block.BallotHashes.Span[row], 1);
            return;
        }

        try
        {
            if (exact < block.Exact.Count && block.Exact[exact].Row == row)
            {
                (_, int[] choices, Rational[] points) = block.Exact[exact++];
                _profile.Add(choices, points);
            }
            else
            {
                _profile.AddWhole(block.ChoicesOf(row), block.PointsOf(row), block.BallotHashes.Span[row]);
            }
        }
        catch (OverflowException)
        {
            string text = Encoding.UTF8.GetString(_section.Rows.Cell(_section.Rows.Count - block.Rows.Length + row, _section.Table.IndexOf("points")));
            throw new PabulibException(PabulibErrorCode.UnreadableNumber, block.LineOf(row), "points", text);
        }
    }
}
