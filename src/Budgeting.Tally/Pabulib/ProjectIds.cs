using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Finds projects by the UTF-8 bytes of their ids.</summary>
/// <remarks>
/// A vote is a list of short ids whose lengths nobody can foretell, so an id of up to seven bytes is cut out of eight and
/// looked up as one number, without going from byte to byte.
/// </remarks>
internal sealed class ProjectIds
{
    private const int Short = 7;
    private const ulong Commas = 0x2C2C_2C2C_2C2C_2C2C;

    private readonly byte[][] _ids;

    // The number of each short id, and one more than the project by hash of that number.
    private readonly ulong[] _keys;
    private readonly int[] _slots;
    private readonly HashIndex _long = new();
    private readonly ulong _seed = Hashing.NewSeed();

    public ProjectIds(IEnumerable<string> ids)
    {
        _ids = [.. ids.Select(Encoding.UTF8.GetBytes)];
        _keys = new ulong[_ids.Length];

        // With much room for few projects, hardly any has to give way to another.
        uint few = (uint)_ids.Length * (_ids.Length < 4096 ? 8u : 2u);
        _slots = new int[BitOperations.RoundUpToPowerOf2(few + 2)];
        for (int project = 0; project < _ids.Length; project++)
        {
            byte[] id = _ids[project];
            if (id.Length > Short)
            {
                uint hash = Hashing.Of(id, _seed);
                int place = -1;
                while (_long.TryNext(hash, ref place, out _))
                {
                }

                _long.Insert(hash, place, project);
                continue;
            }

            _keys[project] = Key(Word(id, 0), id.Length);
            int slot = Slot(_keys[project]);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = project + 1;
        }
    }

    /// <summary>The project with an id, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> id) => id.Length > Short ? LongIndexOf(id) : ShortIndexOf(Key(Word(id, 0), id.Length));

    /// <summary>The project whose id stands at a place up to a comma or the end of the list, or -1; moves to that end.</summary>
    /// <param name="data">The list, and what follows it.</param>
    /// <param name="end">Where the list ends.</param>
    /// <param name="place">Where the id begins, then where it ends.</param>
    public int Next(ReadOnlySpan<byte> data, int end, ref int place)
    {
        ulong word = Word(data, place);
        ulong others = word ^ Commas;

        // The lowest bit set is at the first comma.
        ulong found = unchecked(others - 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080;
        int length = Math.Min(BitOperations.TrailingZeroCount(found) >> 3, end - place);
        if (length <= Short)
        {
            place += length;
            return ShortIndexOf(Key(word, length));
        }

        ReadOnlySpan<byte> rest = data[place..end];
        int comma = rest.IndexOf((byte)',');
        rest = comma < 0 ? rest : rest[..comma];
        place += rest.Length;
        return IndexOf(rest);
    }

    private int ShortIndexOf(ulong key)
    {
        int[] slots = _slots;
        for (int slot = Slot(key); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            if (_keys[slots[slot] - 1] == key)
            {
                return slots[slot] - 1;
            }
        }

        return -1;
    }

    private int LongIndexOf(ReadOnlySpan<byte> id)
    {
        uint hash = Hashing.Of(id, _seed);
        int place = -1;
        while (_long.TryNext(hash, ref place, out int project))
        {
            if (id.SequenceEqual(_ids[project]))
            {
                return project;
            }
        }

        return -1;
    }

    private int Slot(ulong key) => (int)((unchecked((key ^ _seed) * Hashing.Multiplier) >> 32) & (uint)(_slots.Length - 1));

    // The first bytes of eight, and how many they are.
    private static ulong Key(ulong word, int length) => (word & ((1UL << (8 * length)) - 1)) | ((ulong)length << 56);

    // Eight bytes, those behind the end being zero.
    private static ulong Word(ReadOnlySpan<byte> data, int place)
    {
        if (data.Length - place >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(data[place..]);
        }

        ulong word = 0;
        for (int i = data.Length - 1; i >= place; i--)
        {
            word = (word << 8) | data[i];
        }

        return word;
    }
}
