using System.Text;

namespace Budgeting.Tally;

/// <summary>Finds projects by the UTF-8 bytes of their ids.</summary>
internal sealed class ProjectIds
{
    // Ids of up to seven bytes are numbers: a one and their bytes.
    private const int Short = 7;

    private readonly byte[][] _ids;
    private readonly (ulong Key, int Project)[] _short;
    private readonly HashIndex _long = new();
    private readonly ulong _seed;

    public ProjectIds(IEnumerable<string> ids)
    {
        _ids = [.. ids.Select(Encoding.UTF8.GetBytes)];
        _seed = Hashing.NewSeed();
        _short = new (ulong, int)[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_ids.Length + 1) * 2];
        for (int project = 0; project < _ids.Length; project++)
        {
            if (_ids[project].Length > Short)
            {
                uint hash = Hashing.Of(_ids[project], _seed);
                uint place = hash;
                while (_long.TryNext(hash, ref place, out _))
                {
                }

                _long.Insert(hash, place, project);
                continue;
            }

            ulong key = 1;
            foreach (byte unit in _ids[project])
            {
                key = (key << 8) | unit;
            }

            int slot = Slot(key);
            while (_short[slot].Key != 0)
            {
                slot = (slot + 1) & (_short.Length - 1);
            }

            _short[slot] = (key, project);
        }
    }

    /// <summary>The project with an id, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> id)
    {
        int length = 0;
        int project = NextOf(id, ref length);
        return length == id.Length ? project : LongIndexOf(id);
    }

    /// <summary>The project whose id stands before the first comma of a list or is all of it, or -1; and the length of that id.</summary>
    public int NextOf(ReadOnlySpan<byte> list, ref int length)
    {
        ulong key = 1;
        int place = 0;
        for (; place < list.Length && list[place] != ','; place++)
        {
            if (place == Short)
            {
                int comma = list.IndexOf((byte)',');
                length = comma < 0 ? list.Length : comma;
                return LongIndexOf(list[..length]);
            }

            key = (key << 8) | list[place];
        }

        length = place;
        for (int slot = Slot(key); _short[slot].Key != 0; slot = (slot + 1) & (_short.Length - 1))
        {
            if (_short[slot].Key == key)
            {
                return _short[slot].Project;
            }
        }

        return -1;
    }

    private int LongIndexOf(ReadOnlySpan<byte> id)
    {
        uint hash = Hashing.Of(id, _seed);
        uint place = hash;
        while (_long.TryNext(hash, ref place, out int project))
        {
            if (id.SequenceEqual(_ids[project]))
            {
                return project;
            }
        }

        return -1;
    }

    private int Slot(ulong key) => (int)((unchecked((key ^ _seed) * Hashing.Multiplier) >> 32) & (uint)(_short.Length - 1));
}
