using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Budgeting.Core.Attachments;

/// <summary>
/// PDF (ISO 32000). It is not written anew, so what it tells of its making stays in it. It is taken when it begins and ends as it should, is not
/// encrypted, does nothing by itself, carries no other files, and does not unpack to more than is sensible. It is only ever downloaded, never shown within the site.
/// </summary>
internal static partial class PdfFile
{
    // Where one of these names stands, the document could act when it is opened or clicked on, or holds a file within.
    private static readonly HashSet<string> Active = new(StringComparer.Ordinal)
    {
        "JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "EF", "OpenAction", "AA", "RichMedia", "XFA", "SubmitForm", "ImportData", "GoToE", "GoToR", "Movie", "Sound", "Rendition",
    };

    public static CleanFile Clean(ReadOnlySpan<byte> file, AttachmentOptions limits)
    {
        var end = file.TrimEnd([(byte)' ', (byte)'\r', (byte)'\n', (byte)'\t', (byte)0]);
        if (!end.EndsWith("%%EOF"u8))
            throw Broken();
        // One byte, one character, so that places in the text are places in the file.
        var text = Encoding.Latin1.GetString(end);
        if (!Version().IsMatch(text) || !text.Contains("startxref", StringComparison.Ordinal))
            throw Broken();
        var bytes = end.ToArray();
        long budget = limits.MaximumInflatedBytes;
        var outside = new StringBuilder();
        var from = 0;
        foreach (Match begin in StreamBegin().Matches(text))
        {
            if (begin.Index < from)
                continue;
            var start = begin.Index + begin.Length;
            var stop = text.IndexOf("endstream", start, StringComparison.Ordinal);
            if (stop < 0)
                throw Broken();
            var dictionary = text[from..begin.Index];
            outside.Append(dictionary).Append('\n');
            from = stop;
            Look(dictionary[Math.Max(0, dictionary.LastIndexOf("obj", StringComparison.Ordinal))..], bytes.AsMemory(start, stop - start), ref budget);
        }
        outside.Append(text, from, text.Length - from);
        Check(outside.ToString(), Active.Contains);
        // Where a stream begins and ends can be written so that it reads in two ways. Long names do not come about by chance, so they are looked for everywhere.
        Check(text, name => name.Length > 5 && Active.Contains(name));
        return new(AttachmentType.Pdf, bytes, null, null);
    }

    private static void Look(string dictionary, ReadOnlyMemory<byte> packed, ref long budget)
    {
        var names = Names(dictionary).ToList();
        // Objects within a stream are what they are outside of it, only compressed; of other streams just the size when unpacked is of interest.
        var holdsObjects = names.Contains("ObjStm");
        if (names.Count(name => name is "FlateDecode" or "Fl") > 1 || (holdsObjects && names.Exists(name => name is "LZWDecode" or "ASCIIHexDecode" or "ASCII85Decode" or "RunLengthDecode")))
            throw new UncleanFileException("Attachment.Active");
        if (!names.Exists(name => name is "FlateDecode" or "Fl"))
        {
            if (holdsObjects)
                Check(Encoding.Latin1.GetString(packed.Span), Active.Contains);
            return;
        }
        using var unpacked = new MemoryStream();
        try
        {
            using var inflate = new ZLibStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            var buffer = new byte[81_920];
            for (int read; (read = inflate.Read(buffer)) > 0;)
            {
                if ((budget -= read) < 0 || (holdsObjects && unpacked.Length > 20 << 20))
                    throw new UncleanFileException("Attachment.Inflates");
                if (holdsObjects)
                    unpacked.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw Broken();
        }
        if (holdsObjects)
            Check(Encoding.Latin1.GetString(unpacked.ToArray()), Active.Contains);
    }

    private static void Check(string objects, Func<string, bool> active)
    {
        foreach (var name in Names(objects))
        {
            if (name == "Encrypt")
                throw new UncleanFileException("Attachment.Encrypted");
            if (active(name))
                throw new UncleanFileException("Attachment.Active");
        }
    }

    // A letter of a name may be written as # and two digits: /J#61vaScript is /JavaScript.
    private static IEnumerable<string> Names(string objects) =>
        Name().Matches(objects).Select(match => Escaped().Replace(
            match.Groups["name"].Value, escape => ((char)int.Parse(escape.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));

    private static UncleanFileException Broken() => new(UncleanFileException.Broken);

    [GeneratedRegex(@"\A%PDF-(1\.[0-7]|2\.0)[\r\n ]")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?<!end)stream\r?\n")]
    private static partial Regex StreamBegin();

    [GeneratedRegex(@"/(?<name>[^\x00-\x20()<>\[\]{}/%]+)")]
    private static partial Regex Name();

    [GeneratedRegex("#(?<code>[0-9A-Fa-f]{2})")]
    private static partial Regex Escaped();
}
