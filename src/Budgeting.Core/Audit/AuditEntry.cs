namespace Budgeting.Core.Audit;

internal sealed class AuditEntry
{
    public const int SaltLength = 16;

    private AuditEntry()
    {
    }

    public long Id { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string Actor { get; private set; } = "";

    public string Act { get; private set; } = "";

    public string Subject { get; private set; } = "";

    public string Detail { get; private set; } = "";

    public byte[] Salt { get; private set; } = [];

    public string Hash { get; private set; } = "";

    public static AuditEntry Following(AuditEntry? previous, DateTimeOffset at, Actor actor, string act, string subject, string detail, byte[] salt)
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
            Salt = salt,
        };
        entry.Hash = entry.HashAfter(previous?.Hash);
        return entry;
    }

    public bool Follows(AuditEntry? previous) => Id == (previous?.Id ?? 0) + 1 && Hash == HashAfter(previous?.Hash);

    public AuditEntryView ToView() => new(Id, At, Actor, Act, Subject, Detail, Hash);

    /// <summary>The entry as a line of an export, with what it says or with the digest of that alone.</summary>
    public AuditLine ToLine(bool whole) => whole
        ? new(Id, Hash) { Salt = Convert.ToHexStringLower(Salt), At = At.ToUnixTimeMilliseconds(), Actor = Actor, Act = Act, Subject = Subject, Detail = Detail }
        : new(Id, Hash) { Digest = Digest };

    private string Digest => AuditChain.DigestOf(Convert.ToHexStringLower(Salt), At.ToUnixTimeMilliseconds(), Actor, Act, Subject, Detail);

    private string HashAfter(string? previousHash) => AuditChain.HashAfter(previousHash ?? AuditChain.Beginning, Id, Digest);
}
