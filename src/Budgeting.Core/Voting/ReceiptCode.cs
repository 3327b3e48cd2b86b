using System.Buffers.Binary;
using System.Numerics;

namespace Budgeting.Core.Voting;

/// <summary>
/// Receipt codes: the first 75 bits of a ballot's commitment, written so that they survive being copied by hand: <c>7KQ2-M9XA-0C4T-WZ1H</c>.
/// </summary>
internal static class ReceiptCode
{
    private const int Length = 15;
    private const int Bits = Length * 5;

    /// <summary>The receipt of the ballot with a commitment.</summary>
    public static string Of(ReadOnlySpan<byte> commitment)
    {
        var value = BinaryPrimitives.ReadUInt128BigEndian(commitment) >> (128 - Bits);
        Span<char> symbols = stackalloc char[Length];
        for (var i = Length - 1; i >= 0; i--, value >>= 5)
            symbols[i] = CheckedCode.Symbols[(int)(value & 31)];
        return CheckedCode.Write(symbols, groups: 4);
    }

    /// <summary>The code as it was given out, however it was typed. Null when the check fails.</summary>
    public static string? Read(string? typed) => CheckedCode.Read(typed, Length) is { } symbols ? CheckedCode.Write(symbols, groups: 4) : null;

    /// <summary>The first and the last commitment that a code can stand for.</summary>
    /// <param name="code">A code that <see cref="Read"/> gave.</param>
    public static (byte[] First, byte[] Last) Range(string code)
    {
        var value = BigInteger.Zero;
        foreach (var symbol in CheckedCode.Read(code, Length)!)
            value = (value << 5) | CheckedCode.Symbols.IndexOf(symbol, StringComparison.Ordinal);
        value <<= 256 - Bits;
        return (Bytes(value), Bytes(value + (BigInteger.One << (256 - Bits)) - 1));

        static byte[] Bytes(BigInteger value)
        {
            var bytes = new byte[32];
            value.TryWriteBytes(bytes.AsSpan(32 - value.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            return bytes;
        }
    }
}
