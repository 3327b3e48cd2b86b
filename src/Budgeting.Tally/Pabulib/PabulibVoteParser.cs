using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Where in a row of the VOTES section is what, and how much of it there can be.</summary>
internal sealed record PabulibVoteColumns(ImmutableArray<string> Names, int Voter, int Vote, int Points, bool NeedsPoints, int MaxLength);

/// <summary>A list in an array on loan.</summary>
internal sealed class RentedList<T>
{
    private T[] _items = [];

    public int Count { get; private set; }

    public Span<T> Span => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Reserve(1);
        }

        _items[Count++] = item;
    }

    public void Add(ReadOnlySpan<T> items)
    {
        if (items.Length > _items.Length - Count)
        {
            Reserve(items.Length);
        }

        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    public void Return()
    {
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = [];
        Count = 0;
    }

    private void Reserve(int more)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(checked(Count + more), Math.Max(_items.Length * 2, 1 << 10)));
        Span.CopyTo(larger);
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = larger;
    }
}

/// <summary>What some rows of the VOTES section say, up to the first that is wrong.</summary>
internal sealed class PabulibVoteBlock(byte[] data, int length, int line)
{
    public byte[] Data => data;

    public int Length => length;

    /// <summary>Where the rows begin, the wrong one too.</summary>
    public int[] Rows { get; set; } = [];

    /// <summary>A hash of each voter's id.</summary>
    public RentedList<uint> VoterHashes { get; } = new();

    /// <summary>A hash of each ballot; the wrong one may have a voter but no ballot.</summary>
    public RentedList<uint> BallotHashes { get; } = new();

    public RentedList<int> Choices { get; } = new();

    /// <summary>Where the choices of each row end.</summary>
    public RentedList<int> Ends { get; } = new();

    /// <summary>The points beside the choices, where they count.</summary>
    public RentedList<long> Points { get; } = new();

    /// <summary>The ballots whose points are not all whole; they have no choices of their own.</summary>
    public List<(int Row, int[] Choices, Rational[] Points)> Exact { get; } = [];

    /// <summary>What is wrong with the row after the last ballot.</summary>
    public PabulibError? Error { get; set; }

    public ReadOnlySpan<int> ChoicesOf(int row) => Choices.Span[Begin(row)..Ends.Span[row]];

    public ReadOnlySpan<long> PointsOf(int row) => Points.Count == 0 ? [] : Points.Span[Begin(row)..Ends.Span[row]];

    public int LineOf(int row) => line + data.AsSpan(0, Rows[row]).Count(PabulibRecord.NewLine);

    public void Return()
    {
        VoterHashes.Return();
        BallotHashes.Return();
        Choices.Return();
        Ends.Return();
        Points.Return();
    }

    private int Begin(int row) => row == 0 ? 0 : Ends.Span[row - 1];
}

/// <summary>Understands rows of the VOTES section, on one thread at a time.</summary>
internal sealed class PabulibVoteParser(PabulibVoteColumns columns, ProjectIds ids, BallotForm form, ulong seed)
{
    private readonly List<long> _points = [];
    private int[] _choices = new int[16];
    private int _count;

    /// <summary>Parses whole rows.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="length">How many of them there are.</param>
    /// <param name="line">The line they begin on.</param>
    public PabulibVoteBlock Parse(byte[] data, int length, int line)
    {
        PabulibVoteBlock block = new(data, length, line);
        RentedList<int> rows = new();
        PabulibRecordReader records = new(data, length, line, columns.Names);
        try
        {
            while (records.Read())
            {
                ParseRow(records, block, rows);
            }
        }
        catch (PabulibException exception)
        {
            block.Error = exception.Error;
        }

        block.Rows = rows.Span.ToArray();
        rows.Return();
        return block;
    }

