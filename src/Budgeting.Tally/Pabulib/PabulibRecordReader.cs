using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Budgeting.Tally;

/// <summary>Splits a stream of bytes into records of cells, holding only one record at a time.</summary>
/// <remarks>
/// All marks of the format are ASCII, and in UTF-8 no other character has ASCII bytes, so splitting needs no decoding.
/// </remarks>
internal sealed class PabulibRecordReader(Stream stream)
{
    private const byte Quote = (byte)'"';
    private const byte Separator = (byte)';';
    private const byte NewLine = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly List<Cell> _cells = [];
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private int _recordStart;
    private int _nextLine;
    private bool _atEnd;

    /// <summary>The number of cells of the record.</summary>
    public int Count => _cells.Count;

    /// <summary>The line on which the record begins; the first is 1.</summary>
    public int Line { get; private set; }

    /// <summary>How the text read so far is laid out; line ends are those of the first line.</summary>
    public PabulibLayout Layout { get; private set; }

    /// <summary>The names of the cells, for errors.</summary>
    public ImmutableArray<string> Columns { get; set; } = [];

    /// <summary>Goes to the next record that is not a blank line; false at the end of the file.</summary>
    /// <exception cref="PabulibException">The quotation marks of the record do not make cells.</exception>
    public bool Read()
    {
        if (_nextLine == 0)
        {
            Begin();
        }

        do
        {
            if (_start == _end)
            {
                Fill();
                if (_start == _end)
                {
                    return false;
                }
            }

            Line = _nextLine;
            while (!TrySplit())
            {
                Fill();
            }
        }
        while (Count == 1 && Bytes(0).Trim(" \t\r"u8).IsEmpty);

        return true;
    }

    /// <summary>Whether the record is the one cell <paramref name="text"/>, white space around it not counted.</summary>
    public bool Is(string text) => Count == 1 && Ascii.Equals(Bytes(0).Trim(" \t\r"u8), text);

