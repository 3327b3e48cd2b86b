using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Budgeting.Core.Tests.Attachments;

/// <summary>Files of real bytes: small pictures that browsers show, and PDF documents.</summary>
public static class Files
{
    /// <summary>A JPEG of 8 by 8 pixels, made by a browser, with a colour profile.</summary>
    public static byte[] Jpeg => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQ"
        + "AAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB"
        + "UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWi"
        + "AAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
        + "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7Pj4+JS5ESUM8SDc9Pj"
        + "v/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozv/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/"
        + "xAAZEAEAAgMAAAAAAAAAAAAAAAAABQYjMqH/xAAVAQEBAAAAAAAAAAAAAAAAAAAEBf/EABwRAAEDBQAAAAAAAAAAAAAAAAADBAUBEhQhMf/aAAwDAQACEQMRAD8AlRFR1x8AQl3q1/RETIuMWmz/2Q"
        + "==");

    /// <summary>A lossless WebP of 3 by 2 pixels, made by a browser.</summary>
    public static byte[] WebP => Convert.FromBase64String("UklGRjIAAABXRUJQVlA4TCUAAAAvAkAAAC8gEEgmyZ9rqvEYqPmPDAcOQCHbCHDoXo9TuIj+x/ICAA==");

    /// <summary>A WebP of 16 by 16 pixels with the extended header and a colour profile, made by a browser.</summary>
    public static byte[] LossyWebP => Convert.FromBase64String(
        "UklGRjACAABXRUJQVlA4WAoAAAAgAAAADwAADwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQ"
        + "AAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB"
        + "UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWi"
        + "AAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
        + "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggQgAAABACAJ0BKhAAEAACgEIlsAJ0ugACuX7dcSAA/vfX6Mkgpu+yFNKwpFwT67YAXocuvapP9oD/wYy/8Fh7rf"
        + "TfFFgAAA==");

    public static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Puts a segment after the start of a JPEG.</summary>
    public static byte[] JpegWith(byte marker, ReadOnlySpan<byte> body)
    {
        var length = body.Length + 2;
        return [0xFF, 0xD8, 0xFF, marker, (byte)(length >> 8), (byte)(length & 0xFF), .. body, .. Jpeg.AsSpan(2)];
    }

    /// <summary>Exif as a telephone writes it: turned by 90 degrees, with the place in a directory of its own.</summary>
    public static byte[] ExifWithPlace()
    {
        using var tiff = new MemoryStream();
        using var writer = new BinaryWriter(tiff);
        void Entry(ushort tag, ushort type, uint count, uint value)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            writer.Write(value);
        }
        writer.Write("II*\0"u8);
        writer.Write(8u);
        writer.Write((ushort)3);
        Entry(0x010F, 2, 9, 50);
        Entry(0x0112, 3, 1, 6);
        Entry(0x8825, 4, 1, 60);
        writer.Write(0u);
        writer.Write("Phone 12\0\0"u8);
        writer.Write((ushort)1);
        Entry(0x0002, 2, 4, BitConverter.ToUInt32("6010"u8));
        writer.Write(0u);
        writer.Write("GPS 60.1699 24.9384"u8);
        return [.. "Exif\0\0"u8, .. tiff.ToArray()];
    }

    /// <summary>A PNG in colour, of the chunks that make it and of others before the picture.</summary>
    public static byte[] Png(int width = 3, int height = 2, byte[]? rows = null, byte interlace = 0, params (string Name, byte[] Body)[] others)
    {
        using var file = new MemoryStream();
        file.Write(PngSignature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (8, 2, interlace);
        Chunk(file, "IHDR", header);
        foreach (var (name, body) in others)
            Chunk(file, name, body);
        Chunk(file, "IDAT", Deflate(rows ?? new byte[height * (1 + (width * 3))]));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A WebP with the extended header and a part after the picture.</summary>
    public static byte[] WebPWith(byte flags, string name, ReadOnlySpan<byte> body)
    {
        using var parts = new MemoryStream();
        Part(parts, "VP8X", [flags, 0, 0, 0, 2, 0, 0, 1, 0, 0]);
        parts.Write(WebP.AsSpan(12));
        Part(parts, name, body);
        return [.. "RIFF"u8, .. BitConverter.GetBytes(4 + (int)parts.Length), .. "WEBP"u8, .. parts.ToArray()];
    }

    /// <summary>A PDF document of one page with what a test adds to its catalogue and as objects of their own.</summary>
    public static byte[] Pdf(string catalogue = "", string objects = "", byte[]? stream = null, string streamDictionary = "/Filter /FlateDecode")
    {
        stream ??= Deflate("BT (Hei) Tj ET"u8.ToArray());
        return
        [
            .. Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {catalogue} >>\nendobj\n"
                + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n"
                + $"4 0 obj\n<< /Length {stream.Length} {streamDictionary} >>\nstream\n"),
            .. stream,
            .. Encoding.Latin1.GetBytes($"\nendstream\nendobj\n{objects}\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"),
        ];
    }

    private static void Chunk(MemoryStream file, string name, byte[] body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        byte[] named = [.. Encoding.Latin1.GetBytes(name), .. body];
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        file.Write(number);
    }

    private static void Part(MemoryStream parts, string name, ReadOnlySpan<byte> body)
    {
        parts.Write(Encoding.Latin1.GetBytes(name));
        parts.Write(BitConverter.GetBytes(body.Length));
        parts.Write(body);
        if (body.Length % 2 == 1)
            parts.WriteByte(0);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var value = uint.MaxValue;
        foreach (var one in bytes)
        {
            value ^= one;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }
        return ~value;
    }
}
