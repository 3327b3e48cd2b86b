using System.Text.Json;
using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Audit;

/// <summary>Appends to the audit log in the transaction that acts.</summary>
internal sealed class AuditTrail(BudgetingContext context, DatabaseDialect dialect, DatabaseClock clock, Randomness randomness)
{
    /// <summary>
    /// Appends an entry and saves all pending changes. Called last in a transaction: the log's lock is held until it ends,
    /// since the next entry must follow from this one.
    /// </summary>
    public async Task AppendAsync(Actor actor, string act, string subject, object detail, CancellationToken cancellation)
    {
        await context.SaveChangesAsync(cancellation);
        await dialect.LockAsync(context, "audit", cancellation);
        var previous = await context.AuditEntries.AsNoTracking().OrderByDescending(entry => entry.Id).FirstOrDefaultAsync(cancellation);
        context.Add(AuditEntry.Following(
            previous, await clock.NowAsync(context, cancellation), actor, act, subject, JsonSerializer.Serialize(detail, JsonSerializerOptions.Web),
            randomness.Bytes(AuditEntry.SaltLength)));
        await context.SaveChangesAsync(cancellation);
    }
}
