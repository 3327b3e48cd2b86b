using System.Buffers.Binary;

namespace Budgeting.Core.Attachments;

/// <summary>WebP (RFC 9649): a still picture with or without transparency. Colour profile, Exif, XMP and unknown parts are left out.</summary>
internal static class WebPFile
{
    private const byte Alpha = 0x10, Animation = 0x02;

    public static CleanFile Clean(ReadOnlySpan<byte> file, AttachmentOptions limits)
    {
        var reader = new ByteReader(file);
        reader.Take(4);
        var size = reader.LittleInt();
        // What stands after the container's end is none of it.
        reader = new ByteReader(reader.Take(size));
        reader.Take(4);
        (int Width, int Height)? canvas = null;
        (int Width, int Height)? picture = null;
        byte flags = 0;
        using var parts = new MemoryStream(file.Length);
        while (reader.Left > 0)
        {
            var name = System.Text.Encoding.Latin1.GetString(reader.Take(4));
            var length = reader.LittleInt();
            var body = reader.Take(length);
            if ((length & 1) == 1)
                reader.Take(1);
            switch (name)
            {
                case "VP8X" when canvas is null && picture is null && body.Length == 10:
                    if ((body[0] & Animation) != 0)
                        throw new UncleanFileException("Attachment.Moving");
                    flags = (byte)(body[0] & Alpha);
                    canvas = (1 + Three(body[4..]), 1 + Three(body[7..]));
                    CleanFile.CheckPixels(canvas.Value.Width, canvas.Value.Height, limits);
                    break;
                case "ALPH" when canvas is not null && picture is null:
                    Write(parts, name, body);
                    break;
                case "VP8 " or "VP8L" when picture is null:
                    picture = name == "VP8 " ? Lossy(body) : Lossless(body);
                    CleanFile.CheckPixels(picture.Value.Width, picture.Value.Height, limits);
                    if (canvas is not null && canvas != picture)
                        throw Broken();
                    Write(parts, name, body);
                    break;
                case "ANIM" or "ANMF":
                    throw new UncleanFileException("Attachment.Moving");
                case "VP8X" or "ALPH" or "VP8 " or "VP8L":
                    throw Broken();
                default:
                    break;
            }
        }
        if (picture is not { } found)
            throw Broken();
        using var clean = new MemoryStream(file.Length);
        Span<byte> number = stackalloc byte[4];
        clean.Write("RIFF"u8);
        BinaryPrimitives.WriteInt32LittleEndian(number, 4 + (int)parts.Length + (canvas is null ? 0 : 18));
        clean.Write(number);
        clean.Write("WEBP"u8);
        if (canvas is { } extended)
            Write(clean, "VP8X", [flags, 0, 0, 0, .. Three(extended.Width - 1), .. Three(extended.Height - 1)]);
        parts.WriteTo(clean);
        return new(AttachmentType.WebP, clean.ToArray(), found.Width, found.Height);
    }

    // RFC 6386, 9.1: a key frame with its start code.
    private static (int Width, int Height) Lossy(ReadOnlySpan<byte> body)
    {
        if (body.Length < 10 || (body[0] & 1) != 0 || body[3] != 0x9D || body[4] != 0x01 || body[5] != 0x2A)
            throw Broken();
        var first = (body[0] | (body[1] << 8) | (body[2] << 16)) >> 5;
        if (first > body.Length - 10)
            throw Broken();
        return (BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF);
    }

    private static (int Width, int Height) Lossless(ReadOnlySpan<byte> body)
    {
        if (body.Length < 6 || body[0] != 0x2F)
            throw Broken();
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
        if (bits >> 29 != 0)
            throw Broken();
        return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static byte[] Three(int number) => [(byte)(number & 0xFF), (byte)((number >> 8) & 0xFF), (byte)((number >> 16) & 0xFF)];

    private static void Write(MemoryStream target, string name, ReadOnlySpan<byte> body)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        target.Write(System.Text.Encoding.Latin1.GetBytes(name));
        target.Write(length);
        target.Write(body);
        if ((body.Length & 1) == 1)
            target.WriteByte(0);
    }

    private static UncleanFileException Broken() => new(UncleanFileException.Broken);
}
