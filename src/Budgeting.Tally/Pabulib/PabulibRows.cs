using System.Text;

namespace Budgeting.Tally;

/// <summary>The rows of a table as they stand in the file, with no string and no object a cell.</summary>
/// <remarks>Rows lie in blocks, each whole in one. They are split into cells when asked for, which few are.</remarks>
internal sealed class PabulibRows(int columns)
{
    private const int LargestBlock = 1 << 20;

    private readonly List<(byte[] Data, int Length, int[] Offsets)> _blocks = [];
    private readonly List<int> _firstRows = [];
    private readonly List<int> _offsets = [];
    private byte[] _open = [];
    private int _used;
    private int _sealed;

    public int Count => _sealed + _offsets.Count;

    /// <summary>Adds a copy of a row.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (record.Length > _open.Length - _used)
        {
            Seal();
            _open = new byte[Math.Max(Math.Clamp(_open.Length * 2, 1 << 12, LargestBlock), record.Length)];
        }

        _offsets.Add(_used);
        record.CopyTo(_open.AsSpan(_used));
        _used += record.Length;
    }

    /// <summary>Adds many rows without copying them.</summary>
    /// <param name="data">Bytes that change no more.</param>
    /// <param name="length">How many of them there are.</param>
    /// <param name="offsets">Where in them the rows begin.</param>
    public void AddBlock(byte[] data, int length, int[] offsets)
    {
        _blocks.Add((data, length, offsets));
        _firstRows.Add(_sealed);
        _sealed += offsets.Length;
    }

    /// <summary>No copies are added any more.</summary>
    public void Seal()
    {
        if (_offsets.Count > 0)
        {
            AddBlock(_open, _used, [.. _offsets]);
            _offsets.Clear();
            _used = 0;
        }
    }

    /// <summary>The bytes of a cell, quotation marks resolved.</summary>
    public ReadOnlySpan<byte> Cell(int row, int column)
    {
        ReadOnlySpan<byte> data = Record(row);
        int next = 0;
        PabulibCell cell;
        do
        {
            PabulibRecord.ReadCell(data, ref next, atEnd: true, out cell);
        }
        while (column-- > 0);

        return cell.HasDoubledQuotes ? Encoding.UTF8.GetBytes(Text(data, cell)) : data[cell.Start..cell.End];
    }

    /// <summary>The text of the cells of a row.</summary>
    public string[] Row(int row)
    {
        ReadOnlySpan<byte> data = Record(row);
        int next = 0;
        string[] cells = new string[columns];
        for (int column = 0; column < columns; column++)
        {
            PabulibRecord.ReadCell(data, ref next, atEnd: true, out PabulibCell cell);
            cells[column] = Text(data, cell);
        }

        return cells;
    }

    // From where the row begins to the end of its block.
    private ReadOnlySpan<byte> Record(int row)
    {
        int place = _blocks.Count == 1 ? 0 : _firstRows.BinarySearch(row);
        place = place >= 0 ? place : ~place - 1;
        (byte[] data, int length, int[] offsets) = _blocks[place];
        int offset = offsets[row - _firstRows[place]];
        return data.AsSpan(offset..length);
    }

    private static string Text(ReadOnlySpan<byte> data, PabulibCell cell)
    {
        string text = Encoding.UTF8.GetString(data[cell.Start..cell.End]);
        return cell.HasDoubledQuotes ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }
}

/// <summary>The lines rows were written on: as a rule each on the one after the last, so only the exceptions are kept.</summary>
internal sealed class RowLines
{
    private readonly List<(int Row, int Line)> _breaks = [];
    private int _count;
    private int _next = -1;

    public int this[int row]
    {
        get
        {
            int low = 0;
            int high = _breaks.Count - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                (low, high) = _breaks[middle].Row <= row ? (middle, high) : (low, middle - 1);
            }

            return _breaks[low].Line + row - _breaks[low].Row;
        }
    }

    public void Add(int line)
    {
        if (line != _next)
        {
            _breaks.Add((_count, line));
        }

        _count++;
        _next = line + 1;
    }
}

/// <summary>What strings do, on UTF-8 bytes.</summary>
internal static class Utf8Text
{
    /// <summary>The text without the white space around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n\v\f"u8);

        // White space beyond ASCII is rare enough to be left to strings.
        return text.IsEmpty || (text[0] < 0x80 && text[^1] < 0x80)
            ? text
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Trim());
    }
}
