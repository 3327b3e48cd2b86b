using Budgeting.Core.Audit;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Audit;

public sealed class AuditLogTests
{
    [Theory, EachDatabase]
    public async Task Acts_at_the_same_time_make_one_unbroken_chain(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => world.RoundAsync()));
        var entries = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(world.Official, 1, 100, default));
        Assert.Equal(Enumerable.Range(1, entries.Count).Reverse().Select(id => (long)id), entries.Select(entry => entry.Id));
        Assert.Equal(12, entries.Count(entry => entry.Act == "round.created"));
        Assert.Null(await world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
        Assert.Empty(await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(world.Resident, 1, 100, default)));
    }

    [Theory, EachDatabase]
    public async Task The_database_refuses_to_change_or_delete_entries(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.RoundAsync();
        string[] emptied = kind == DatabaseKind.PostgreSql ? ["TRUNCATE audit_entries"] : [];
        foreach (var sql in new[] { "UPDATE audit_entries SET detail = 'x' WHERE id = 2", "DELETE FROM audit_entries WHERE id = 2", "DELETE FROM audit_entries" }.Concat(emptied))
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => world.Sql(context => context.Database.ExecuteSqlRawAsync(sql)));
            Assert.Contains("never changed or deleted", refused.Message);
        }
        Assert.Null(await world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task A_changed_or_missing_entry_breaks_the_chain_where_it_happened(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.RoundAsync();
        Task<long?> Broken() => world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default));
        // Only someone who can take the triggers away gets this far.
        foreach (var change in new[] { "update", "delete" })
        {
            await world.Sql(context => context.Database.ExecuteSqlRawAsync(kind == DatabaseKind.Sqlite
                ? $"DROP TRIGGER audit_entries_no_{change}" : $"DROP TRIGGER audit_entries_no_{change} ON audit_entries"));
        }
        await world.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET detail = 'x' WHERE id = 4"));
        Assert.Equal(4, await Broken());
        await world.Sql(context => context.Database.ExecuteSqlRawAsync("DELETE FROM audit_entries WHERE id = 2"));
        Assert.Equal(3, await Broken());
    }
}
