using System.Buffers.Binary;
using System.Text;

namespace Budgeting.Tally;

/// <summary>The cells of many rows as UTF-8 bytes, one after the other, with no string and no object a cell.</summary>
/// <remarks>A row is, for each cell, its length and its bytes; rows lie in chunks, each whole in one.</remarks>
internal sealed class PabulibRows(int columns)
{
    private const int ChunkSize = 1 << 20;

    private readonly List<byte[]> _chunks = [];
    private readonly List<int> _firstRows = [];
    private readonly List<int> _offsets = [];
    private byte[] _chunk = [];
    private int _used;

    public int Count => _offsets.Count;

    /// <summary>Starts a row whose cells and their lengths take at most so many bytes.</summary>
    public void BeginRow(int size)
    {
        if (size > _chunk.Length - _used)
        {
            _chunk = new byte[Math.Max(ChunkSize, size)];
            _chunks.Add(_chunk);
            _firstRows.Add(_offsets.Count);
            _used = 0;
        }

        _offsets.Add(_used);
    }

    /// <summary>Adds a cell to the row, doubled quotation marks resolved if asked for.</summary>
    public void AddCell(ReadOnlySpan<byte> bytes, bool hasDoubledQuotes)
    {
        Span<byte> target = _chunk.AsSpan(_used + sizeof(int));
        int length = 0;
        if (!hasDoubledQuotes)
        {
            bytes.CopyTo(target);
            length = bytes.Length;
        }
        else
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                target[length++] = bytes[i];
                i += bytes[i] == '"' ? 1 : 0;
            }
        }

        BinaryPrimitives.WriteInt32LittleEndian(_chunk.AsSpan(_used), length);
        _used += sizeof(int) + length;
    }

    public ReadOnlySpan<byte> Cell(int row, int column)
    {
        ReadOnlySpan<byte> data = _chunks[ChunkOf(row)].AsSpan(_offsets[row]);
        for (; column > 0; column--)
        {
            data = data[(sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(data))..];
        }

        return data.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(data));
    }

    public string[] Row(int row)
    {
        string[] cells = new string[columns];
        for (int column = 0; column < columns; column++)
        {
            cells[column] = Encoding.UTF8.GetString(Cell(row, column));
        }

        return cells;
    }

    private int ChunkOf(int row)
    {
        if (_chunks.Count == 1)
        {
            return 0;
        }

        int place = _firstRows.BinarySearch(row);
        return place >= 0 ? place : ~place - 1;
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

/// <summary>Finds short keys by their UTF-8 bytes.</summary>
internal sealed class Utf8Index
{
    private readonly byte[][] _keys;
    private readonly int[] _table;

    public Utf8Index(IEnumerable<string> keys)
    {
        _keys = [.. keys.Select(Encoding.UTF8.GetBytes)];
        _table = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_keys.Length * 2) + 2)];
        for (int key = 0; key < _keys.Length; key++)
        {
            int place = (int)Hash(_keys[key]) & (_table.Length - 1);
            while (_table[place] != 0)
            {
                place = (place + 1) & (_table.Length - 1);
            }

            _table[place] = key + 1;
        }
    }

    public int IndexOf(ReadOnlySpan<byte> key)
    {
        int place = (int)Hash(key) & (_table.Length - 1);
        while (_table[place] != 0)
        {
            int index = _table[place] - 1;
            if (key.SequenceEqual(_keys[index]))
            {
                return index;
            }

            place = (place + 1) & (_table.Length - 1);
        }

        return -1;
    }

    /// <summary>A hash of 31 bits.</summary>
    public static uint Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = 0x9E3779B97F4A7C15;
        unchecked
        {
            while (key.Length >= sizeof(ulong))
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key)) * 0xD6E8FEB86659FD93;
                hash ^= hash >> 32;
                key = key[sizeof(ulong)..];
            }

            foreach (byte unit in key)
            {
                hash = (hash ^ unit) * 0xD6E8FEB86659FD93;
            }

            hash ^= hash >> 29;
        }

        return (uint)(hash & int.MaxValue);
    }
}

/// <summary>Which rows have had which value in a column, without a string a row.</summary>
/// <remarks>A byte of the hash beside each entry spares nearly all looks at rows far away in memory.</remarks>
internal sealed class SeenCells(PabulibTable table, int column)
{
    private readonly int[] _table = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2(((uint)table.RowCount * 2) + 2)];
    private readonly byte[] _tags = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2(((uint)table.RowCount * 2) + 2)];

    /// <summary>Notes the value of a row; false when an earlier row had it.</summary>
    public bool Add(int row, ReadOnlySpan<byte> value)
    {
        uint hash = Utf8Index.Hash(value);
        byte tag = (byte)((hash >> 23) | 1);
        int place = (int)hash & (_table.Length - 1);
        for (; _tags[place] != 0; place = (place + 1) & (_table.Length - 1))
        {
            if (_tags[place] == tag && value.SequenceEqual(Utf8Text.Trim(table.Utf8(_table[place], column))))
            {
                return false;
            }
        }

        _table[place] = row;
        _tags[place] = tag;
        return true;
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
