using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Budgeting.Tally;

/// <summary>Hashes of 32 bits that differ from one reading to the next, so that no file can be made to collide in them.</summary>
/// <remarks>No result depends on a hash: what has the same one is always compared.</remarks>
internal static class Hashing
{
    public const ulong Multiplier = 0xD6E8FEB86659FD93;

    public static ulong NewSeed() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public static uint Of(ReadOnlySpan<byte> text, ulong seed)
    {
        ulong hash = seed ^ (ulong)text.Length;
        while (text.Length > sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[sizeof(ulong)..];
        }

        // The last one to eight bytes, some of them perhaps twice.
        ulong last = text.Length switch
        {
            8 => BinaryPrimitives.ReadUInt64LittleEndian(text),
            >= 4 => ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]),
            > 0 => ((ulong)text[0] << 16) | ((ulong)text[text.Length / 2] << 8) | text[^1],
            _ => 0,
        };
        return Finish(Mix(hash, last));
    }

    public static ulong Mix(ulong hash, ulong value)
    {
        hash = unchecked((hash ^ value) * Multiplier);
        return hash ^ (hash >> 32);
    }

    public static uint Finish(ulong hash) => unchecked((uint)(hash * Multiplier >> 32));
}

/// <summary>Numbers by 32-bit hash. Whoever asks tells those with the same hash apart.</summary>
/// <remarks>One array of hash and number in the order of hashes, open addressing, at most four fifths full: one look far away in memory each.</remarks>
/// <param name="expected">How many numbers somebody says there will be.</param>
internal sealed class HashIndex(int expected = 0)
{
    // The hash above, the number plus one below.
    private ulong[] _slots = new ulong[64];
    private int _count;

    /// <summary>Brings the places of some hashes near, all at once, which is faster than one after the other.</summary>
    /// <returns>Nothing of meaning.</returns>
    public ulong Touch(ReadOnlySpan<uint> hashes)
    {
        ulong all = 0;
        ulong[] slots = _slots;
        foreach (uint hash in hashes)
        {
            all ^= slots[First(hash, slots.Length)];
        }

        return all;
    }

    /// <summary>The next number with a hash; false at the place where one can be inserted.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="place">-1 to begin with; then to be handed back as it is.</param>
    /// <param name="number">The number.</param>
    public bool TryNext(uint hash, ref int place, out int number)
    {
        ulong[] slots = _slots;
        place = place < 0 ? First(hash, slots.Length) : Next(place, slots.Length);
        while (true)
        {
            ulong slot = slots[place];
            if (slot == 0)
            {
                number = -1;
                return false;
            }

            if (slot >> 32 == hash)
            {
                number = (int)(slot & uint.MaxValue) - 1;
                return true;
            }

            place = Next(place, slots.Length);
        }
    }

    /// <summary>Inserts a number where <see cref="TryNext"/> ended.</summary>
    public void Insert(uint hash, int place, int number)
    {
        _slots[place] = ((ulong)hash << 32) | (uint)(number + 1);
        _count++;
        if (_count * 5L > _slots.Length * 4L)
        {
            Grow();
        }
    }

    private static int First(uint hash, int length) => (int)(((ulong)hash * (uint)length) >> 32);

    private static int Next(int place, int length) => place + 1 == length ? 0 : place + 1;

    private void Grow()
    {
        ulong[] old = _slots;
        _slots = new ulong[(int)Math.Min(Math.Max((Growth.SizeFor(_count, expected) * 5L / 4) + 2, old.Length * 3L / 2), Array.MaxLength)];
        foreach (ulong slot in old)
        {
            if (slot != 0)
            {
                int place = First((uint)(slot >> 32), _slots.Length);
                while (_slots[place] != 0)
                {
                    place = Next(place, _slots.Length);
                }

                _slots[place] = slot;
            }
        }
    }
}

/// <summary>How arrays grow.</summary>
internal static class Growth
{
    // What is said of a number is believed up to so many times what is there.
    private const int Trust = 4;

    /// <summary>A size for what has grown to a count and is said to grow to another.</summary>
    public static int SizeFor(int count, int expected) =>
        expected > count && expected / Trust <= count ? expected : (int)Math.Min(count * 2L, Array.MaxLength);
}