    private void ParseRow(PabulibRecordReader records, PabulibVoteBlock block, RentedList<int> rows)
    {
        if (PabulibReader.TitleOf(records) is string title)
        {
            throw new PabulibException(PabulibErrorCode.SectionOutOfOrder, records.Line, title, title);
        }

        if (records.Count != columns.Names.Length)
        {
            throw new PabulibException(
                PabulibErrorCode.WrongColumnCount, records.Line, "VOTES", Text(columns.Names.Length), Text(records.Count));
        }

        records.CheckUtf8();
        rows.Add(records.RecordStart);
        ReadOnlySpan<byte> voter = Utf8Text.Trim(records.Utf8Text(columns.Voter));
        if (voter.Length == 0)
        {
            throw new PabulibException(PabulibErrorCode.MissingValue, records.Line, "voter_id");
        }

        block.VoterHashes.Add(Hashing.Of(voter, seed));
        ReadChoices(records.Utf8Text(columns.Vote, out int end), end, records.Line);
        ReadOnlySpan<int> choices = _choices.AsSpan(0, _count);
        ReadOnlySpan<byte> points = columns.Points < 0 ? [] : records.Utf8Text(columns.Points);
        List<Rational>? exact = null;
        _points.Clear();
        if (columns.NeedsPoints || !Utf8Text.Trim(points).IsEmpty)
        {
            exact = TryReadWholePoints(points) && _points.Count == _count
                ? null
                : ReadPoints(Encoding.UTF8.GetString(points), _count, records.Line);
        }

        form.Set(choices, columns.NeedsPoints && exact is null ? System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_points) : []);
        int length = form.Choices.Length;
        if (length > columns.MaxLength)
        {
            throw new PabulibException(PabulibErrorCode.BallotTooLong, records.Line, "vote", Text(columns.MaxLength), Text(length));
        }

        if (exact is not null && columns.NeedsPoints)
        {
            block.Exact.Add((block.BallotHashes.Count, choices.ToArray(), [.. exact]));
        }
        else
        {
            block.Choices.Add(form.Choices);
            block.Points.Add(form.Points);
        }

        block.Ends.Add(block.Choices.Count);
        block.BallotHashes.Add(form.Hash);
    }

    // The vote is at the beginning of what is given.
    private void ReadChoices(ReadOnlySpan<byte> data, int end, int line)
    {
        _count = 0;
        if (Utf8Text.Trim(data[..end]).IsEmpty)
        {
            return;
        }

        int place = 0;
        while (true)
        {
            int begin = place;
            int project = ids.Next(data, end, ref place);
            if (project < 0)
            {
                project = IndexOfTrimmed(data[begin..place], line);
            }

            if (_count == _choices.Length)
            {
                Array.Resize(ref _choices, _count * 2);
            }

            _choices[_count++] = project;
            if (place == end)
            {
                return;
            }

            place++;
        }
    }

    private int IndexOfTrimmed(ReadOnlySpan<byte> id, int line)
    {
        id = Utf8Text.Trim(id);
        int project = ids.IndexOf(id);
        return project >= 0
            ? project
            : throw (id.IsEmpty
                ? new PabulibException(PabulibErrorCode.EmptyChoice, line, "vote")
                : new PabulibException(PabulibErrorCode.UnknownProject, line, "vote", Encoding.UTF8.GetString(id)));
    }

    // Almost all points are small whole numbers; anything else is left to exact numbers and their errors.
    private bool TryReadWholePoints(ReadOnlySpan<byte> text)
    {
        long value = -1;
        int digits = 0;
        foreach (byte unit in text)
        {
            if (unit is >= (byte)'0' and <= (byte)'9' && digits < 15)
            {
                value = (Math.Max(value, 0) * 10) + (unit - '0');
                digits++;
            }
            else if (unit == ',' && value >= 0)
            {
                _points.Add(value);
                (value, digits) = (-1, 0);
            }
            else
            {
                return false;
            }
        }

        if (value >= 0)
        {
            _points.Add(value);
        }

        return value >= 0 || text.IsEmpty;
    }

    private static List<Rational> ReadPoints(ReadOnlySpan<char> points, int choices, int line)
    {
        List<Rational> read = [];
        if (!points.IsWhiteSpace())
        {
            foreach (Range part in points.Split(','))
            {
                if (!Rational.TryParse(points[part], out Rational given))
                {
                    throw new PabulibException(PabulibErrorCode.UnreadableNumber, line, "points", points[part].ToString());
                }

                read.Add(given.Sign >= 0 ? given : throw new PabulibException(PabulibErrorCode.NegativeNumber, line, "points", points[part].Trim().ToString()));
            }
        }

        return read.Count == choices
            ? read
            : throw new PabulibException(PabulibErrorCode.WrongPointsCount, line, "points", Text(choices), Text(read.Count));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
