using System.Buffers.Binary;

namespace Budgeting.Core.Attachments;

/// <summary>
/// JPEG (ITU-T T.81). Kept are the tables, the frame and its scans, and Adobe's mark that tells how colours are coded. Of Exif only the
/// turning of the picture is kept, in an Exif part written anew: without it photographs of telephones would lie on their side.
/// </summary>
internal static class JpegFile
{
    private const byte Start = 0xD8, End = 0xD9, Scan = 0xDA, Tables = 0xDB, Huffman = 0xC4, Restarts = 0xDD, Exif = 0xE1, Adobe = 0xEE;

    public static ReadOnlySpan<byte> Signature => [0xFF, Start, 0xFF];

    private static ReadOnlySpan<byte> ExifMark => "Exif\0\0"u8;

    public static CleanFile Clean(ReadOnlySpan<byte> file, AttachmentOptions limits)
    {
        var reader = new ByteReader(file);
        reader.Take(2);
        using var parts = new MemoryStream(file.Length);
        (int Width, int Height)? frame = null;
        var scans = 0;
        ushort turning = 1;
        while (true)
        {
            var marker = Marker(ref reader);
            if (marker == End)
                break;
            var length = reader.BigShort();
            var body = reader.Take(length - 2);
            switch (marker)
            {
                // Baseline, extended sequential and progressive, Huffman-coded: what browsers show.
                case 0xC0 or 0xC1 or 0xC2:
                    if (frame is not null || body.Length < 6)
                        throw Broken();
                    frame = (BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]));
                    CleanFile.CheckPixels(frame.Value.Width, frame.Value.Height, limits);
                    Write(parts, marker, body);
                    break;
                case Tables or Huffman or Restarts:
                    Write(parts, marker, body);
                    break;
                case Adobe when body.Length == 12 && body.StartsWith("Adobe"u8):
                    Write(parts, marker, body);
                    break;
                case Exif when body.StartsWith(ExifMark):
                    turning = Turning(body[ExifMark.Length..]);
                    break;
                case Scan:
                    // Progressive pictures have a few dozen at most; each makes a browser go through the whole picture again.
                    if (frame is null || ++scans > 100)
                        throw Broken();
                    Write(parts, marker, body);
                    parts.Write(ScanData(ref reader));
                    break;
                case >= 0xE0 and <= 0xEF or 0xFE:
                    break;
                default:
                    throw Broken();
            }
        }
        if (scans == 0)
            throw Broken();
        using var clean = new MemoryStream(file.Length);
        clean.Write([0xFF, Start]);
        if (turning is > 1 and <= 8)
            Write(clean, Exif, ExifWith(turning));
        parts.WriteTo(clean);
        clean.Write([0xFF, End]);
        var (width, height) = frame!.Value;
        // As it is seen: the last four of the eight ways to turn a picture stand it on its side.
        return turning is >= 5 and <= 8
            ? new(AttachmentType.Jpeg, clean.ToArray(), height, width)
            : new(AttachmentType.Jpeg, clean.ToArray(), width, height);
    }

    private static byte Marker(ref ByteReader reader)
    {
        if (reader.Byte() != 0xFF)
            throw Broken();
        byte marker;
        do
            marker = reader.Byte();
        while (marker == 0xFF);
        return marker;
    }

    /// <summary>Up to the next marker that is not part of the data: a zero after 0xFF is, and so are restarts.</summary>
    private static ReadOnlySpan<byte> ScanData(ref ByteReader reader)
    {
        var rest = reader.Rest;
        for (var i = 0; i + 1 < rest.Length; i++)
        {
            if (rest[i] == 0xFF && rest[i + 1] is not (0x00 or 0xFF or >= 0xD0 and <= 0xD7))
                return reader.Take(i);
        }
        throw Broken();
    }

    /// <summary>The orientation of Exif's first directory (tag 0x0112), 1 when it is not told or cannot be read.</summary>
    private static ushort Turning(ReadOnlySpan<byte> tiff)
    {
        const int Entry = 12;
        if (tiff.Length < 8)
            return 1;
        var little = tiff[0] == (byte)'I';
        var first = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (first > tiff.Length - 2)
            return 1;
        var directory = tiff[(int)first..];
        var count = Short(directory, little);
        for (var i = 0; i < count && 2 + ((i + 1) * Entry) <= directory.Length; i++)
        {
            var entry = directory.Slice(2 + (i * Entry), Entry);
            if (Short(entry, little) == 0x0112)
                return Short(entry[8..], little);
        }
        return 1;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static byte[] ExifWith(ushort turning) =>
        [.. ExifMark, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)turning, 0, 0, 0, 0, 0, 0];

    private static void Write(MemoryStream target, byte marker, ReadOnlySpan<byte> body)
    {
        target.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)((body.Length + 2) & 0xFF)]);
        target.Write(body);
    }

    private static UncleanFileException Broken() => new(UncleanFileException.Broken);
}
