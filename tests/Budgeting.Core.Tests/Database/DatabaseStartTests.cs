using Budgeting.Core.Database;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Database;

public sealed class DatabaseStartTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_lock_that_a_killed_process_left_behind_stops_no_later_start(bool pending)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await world.Sql(context => context.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-11-22 08:00:00')"""));
        if (pending)
            await ForgetTheLastAsync(world);
        await using var server = world.AnotherServer();
        await server.PrepareDatabaseAsync().WaitAsync(Soon);
        Assert.Empty(await world.Sql(context => context.Database.GetPendingMigrationsAsync()));
    }

    [Fact]
    public async Task A_start_waits_for_another_process_that_upgrades_and_for_none_when_there_is_nothing_to_do()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var file = new SqliteConnectionStringBuilder(world.Database.ConnectionString).DataSource + SqliteDialect.MigrationLock;
        Task start;
        await using (var server = world.AnotherServer())
        {
            await using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                await server.PrepareDatabaseAsync().WaitAsync(Soon);
                await ForgetTheLastAsync(world);
                start = server.PrepareDatabaseAsync();
                await Assert.ThrowsAsync<TimeoutException>(() => start.WaitAsync(TimeSpan.FromSeconds(2)));
                Assert.Single(await world.Sql(context => context.Database.GetPendingMigrationsAsync()));
            }
            await start.WaitAsync(Soon);
        }
        Assert.Empty(await world.Sql(context => context.Database.GetPendingMigrationsAsync()));
    }

    [Theory, EachDatabase]
    public async Task Of_many_servers_that_start_on_an_old_database_one_upgrades_it(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await ForgetTheLastAsync(world);
        async Task StartAsync()
        {
            await using var server = world.AnotherServer();
            await server.PrepareDatabaseAsync();
        }
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(StartAsync))).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await world.Sql(context => context.Database.GetPendingMigrationsAsync()));
    }

    // One that can be done again on a database without rounds.
    private static Task<int> ForgetTheLastAsync(World world) => world.Sql(context =>
        context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" = '0015_clearing_of_secrets'"));
}
