using System.Buffers.Binary;

namespace Budgeting.Core.Attachments;

/// <summary>Why a file is not taken, by the refusal's key.</summary>
internal sealed class UncleanFileException(string key, params object[] arguments) : Exception(key)
{
    public const string Broken = "Attachment.Broken";

    public string Key { get; } = key;

    public IReadOnlyList<object> Arguments { get; } = arguments;
}

/// <summary>
/// A file whose container was read and written anew: only the parts that make up the picture, nothing before, between or after them. It is
/// recognised by its bytes; what it was called and what the browser said of it is not asked.
/// </summary>
/// <param name="Type">What it is.</param>
/// <param name="Bytes">The bytes to keep.</param>
/// <param name="Width">A picture's width in pixels.</param>
/// <param name="Height">A picture's height.</param>
internal sealed record CleanFile(AttachmentType Type, byte[] Bytes, int? Width, int? Height)
{
    /// <exception cref="UncleanFileException">It is none of the kinds that are taken, broken, too large when unpacked, or does something.</exception>
    public static CleanFile From(ReadOnlySpan<byte> file, AttachmentOptions limits)
    {
        if (file.StartsWith(JpegFile.Signature))
            return JpegFile.Clean(file, limits);
        if (file.StartsWith(PngFile.Signature))
            return PngFile.Clean(file, limits);
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            return WebPFile.Clean(file, limits);
        if (file.StartsWith("%PDF-"u8))
            return PdfFile.Clean(file, limits);
        throw new UncleanFileException("Attachment.Kind");
    }

    /// <exception cref="UncleanFileException">There is no such number of pixels in a picture that is taken.</exception>
    public static void CheckPixels(long width, long height, AttachmentOptions limits)
    {
        if (width <= 0 || height <= 0)
            throw new UncleanFileException(UncleanFileException.Broken);
        if (width * height > limits.MaximumMegapixels * 1_000_000L || Math.Max(width, height) > 20_000)
            throw new UncleanFileException("Attachment.Pixels", limits.MaximumMegapixels);
    }
}

/// <summary>Reads bytes in order and refuses to read what is not there.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw new UncleanFileException(UncleanFileException.Broken);
        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort BigShort() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint BigInt() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public uint LittleInt() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public readonly ReadOnlySpan<byte> Rest => _bytes[Position..];
}