    /// <summary>The text of a cell, quotation marks resolved.</summary>
    /// <exception cref="PabulibException">The cell is not UTF-8.</exception>
    public string Text(int cell)
    {
        ReadOnlySpan<byte> bytes = Bytes(cell);
        if (!Utf8.IsValid(bytes))
        {
            throw Error(PabulibErrorCode.InvalidUtf8, cell, _cells[cell].Start);
        }

        string text = Encoding.UTF8.GetString(bytes);
        return _cells[cell].HasDoubledQuotes ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    /// <summary>Adds the record to rows as it stands in the file.</summary>
    /// <exception cref="PabulibException">A cell is not UTF-8.</exception>
    public void CopyTo(PabulibRows rows)
    {
        if (!Utf8.IsValid(_buffer.AsSpan(_recordStart.._start)))
        {
            for (int cell = 0; cell < Count; cell++)
            {
                _ = Text(cell);
            }
        }

        rows.BeginRow((_start - _recordStart) + ((Count + 1) * sizeof(int)));
        foreach (Cell cell in CollectionsMarshal.AsSpan(_cells))
        {
            rows.AddCell(_buffer.AsSpan(cell.Start..cell.End), cell.HasDoubledQuotes);
        }
    }

    private ReadOnlySpan<byte> Bytes(int cell) => _buffer.AsSpan(_cells[cell].Start.._cells[cell].End);

    private void Begin()
    {
        _nextLine = 1;
        Fill();
        bool mark = _buffer.AsSpan(_start, _end).StartsWith(Encoding.UTF8.Preamble);
        _start = mark ? Encoding.UTF8.Preamble.Length : 0;
        Layout = new PabulibLayout(CarriageReturns: false, FinalNewLine: false, ByteOrderMark: mark);
    }

    // Makes room behind the bytes not yet split, and fills it as far as the stream goes.
    private void Fill()
    {
        int pending = _end - _start;
        if (pending > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _buffer.AsSpan(_start, pending).CopyTo(_buffer);
        _start = 0;
        int read = stream.ReadAtLeast(_buffer.AsSpan(pending), _buffer.Length - pending, throwOnEndOfStream: false);
        _end = pending + read;
        _atEnd = _end < _buffer.Length;
    }

    // Finds the cells of the record at _start and moves past it; false when it is not all in the buffer yet.
    private bool TrySplit()
    {
        ReadOnlySpan<byte> data = _buffer.AsSpan(0, _end);
        _recordStart = _start;
        _cells.Clear();
        int next = _start;
        while (true)
        {
            int begin = next;
            int end;
            Cell cell;
            if (begin < _end && data[begin] == Quote)
            {
                if (!TryFindClosingQuote(data, begin, out int close, out bool doubled) || !TryFindMark(data, close + 1, out end))
                {
                    return false;
                }

                cell = new Cell(begin + 1, close, doubled);
                if (ContentEnd(data, close + 1, end) != close + 1)
                {
                    // Cities write "Green" park without further ado: then the marks are part of the text.
                    if (data[begin..close].ContainsAny(Separator, NewLine))
                    {
                        throw Error(PabulibErrorCode.TextAfterQuote, Count, begin);
                    }

                    cell = new Cell(begin, ContentEnd(data, begin, end), HasDoubledQuotes: false);
                }
            }
            else if (TryFindMark(data, begin, out end))
            {
                cell = new Cell(begin, ContentEnd(data, begin, end), HasDoubledQuotes: false);
            }
            else
            {
                return false;
            }

            _cells.Add(cell);
            next = end + 1;
            if (end == _end || data[end] == NewLine)
            {
                EndRecord(data, end);
                return true;
            }
        }
    }

    private void EndRecord(ReadOnlySpan<byte> data, int end)
    {
        bool newLine = end < _end;
        Layout = Layout with
        {
            CarriageReturns = Line == 1 ? newLine && end > _recordStart && data[end - 1] == CarriageReturn : Layout.CarriageReturns,
            FinalNewLine = newLine,
        };
        _start = newLine ? end + 1 : end;
        _nextLine = Line + data[_recordStart.._start].Count(NewLine);
    }

    private bool TryFindClosingQuote(ReadOnlySpan<byte> data, int open, out int close, out bool doubled)
    {
        close = open;
        doubled = false;
        while (true)
        {
            int distance = data[(close + 1)..].IndexOf(Quote);
            if (distance < 0)
            {
                return _atEnd ? throw Error(PabulibErrorCode.UnterminatedQuote, Count, open) : false;
            }

            close += distance + 1;
            if (close + 1 == _end || data[close + 1] != Quote)
            {
                return close + 1 < _end || _atEnd;
            }

            close++;
            doubled = true;
        }
    }

    // The separator or line break at or after a place, or the end of the file.
    private bool TryFindMark(ReadOnlySpan<byte> data, int from, out int mark)
    {
        int distance = data[from..].IndexOfAny(Separator, NewLine);
        mark = distance < 0 ? _end : from + distance;
        return distance >= 0 || _atEnd;
    }

    // Where the text before a mark ends: a carriage return before a line break belongs to the break.
    private int ContentEnd(ReadOnlySpan<byte> data, int begin, int mark) =>
        mark < _end && data[mark] == NewLine && mark > begin && data[mark - 1] == CarriageReturn ? mark - 1 : mark;

    private PabulibException Error(PabulibErrorCode code, int cell, int place)
    {
        string field = cell < Columns.Length && !string.IsNullOrWhiteSpace(Columns[cell])
            ? Columns[cell]
            : string.Create(CultureInfo.InvariantCulture, $"column {cell + 1}");
        return new PabulibException(code, Line + _buffer.AsSpan(_recordStart..place).Count(NewLine), field);
    }

    private readonly record struct Cell(int Start, int End, bool HasDoubledQuotes);
}
