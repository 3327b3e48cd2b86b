namespace Budgeting.Core.Audit;

/// <summary>The hash-chained log of administrative acts. Entries are appended by the services, in the transaction that acts.</summary>
public interface IAuditLog
{
    /// <summary>Entries, newest first. Administrators and coordinators of any region may read it.</summary>
    Task<IReadOnlyList<AuditEntryView>> ReadAsync(Actor actor, int page, int pageSize, CancellationToken cancellation);

    /// <summary>Recomputes the whole chain. O(entries), in constant memory.</summary>
    /// <returns>The id of the first entry that does not follow from the one before it, or null when the chain holds.</returns>
    Task<long?> FirstBrokenEntryAsync(CancellationToken cancellation);

    /// <summary>Writes the whole log as a file that <see cref="AuditFile.CheckAsync"/> follows, in constant memory. Those who may read the log may.</summary>
    /// <returns>Done, or <c>Forbidden</c> with nothing written.</returns>
    Task<Outcome<Done>> ExportAsync(Actor actor, Stream target, CancellationToken cancellation);
}

/// <summary>An entry of the audit log.</summary>
/// <param name="Id">Its number, from 1, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Act">What, by a fixed name such as <c>envelope.changed</c>.</param>
/// <param name="Subject">On what, such as <c>round 3</c>.</param>
/// <param name="Detail">Values before and after, as JSON.</param>
/// <param name="Hash">See <see cref="AuditChain"/>: 64 lower-case hexadecimal digits.</param>
public sealed record AuditEntryView(long Id, DateTimeOffset At, string Actor, string Act, string Subject, string Detail, string Hash);
