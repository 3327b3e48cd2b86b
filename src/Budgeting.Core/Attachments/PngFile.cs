using System.Buffers.Binary;
using System.IO.Compression;

namespace Budgeting.Core.Attachments;

/// <summary>PNG (ISO/IEC 15948). Kept are the header, palette, transparency, simple notes on colour, and the picture.</summary>
internal static class PngFile
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static CleanFile Clean(ReadOnlySpan<byte> file, AttachmentOptions limits)
    {
        var reader = new ByteReader(file);
        reader.Take(Signature.Length);
        using var clean = new MemoryStream(file.Length);
        using var packed = new MemoryStream(file.Length);
        clean.Write(Signature);
        Header? header = null;
        while (true)
        {
            var length = reader.BigInt();
            var named = reader.Take(4L + length);
            if (reader.BigInt() != Crc32.HashToUInt32(named))
                throw Broken();
            var name = System.Text.Encoding.Latin1.GetString(named[..4]);
            var body = named[4..];
            if (header is null != (name == "IHDR"))
                throw Broken();
            switch (name)
            {
                case "IHDR":
                    header = Header.Read(body);
                    CleanFile.CheckPixels(header.Width, header.Height, limits);
                    break;
                case "IDAT":
                    packed.Write(body);
                    break;
                case "PLTE" or "tRNS" or "gAMA" or "cHRM" or "sRGB" or "IEND":
                    break;
                case "acTL" or "fcTL" or "fdAT":
                    throw new UncleanFileException("Attachment.Moving");
                case [>= 'a' and <= 'z', ..]:
                    // Whatever is not needed to show the picture can tell more than it shows.
                    continue;
                default:
                    throw Broken();
            }
            Write(clean, named);
            if (name == "IEND")
                break;
        }
        packed.Position = 0;
        if (Inflated(packed, header!.Unpacked) != header.Unpacked)
            throw Broken();
        return new(AttachmentType.Png, clean.ToArray(), header.Width, header.Height);
    }

    /// <summary>How many bytes come out, up to one more than expected.</summary>
    private static long Inflated(Stream packed, long expected)
    {
        try
        {
            using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
            var buffer = new byte[81_920];
            long total = 0;
            for (int read; total <= expected && (read = unpacked.Read(buffer)) > 0; total += read)
            {
            }
            return total;
        }
        catch (InvalidDataException)
        {
            throw Broken();
        }
    }

    private static void Write(MemoryStream target, ReadOnlySpan<byte> named)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, named.Length - 4);
        target.Write(number);
        target.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(named));
        target.Write(number);
    }

    /// <summary>The check of a chunk: CRC-32 with the polynomial 0xEDB88320.</summary>
    private static class Crc32
    {
        private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(start =>
        {
            var value = (uint)start;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            return value;
        })];

        public static uint HashToUInt32(ReadOnlySpan<byte> bytes)
        {
            var value = uint.MaxValue;
            foreach (var one in bytes)
                value = Table[(value ^ one) & 0xFF] ^ (value >> 8);
            return ~value;
        }
    }

    private static UncleanFileException Broken() => new(UncleanFileException.Broken);

    /// <param name="Width">In pixels.</param>
    /// <param name="Height">In pixels.</param>
    /// <param name="Unpacked">The bytes of all rows with the filter byte of each: what the compressed data must come to, exactly.</param>
    private sealed record Header(int Width, int Height, long Unpacked)
    {
        // The seven passes of an interlaced picture: first column, first row, steps.
        private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

        public static Header Read(ReadOnlySpan<byte> body)
        {
            if (body.Length != 13 || body[10] != 0 || body[11] != 0 || body[12] > 1)
                throw Broken();
            var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
            var bits = (body[9], body[8]) switch
            {
                (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) => body[8],
                (2, 8 or 16) => 3 * body[8],
                (4, 8 or 16) => 2 * body[8],
                (6, 8 or 16) => 4 * body[8],
                _ => throw Broken(),
            };
            long Rows(long columns, long rows) => columns <= 0 || rows <= 0 ? 0 : rows * (1 + (((columns * bits) + 7) / 8));
            return new(width, height, body[12] == 0
                ? Rows(width, height)
                : Passes.Sum(pass => Rows((width - pass.X + pass.StepX - 1L) / pass.StepX, (height - pass.Y + pass.StepY - 1L) / pass.StepY)));
        }
    }
}
