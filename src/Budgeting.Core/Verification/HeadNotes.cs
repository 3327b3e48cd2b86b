using Budgeting.Core.Audit;

namespace Budgeting.Core.Verification;

/// <summary>Heads of the audit log that somebody noted down, and whether the logs that are read have them.</summary>
/// <param name="noted">The heads.</param>
internal sealed class HeadNotes(IReadOnlyList<AuditHead> noted)
{
    // By entry, since an excerpt and a whole log that differ must not hide each other.
    private readonly Dictionary<long, HashSet<string>> _read = noted.Select(head => head.Entry).Distinct().ToDictionary(entry => entry, _ => new HashSet<string>());

    /// <summary>Looks at an entry that follows from those before it.</summary>
    public void Compare(AuditLine line)
    {
        if (_read.TryGetValue(line.Id, out var hashes))
            hashes.Add(line.Hash);
    }

    /// <summary>A check a head.</summary>
    /// <param name="wholeLog">Whether the whole log was read, so that an entry that was not met is not there.</param>
    public IEnumerable<RecordCheck> Checks(bool wholeLog) => noted.Select(head =>
    {
        const string Name = "announced log head";
        var hashes = _read[head.Entry];
        return hashes.FirstOrDefault(hash => hash != head.Hash) is { } other ? new(Name, false, $"noted down was {head}, but the log has {new AuditHead(head.Entry, other)}")
            : hashes.Count > 0 ? new(Name, true, $"{head} is in the log as it was noted down")
            : wholeLog ? new(Name, false, $"{head} is not in the log, or comes after an entry that does not follow")
            : new RecordCheck(Name, null, $"{head} lies outside of the record's excerpt; give the whole log with --audit");
    });
}
