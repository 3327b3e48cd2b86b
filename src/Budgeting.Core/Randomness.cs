using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Budgeting.Core;

/// <summary>Random numbers for lots, secrets and receipts, all from one cryptographic source.</summary>
internal sealed class Randomness(RandomNumberGenerator source)
{
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (source)
            source.GetBytes(bytes);
        return bytes;
    }

    /// <summary>A number from 0 up to but not including a bound, each as likely.</summary>
    public int Below(int bound)
    {
        // Numbers beyond the largest multiple of the bound are drawn anew: taking the remainder of all would favour small ones.
        var limit = uint.MaxValue - (uint.MaxValue % (uint)bound);
        uint drawn;
        do
            drawn = BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));
        while (drawn >= limit);
        return (int)(drawn % (uint)bound);
    }

    /// <summary>The numbers from 1 to a count in an order drawn by lot, each order as likely (Fisher and Yates).</summary>
    public IReadOnlyList<int> Lot(int count)
    {
        var lot = Enumerable.Range(1, count).ToArray();
        for (var last = count - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (lot[last], lot[other]) = (lot[other], lot[last]);
        }
        return lot;
    }
}
