using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Budgeting.Silo.Tests;

public sealed class ResultStoreTests
{
    [Fact]
    public async Task A_cluster_that_starts_shows_what_another_put_aside_and_only_what_is_on_record()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var roundId = await CountedAsync(world);
        var first = await world.SilosAsync();
        Assert.Equal("Results.NotPublished", Assert.Single((await FindAsync(first)).Refusals).Key);
        Assert.Equal(0, await CountAsync("Version > 0"));
        Assert.True((await world.PublishAsync(roundId)).Granted);

        var published = await FindAsync(first);
        Assert.Equal("Hanke numero 1", Winner(published));
        await UntilAsync("Version = 1");

        // Another text in the database: whoever gives the first has not asked it.
        await SqlAsync("ALTER TABLE results DISABLE TRIGGER USER; UPDATE results SET document = replace(document, 'Hanke numero 1', 'Toinen hanke')");
        await using var another = world.AnotherServer(new KeyValuePair<string, string?>("Test:Cluster", "second"));
        var second = await another.GetRequiredService<TestCluster>().SilosAsync();
        Assert.Equivalent(published.Value, (await FindAsync(second)).Value, strict: true);

        // What was altered in the store is not read, but written anew.
        await SqlAsync("UPDATE orleans.OrleansStorage SET PayloadBinary = overlay(PayloadBinary PLACING '\\x00' FROM 60), Version = 2");
        await using var yetAnother = world.AnotherServer(new KeyValuePair<string, string?>("Test:Cluster", "third"));
        var third = await yetAnother.GetRequiredService<TestCluster>().SilosAsync();
        Assert.Equal("Toinen hanke", Winner(await FindAsync(third)));
        await UntilAsync("Version = 3");

        // The database set back to before the publishing: neither what silos remember nor what was put aside is on record.
        await SqlAsync($"ALTER TABLE round_phases DISABLE TRIGGER USER; DELETE FROM round_phases WHERE round_id = {roundId} AND phase = '{Phase.Published}'");
        world.Clock.Now += TimeSpan.FromSeconds(1);
        foreach (var silos in new[] { first, second, third })
            Assert.Equal("Results.NotPublished", Assert.Single((await FindAsync(silos)).Refusals).Key);
        // And published once more, with another result.
        await SqlAsync($"""
            UPDATE results SET document = replace(document, 'Toinen hanke', 'Kolmas hanke');
            INSERT INTO round_phases (round_id, phase, starts_at) VALUES ({roundId}, '{Phase.Published}', '{world.Clock.Now:O}')
            """);
        world.Clock.Now += TimeSpan.FromSeconds(1);
        foreach (var silos in new[] { first, second, third })
            Assert.Equal("Kolmas hanke", Winner(await FindAsync(silos)));

        Task<Outcome<RoundResult>> FindAsync(IReadOnlyList<IHost> silos) => ResultStoreTests.FindAsync(silos, roundId);

        Task<int> SqlAsync(string sql) => world.Sql(context => context.Database.ExecuteSqlRawAsync(sql));

        Task<int> CountAsync(string condition) => SqlAsync($"UPDATE orleans.OrleansStorage SET Version = Version WHERE {condition}");

        // Whoever asks does not wait for it to be put aside.
        async Task UntilAsync(string condition)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await CountAsync(condition) != 1)
                await Task.Delay(50, patience.Token);
        }
    }

#if AZURE_STORAGE
    [Fact]
    public async Task Azures_blobs_serve_as_the_store_as_well()
    {
        var account = Environment.GetEnvironmentVariable("BUDGETING_TEST_AZURE");
        Assert.SkipWhen(account is null, "BUDGETING_TEST_AZURE gives no storage account's connection string.");
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var container = $"test-{Guid.NewGuid():n}";
        KeyValuePair<string, string?>[] settings = [new("Orleans:ResultStore:ConnectionString", account), new("Orleans:ResultStore:Container", container)];
        await using var another = world.AnotherServer(settings);
        var first = await another.GetRequiredService<TestCluster>().SilosAsync();
        var roundId = await CountedAsync(world);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        var published = await FindAsync(first, roundId);
        Assert.Equal("Hanke numero 1", Winner(published));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await new Azure.Storage.Blobs.BlobContainerClient(account, container).GetBlobsAsync(cancellationToken: patience.Token).AnyAsync(patience.Token))
            await Task.Delay(50, patience.Token);

        await world.Sql(context => context.Database.ExecuteSqlRawAsync(
            "ALTER TABLE results DISABLE TRIGGER USER; UPDATE results SET document = replace(document, 'Hanke numero 1', 'Toinen hanke')"));
        await using var yetAnother = world.AnotherServer([.. settings, new("Test:Cluster", "second")]);
        Assert.Equivalent(published.Value, (await FindAsync(await yetAnother.GetRequiredService<TestCluster>().SilosAsync(), roundId)).Value, strict: true);
        Assert.Equal(0, await world.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE orleans.OrleansStorage SET Version = Version")));
    }
#endif

    private static async Task<long> CountedAsync(World world)
    {
        var (roundId, sheet) = await world.VotingAsync(costs: [60, 70]);
        foreach (var voter in await world.AdmitManyAsync(roundId, 3))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        return roundId;
    }

    private static async Task<Outcome<RoundResult>> FindAsync(IReadOnlyList<IHost> silos, long roundId)
    {
        await using var scope = silos[^1].Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IResults>().FindAsync(roundId, default);
    }

    private static string Winner(Outcome<RoundResult> result) =>
        Assert.Single(result.Value.Headings.SelectMany(heading => heading.Projects), project => project.Won).Title;
}
