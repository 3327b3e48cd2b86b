using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Budgeting.Core.Audit;

/// <summary>
/// How entries of the audit log are chained. An entry's digest covers what it says; its hash covers the digest and the hash before it. So an
/// excerpt can leave out what some entries say and still be followed from hash to hash. docs/verification.md describes the bytes.
/// </summary>
public static class AuditChain
{
    /// <summary>The hash before the first entry: 64 zeros.</summary>
    public static string Beginning { get; } = new('0', 64);

    /// <summary>SHA-256 of what an entry says, under a salt without which what a left-out entry says could be guessed.</summary>
    /// <param name="salt">Lower-case hexadecimal digits.</param>
    /// <param name="at">Milliseconds since 1970, UTC.</param>
    /// <param name="actor">Who.</param>
    /// <param name="act">What.</param>
    /// <param name="subject">On what.</param>
    /// <param name="detail">JSON.</param>
    public static string DigestOf(string salt, long at, string actor, string act, string subject, string detail) =>
        HashOf(string.Join('\n', salt, at.ToString(CultureInfo.InvariantCulture), actor, act, subject, detail));

    /// <summary>SHA-256 of the hash before, the entry's number and its digest, with line feeds between.</summary>
    public static string HashAfter(string previous, long id, string digest) =>
        HashOf(string.Join('\n', previous, id.ToString(CultureInfo.InvariantCulture), digest));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>An entry of the log that has been made public, so that nothing up to it can be changed unseen.</summary>
/// <param name="Entry">Its number.</param>
/// <param name="Hash">Its hash, 64 lower-case hexadecimal digits.</param>
public sealed record AuditHead(long Entry, string Hash)
{
    /// <summary>As it is noted down: <c>12:9f…</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Entry}:{Hash}");
}
