using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Audit;

internal sealed class AuditLog(BudgetingContext context) : IAuditLog
{
    public async Task<IReadOnlyList<AuditEntryView>> ReadAsync(Actor actor, int page, int pageSize, CancellationToken cancellation)
    {
        var mayRead = actor == Actor.Platform || await context.RoleGrants.AnyAsync(
            grant => grant.AccountId == actor.AccountId && (grant.Role == Role.Administrator || grant.Role == Role.Coordinator), cancellation);
        if (!mayRead)
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
}
