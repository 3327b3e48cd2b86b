using System.Collections.Concurrent;
using System.Net;
using Budgeting.Benchmarks;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Web.Tests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Silo.Tests;

public sealed class SiloKillTests
{
    private const int Connections = 16;

    [Fact]
    public async Task A_silo_killed_while_ballots_are_cast_loses_none_that_was_answered_as_stored_and_stores_none_twice()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (_, sheet) = await world.VotingUntilAsync(
            TimeProvider.System.GetUtcNow().AddHours(1), async roundId => Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted));
        await using var dying = Start(world);
        using var dyingClient = await dying.ListeningAsync();
        await using var living = Start(world);
        using var livingClient = await living.ListeningAsync();
        ConcurrentDictionary<Guid, CastAnswer> answers = [];
        ConcurrentDictionary<Guid, CastAnswer> livingAnswers = [];
        async Task<ConcurrentQueue<string>> PassesAsync(int first, int count) => new(await world.Do<IDataProtectionProvider, IReadOnlyList<string>>(
            protection => Task.FromResult(CastingLoad.Passes(protection, sheet, first, count))));
        var dyingLoad = Load(dyingClient).CastUntilCutOffAsync(await PassesAsync(1_000_000, 30_000), Connections, answers);
        var livingPasses = await PassesAsync(2_000_000, 30_000);
        var livingLoad = Load(livingClient).CastUntilCutOffAsync(livingPasses, Connections, livingAnswers);
        await Until(() => answers.Count >= 200 && livingAnswers.Count >= 200, TimeSpan.FromSeconds(90));

        await dying.KillAsync();
        await dyingLoad;
        var atKill = livingAnswers.Count;
        // The one left writes by itself what the dead one's shards do not take, at once and not only when it is known to be dead.
        await Until(() => livingAnswers.Count > atKill + 500, TimeSpan.FromSeconds(60));
        livingPasses.Clear();
        await livingLoad.WaitAsync(TimeSpan.FromSeconds(90));

        foreach (var (attempt, answer) in livingAnswers)
            answers[attempt] = answer;
        var told = answers.Values.CountBy(answer => answer).ToDictionary();
        TestContext.Current.SendDiagnosticMessage("{0}; {1} by the one left after the other was killed", string.Join(", ", told.Select(count => $"{count.Value} {count.Key}")), livingAnswers.Count - atKill);
        var stored = await world.Sql(context => context.Ballots.AsNoTracking().Select(ballot => new { ballot.Attempt, ballot.VoterKey }).ToListAsync());
        Assert.Equal(stored.Count, stored.Select(ballot => ballot.Attempt).Distinct().Count());
        Assert.Equal(stored.Count, stored.Select(ballot => Convert.ToHexString(ballot.VoterKey)).Distinct().Count());
        var acknowledged = answers.Where(answer => answer.Value == CastAnswer.Stored).Select(answer => answer.Key).ToHashSet();
        Assert.Empty(acknowledged.Except(stored.Select(ballot => ballot.Attempt)));
        // Whoever asked the one left was served, but for those who were told that it is uncertain and to send it again.
        Assert.InRange(livingAnswers.Values.Count(answer => answer != CastAnswer.Stored), 0, 2 * Connections);
        Assert.InRange(stored.Count, acknowledged.Count, acknowledged.Count + (3 * Connections));

        CastingLoad Load(HttpClient client) => new(new(IPAddress.Loopback, client.BaseAddress!.Port), sheet);
    }

    [Fact]
    public async Task A_silo_that_hangs_holds_up_neither_readers_nor_voters_and_undoes_nothing_when_it_wakes()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (roundId, sheet) = await world.VotingUntilAsync(
            TimeProvider.System.GetUtcNow().AddHours(1), async round => Assert.True((await world.SetRuleAsync(round, Registers.Sixteen)).Granted));
        await using var hanging = Start(world);
        using var hangingClient = await hanging.ListeningAsync();
        await using var living = Start(world);
        using var client = await living.ListeningAsync();
        var load = new CastingLoad(new(IPAddress.Loopback, client.BaseAddress!.Port), sheet);
        async Task<IReadOnlyList<string>> PassesAsync(int first, int count) => await world.Do<IDataProtectionProvider, IReadOnlyList<string>>(
            protection => Task.FromResult(CastingLoad.Passes(protection, sheet, first, count)));
        // Until each of the two has shards, the cluster is still settling.
        Assert.All((await load.BurstAsync(new(await PassesAsync(3_000_000, 200)), Connections)).Values, answer => Assert.Equal(CastAnswer.Stored, answer));
        await client.GetStringAsync($"/rounds/{roundId}");

        var voters = await PassesAsync(4_000_000, 200);
        var first = load.BurstAsync(new(voters), Connections);
        await hanging.HangAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var before = await first;
        await client.GetStringAsync($"/rounds/{roundId}");
        // Each of them changes the vote while the other silo may still hold the first one.
        var after = await load.BurstAsync(new(voters), Connections);
        watch.Stop();
        await hanging.WakeAsync();
        await Task.Delay(5_000);

        TestContext.Current.SendDiagnosticMessage("{0} ballots and a page in {1:0.0} s beside a silo that hung", before.Count + after.Count, watch.Elapsed.TotalSeconds);
        Assert.All(before.Values, answer => Assert.Equal(CastAnswer.Stored, answer));
        Assert.All(after.Values, answer => Assert.Equal(CastAnswer.Stored, answer));
        var inBox = (await world.Sql(context => context.Ballots.AsNoTracking().Select(ballot => ballot.Attempt).ToListAsync())).ToHashSet();
        Assert.Empty(after.Keys.Except(inBox));
        Assert.Empty(before.Keys.Intersect(inBox));
    }

    private static ServerProcess Start(World world) => ServerProcess.Start(world.Database, "--Orleans:Endpoints:AdvertisedIPAddress=127.0.0.1", "--Attempts:PerAddress=1000000");

    private static async Task Until(Func<bool> met, TimeSpan patience)
    {
        var ends = DateTime.UtcNow + patience;
        while (!met())
        {
            Assert.True(DateTime.UtcNow < ends, "No ballots are stored.");
            await Task.Delay(20);
        }
    }
}
