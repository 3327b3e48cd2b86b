using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Budgeting.Core.Audit;

/// <summary>An entry of the log in an export: with all its fields, or with the digest of them alone.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Hash">Its hash.</param>
public sealed record AuditLine(long Id, string Hash)
{
    /// <summary>What stands for the fields where they are left out.</summary>
    public string? Digest { get; init; }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public string? Salt { get; init; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public long? At { get; init; }

    /// <summary>Who.</summary>
    public string? Actor { get; init; }

    /// <summary>What.</summary>
    public string? Act { get; init; }

    /// <summary>On what.</summary>
    public string? Subject { get; init; }

    /// <summary>JSON, exactly as it was hashed.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the fields are there.</summary>
    [JsonIgnore]
    public bool IsWhole => Salt is not null && At is not null && Actor is not null && Act is not null && Subject is not null && Detail is not null;

    /// <summary>Whether the entry follows from the hash before it.</summary>
    public bool Follows(string previous) =>
        (IsWhole ? AuditChain.DigestOf(Salt!, At!.Value, Actor!, Act!, Subject!, Detail!) : Digest) is { } digest && Hash == AuditChain.HashAfter(previous, Id, digest);
}

/// <summary>What a check of an exported log or excerpt found.</summary>
/// <param name="First">The number of the first entry; zero when there is none.</param>
/// <param name="Last">The last entry that follows; null when there is none.</param>
/// <param name="FirstBroken">The first entry that does not follow from the one before it; null when all do.</param>
/// <param name="FromBeginning">Whether the file begins with the log's first entry.</param>
public sealed record AuditCheck(long First, AuditHead? Last, long? FirstBroken, bool FromBeginning);

/// <summary>The log or a stretch of it as a file: a line of JSON that says where it begins, then a line an entry.</summary>
public static class AuditFile
{
    private const string Format = "budgeting-audit 1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private sealed record Header(string Format, long First, string Previous);

    /// <summary>Writes lines as they come.</summary>
    internal static async Task WriteAsync(
        Stream target, long first, string previous, IAsyncEnumerable<AuditLine> lines, CancellationToken cancellation)
    {
        await using var text = new StreamWriter(target, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await text.WriteLineAsync(JsonSerializer.Serialize(new Header(Format, first, previous), Json).AsMemory(), cancellation);
        await foreach (var line in lines.WithCancellation(cancellation))
            await text.WriteLineAsync(JsonSerializer.Serialize(line, Json).AsMemory(), cancellation);
    }

    /// <summary>Follows the chain of a file, in constant memory.</summary>
    /// <param name="source">The file.</param>
    /// <param name="each">Shown every entry that follows, in order.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The file is no export of the log.</exception>
    public static async Task<AuditCheck> CheckAsync(Stream source, Action<AuditLine>? each, CancellationToken cancellation)
    {
        using var text = new StreamReader(source, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        var header = Read<Header>(await text.ReadLineAsync(cancellation), 1);
        if (header.Format != Format)
            throw new InvalidDataException($"its first line does not say that it is a {Format}");
        var (previous, expected, number) = (header.Previous, header.First, 1);
        AuditHead? last = null;
        var fromBeginning = header.First == 1 && header.Previous == AuditChain.Beginning;
        while (await text.ReadLineAsync(cancellation) is { } json)
        {
            var line = Read<AuditLine>(json, ++number);
            if (line.Id != expected || !line.Follows(previous))
                return new(header.First, last, expected, fromBeginning);
            each?.Invoke(line);
            last = new(line.Id, line.Hash);
            (previous, expected) = (line.Hash, expected + 1);
        }
        return new(last is null ? 0 : header.First, last, null, fromBeginning);
    }

    private static T Read<T>(string? json, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json ?? "", Json) ?? throw new JsonException();
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"line {number} is not what an exported log has there", fault);
        }
    }
}
