using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Budgeting.Silo.Cluster;

/// <summary>
/// Tells grains, on whichever silo they are, that what they remember has changed: after the commit, before whoever made the change hears
/// that it was made. So the next who asks sees it, wherever they ask.
/// </summary>
/// <remarks>It goes by the rows saved, not by the services that save them: a new service need not think of it.</remarks>
internal sealed partial class ChangeWatch(IServiceProvider services, ILogger<ChangeWatch> log) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    // As long as what is remembered is believed unasked: a grain that hangs longer has nothing to forget.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DbContextId, HashSet<Change>> _saved = new();

    private enum Kind
    {
        Regions,
        Region,
        Round,
        Proposal,
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context)
        {
            foreach (var entry in context.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
            {
                foreach (var change in ChangesOf(entry))
                    _saved.GetOrAdd(context.ContextId, _ => []).Add(change);
            }
        }
        return await base.SavingChangesAsync(eventData, result, cancellationToken);
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        // Outside of a transaction what is saved is committed.
        if (eventData.Context is { Database.CurrentTransaction: null } context)
            await TellAsync(context);
        return result;
    }

    public async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context)
            await TellAsync(context);
    }

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context);
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData.Context);

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context);
        return Task.CompletedTask;
    }

    private void Forget(DbContext? context)
    {
        if (context is not null)
            _saved.TryRemove(context.ContextId, out _);
    }

    // Of a row being made whatever is remembered cannot be, except in lists. What voters and clerks write by the thousand is of no part of what is remembered.
    private static IEnumerable<Change> ChangesOf(EntityEntry entry)
    {
        switch (entry.Metadata.GetTableName())
        {
            case "regions":
                yield return new(Kind.Regions, 0);
                break;
            case "role_grants":
                yield return new(Kind.Region, Number(entry, "RegionId"));
                break;
            case "rounds":
                yield return new(Kind.Region, Number(entry, "RegionId"));
                if (entry.State != EntityState.Added)
                    yield return new(Kind.Round, Number(entry, "Id"));
                break;
            case "round_phases" or "headings" or "envelope_changes" or "ballot_sheets" or "results" or "round_records":
                yield return new(Kind.Round, Number(entry, "RoundId"));
                break;
            case "proposals" when entry.State != EntityState.Added:
                yield return new(Kind.Proposal, Number(entry, "Id"), Number(entry, "RoundId"));
                break;
            case "evaluations" or "moderation_acts":
                yield return new(Kind.Proposal, Number(entry, "ProposalId"));
                break;
        }
    }

    private static long Number(EntityEntry entry, string property) =>
        entry.Metadata.FindProperty(property) is not null && entry.Property(property).CurrentValue is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    private async Task TellAsync(DbContext context)
    {
        if (!_saved.TryRemove(context.ContextId, out var changes))
            return;
        try
        {
            // Asked for here and not in the constructor: contexts are made before the silo is.
            var grains = services.GetRequiredService<Grains>();
            await Task.WhenAll(changes.Select(change => TellAsync(grains, change))).WaitAsync(Patience);
        }
        catch (Exception fault)
        {
            // It is committed, whatever becomes of the telling. What was not told is read anew within a second.
            NotTold(fault);
        }
    }

    private static async Task TellAsync(Grains grains, Change change)
    {
        switch (change.Kind)
        {
            case Kind.Regions:
                await grains.Platform.ChangedAsync();
                break;
            case Kind.Region:
                await Task.WhenAll(grains.Platform.ChangedAsync(), (await grains.RegionAsync(change.Id, default))?.ChangedAsync() ?? Task.CompletedTask);
                break;
            case Kind.Round:
                if (await grains.RoundAsync(change.Id, default) is { } round)
                    await Task.WhenAll(round.ChangedAsync(), (await grains.ResultAsync(change.Id, default))!.ChangedAsync());
                break;
            case Kind.Proposal:
                if (await grains.ProposalAsync(change.Id, default, change.RoundId) is { } proposal)
                    await proposal.ChangedAsync();
                break;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A grain could not be told of a change")]
    private partial void NotTold(Exception fault);

    private sealed record Change(Kind Kind, long Id, long RoundId = 0);
}
