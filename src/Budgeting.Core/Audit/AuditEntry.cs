using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Budgeting.Core.Audit;

internal sealed class AuditEntry
{
    private AuditEntry()
    {
    }

    public long Id { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string Actor { get; private set; } = "";

    public string Act { get; private set; } = "";

    public string Subject { get; private set; } = "";

    public string Detail { get; private set; } = "";

    public string Hash { get; private set; } = "";

    public static AuditEntry Following(AuditEntry? previous, DateTimeOffset at, Actor actor, string act, string subject, string detail)
    {
        var entry = new AuditEntry
        {
            Id = (previous?.Id ?? 0) + 1,
            // Whole milliseconds survive every database unchanged, and the hash covers them.
            At = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
            Actor = actor.Name,
            Act = act,
            Subject = subject,
            Detail = detail,
        };
        entry.Hash = entry.HashAfter(previous?.Hash);
        return entry;
    }

    public bool Follows(AuditEntry? previous) => Id == (previous?.Id ?? 0) + 1 && Hash == HashAfter(previous?.Hash);

    public AuditEntryView ToView() => new(Id, At, Actor, Act, Subject, Detail, Hash);

    /// <summary>SHA-256 over the previous hash (64 zeros for the first entry) and the fields, each on a line of its own.</summary>
    private string HashAfter(string? previousHash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        previousHash ?? new string('0', 64),
        Id.ToString(CultureInfo.InvariantCulture),
        At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        Actor, Act, Subject, Detail))));
}
