using System.Runtime.CompilerServices;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Audit;

internal sealed class AuditLog(BudgetingContext context, IAuthority authority) : IAuditLog
{
    public async Task<IReadOnlyList<AuditEntryView>> ReadAsync(Actor actor, int page, int pageSize, CancellationToken cancellation)
    {
        if (!(await MayReadAsync(actor, cancellation)).Granted)
            return [];
        var entries = await context.AuditEntries.AsNoTracking()
            .OrderByDescending(entry => entry.Id)
            .Skip((Math.Max(page, 1) - 1) * pageSize).Take(pageSize)
            .ToListAsync(cancellation);
        return [.. entries.Select(entry => entry.ToView())];
    }

    public async Task<long?> FirstBrokenEntryAsync(CancellationToken cancellation)
    {
        AuditEntry? previous = null;
        await foreach (var entry in context.AuditEntries.AsNoTracking().OrderBy(entry => entry.Id).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (!entry.Follows(previous))
                return entry.Id;
            previous = entry;
        }
        return null;
    }

    public async Task<Outcome<Done>> ExportAsync(Actor actor, Stream target, CancellationToken cancellation)
    {
        var mayRead = await MayReadAsync(actor, cancellation);
        if (!mayRead.Granted)
            return Outcome<Done>.Refused(mayRead.Refusals);
        await AuditFile.WriteAsync(target, 1, AuditChain.Beginning, LinesAsync(1, long.MaxValue, _ => true, cancellation), cancellation);
        return Done.It;
    }

    /// <summary>The entries from one to another as lines, whole where they may be read.</summary>
    internal async IAsyncEnumerable<AuditLine> LinesAsync(
        long first, long last, Func<AuditEntry, bool> whole, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in context.AuditEntries.AsNoTracking().Where(entry => entry.Id >= first && entry.Id <= last)
            .OrderBy(entry => entry.Id).AsAsyncEnumerable().WithCancellation(cancellation))
            yield return entry.ToLine(whole(entry));
    }

    private Task<Outcome<IReadOnlyList<long>>> MayReadAsync(Actor actor, CancellationToken cancellation) =>
        authority.RegionsAsync(actor, cancellation, Role.Administrator, Role.Coordinator);
}
