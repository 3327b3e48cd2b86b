using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Budgeting.Tally;

/// <summary>Splits bytes into records of cells, holding only one record at a time.</summary>
internal sealed class PabulibRecordReader
{
    /// <summary>No section has more columns than this; what a row has beyond its header's is counted, not kept.</summary>
    public const int MaxColumns = 1 << 12;

    private readonly Stream _stream;
    private PabulibCell[] _cells = new PabulibCell[16];
    private byte[] _buffer;
    private int _start;
    private int _end;
    private int _recordStart;
    private int _nextLine;
    private bool _atEnd;
    private readonly bool _isValid;
    private bool _byteOrderMark;
    private bool _carriageReturns;

    /// <summary>Reads a stream from its beginning.</summary>
    public PabulibRecordReader(Stream stream)
    {
        _stream = stream;
        _buffer = new byte[1 << 14];
    }

    /// <summary>Reads whole records from bytes that are there already.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="length">How many of them there are.</param>
    /// <param name="line">The line they begin on.</param>
    /// <param name="columns">The names of the cells.</param>
    public PabulibRecordReader(byte[] data, int length, int line, ImmutableArray<string> columns)
    {
        _stream = Stream.Null;
        _buffer = data;
        _end = length;
        _nextLine = line;
        _atEnd = true;
        _isValid = Utf8.IsValid(data.AsSpan(0, length));
        Columns = columns;
    }

    /// <summary>The number of cells of the record.</summary>
    public int Count { get; private set; }

    /// <summary>The line on which the record begins; the first is 1.</summary>
    public int Line { get; private set; }

    /// <summary>The line after the record.</summary>
    public int NextLine => _nextLine;

    /// <summary>Where in its bytes the record begins.</summary>
    public int RecordStart => _recordStart;

    /// <summary>What has been read from the stream and is behind the record.</summary>
    public ReadOnlySpan<byte> Ahead => _buffer.AsSpan(_start.._end);

    /// <summary>The names of the cells, for errors.</summary>
    public ImmutableArray<string> Columns { get; set; } = [];

    /// <summary>Whether the record ends in a line break.</summary>
    public bool EndsInNewLine => _buffer[_start - 1] == PabulibRecord.NewLine;

    /// <summary>How the text is laid out; line ends are those of the first line.</summary>
    public PabulibLayout Layout(bool finalNewLine) => new(_carriageReturns, finalNewLine, _byteOrderMark);

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

    /// <summary>The bytes of a cell, quotation marks resolved.</summary>
    public ReadOnlySpan<byte> Utf8Text(int cell) =>
        _cells[cell].HasDoubledQuotes ? Encoding.UTF8.GetBytes(Text(cell)) : Bytes(cell);

    /// <summary>The bytes of a cell, quotation marks resolved, up to a length; what follows are other bytes or none.</summary>
    public ReadOnlySpan<byte> Utf8Text(int cell, out int length)
    {
        if (_cells[cell].HasDoubledQuotes)
        {
            byte[] text = Encoding.UTF8.GetBytes(Text(cell));
            length = text.Length;
            return text;
        }

        length = _cells[cell].End - _cells[cell].Start;
        return _buffer.AsSpan(_cells[cell].Start.._end);
    }

    /// <summary>Sees that every cell is UTF-8.</summary>
    /// <exception cref="PabulibException">A cell is not.</exception>
    public void CheckUtf8()
    {
        if (!_isValid && !Utf8.IsValid(_buffer.AsSpan(_recordStart.._start)))
        {
            for (int cell = 0; cell < Count; cell++)
            {
                _ = Text(cell);
            }
        }
    }

    /// <summary>Adds the record to rows as it stands in the file.</summary>
    /// <exception cref="PabulibException">A cell is not UTF-8.</exception>
    public void CopyTo(PabulibRows rows)
    {
        CheckUtf8();
        rows.Add(_buffer.AsSpan(_recordStart.._start));
    }

    private ReadOnlySpan<byte> Bytes(int cell) => _buffer.AsSpan(_cells[cell].Start.._cells[cell].End);

    private void Begin()
    {
        _nextLine = 1;
        Fill();
        _byteOrderMark = _buffer.AsSpan(_start, _end).StartsWith(Encoding.UTF8.Preamble);
        _start = _byteOrderMark ? Encoding.UTF8.Preamble.Length : 0;
    }

    // Makes room behind the bytes not yet split, and fills it as far as the stream goes.
    private void Fill()
    {
        if (_atEnd)
        {
            return;
        }

        int pending = _end - _start;
        if (pending > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        }

        _buffer.AsSpan(_start, pending).CopyTo(_buffer);
        _start = 0;
        int read = _stream.ReadAtLeast(_buffer.AsSpan(pending), _buffer.Length - pending, throwOnEndOfStream: false);
        _end = pending + read;
        _atEnd = _end < _buffer.Length;
    }

    // Finds the cells of the record at _start and moves past it; false when it is not all in the buffer yet.
    private bool TrySplit()
    {
        ReadOnlySpan<byte> data = _buffer.AsSpan(0, _end);
        _recordStart = _start;
        Count = 0;
        int next = _start;
        bool quoted = false;
        while (true)
        {
            int begin = next;
            PabulibMark mark = PabulibRecord.ReadCell(data, ref next, _atEnd, out PabulibCell cell);
            if (mark == PabulibMark.Incomplete)
            {
                return false;
            }

            if (mark is PabulibMark.UnterminatedQuote or PabulibMark.TextAfterQuote)
            {
                throw Error(mark == PabulibMark.UnterminatedQuote ? PabulibErrorCode.UnterminatedQuote : PabulibErrorCode.TextAfterQuote, Count, begin);
            }

            if (Count == _cells.Length && Count < MaxColumns)
            {
                Array.Resize(ref _cells, Count * 2);
            }

            if (Count < _cells.Length)
            {
                _cells[Count] = cell;
            }

            Count++;
            quoted |= cell.Start != begin;
            if (mark == PabulibMark.EndOfRecord)
            {
                // Only a cell in quotation marks can have line breaks in it.
                int lines = quoted ? data[_recordStart..next].Count(PabulibRecord.NewLine) : 1;
                _carriageReturns = Line == 1 ? PabulibRecord.EndsInCarriageReturn(data[_recordStart..next]) : _carriageReturns;
                _start = next;
                _nextLine = Line + lines;
                return true;
            }
        }
    }

    private PabulibException Error(PabulibErrorCode code, int cell, int place)
    {
        string field = cell < Columns.Length && !string.IsNullOrWhiteSpace(Columns[cell])
            ? Columns[cell]
            : string.Create(CultureInfo.InvariantCulture, $"column {cell + 1}");
        return new PabulibException(code, Line + _buffer.AsSpan(_recordStart..place).Count(PabulibRecord.NewLine), field);
    }
}
