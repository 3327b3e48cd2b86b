using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Web.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Budgeting.Silo.Tests;

public sealed class RoundAlarmTests
{
    [Fact]
    public async Task A_round_is_opened_by_its_second_alarm_when_nobody_came_to_the_first()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var roundId = await RoundAsync(world);
        var silos = await world.SilosAsync();
        var (opening, closing) = await OutstandingAsync(world);
        // Of an instant that the phase has been moved from, and long past.
        var moved = opening with { DueAt = opening.DueAt.AddDays(-1) };
        foreach (var alarm in new[] { opening, closing, moved })
            await SetAsync(silos[0], alarm);
        Assert.True(await IsSetAsync(silos[1], opening));

        await UntilAsync(async () => await WaitingAsync(world) == 1);

        Assert.True(await IsSetAsync(silos[1], closing));
        Assert.False(await IsSetAsync(silos[1], opening));
        Assert.Single(await world.Sql(context => context.BallotSheets.Where(sheet => sheet.RoundId == roundId).ToListAsync()));
        Assert.Equal([PhaseDuty.FreezeSheets], await DoneAsync(world, roundId));
    }

    [Fact]
    public async Task An_alarm_outlives_the_cluster_it_was_set_in()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var roundId = await RoundAsync(world);
        var silos = await world.SilosAsync();
        await SetAsync(silos[0], (await OutstandingAsync(world)).Opening);
        foreach (var silo in silos)
            await silo.StopAsync();
        Assert.Equal(1, await WaitingAsync(world));
        Assert.Empty(await DoneAsync(world, roundId));

        await using var later = world.AnotherServer(new KeyValuePair<string, string?>("Test:Cluster", "later"));
        await later.GetRequiredService<TestCluster>().SilosAsync();

        await UntilAsync(async () => await WaitingAsync(world) == 0);
        Assert.Equal([PhaseDuty.FreezeSheets], await DoneAsync(world, roundId));
    }

    [Fact]
    public async Task The_site_of_a_silo_sets_both_alarms_of_a_round_that_was_made_elsewhere()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var closes = TimeProvider.System.GetUtcNow().AddDays(2);
        var (roundId, _) = await world.VotingUntilAsync(closes);
        await using var silo = ServerProcess.Start(world.Database, "--Orleans:Endpoints:AdvertisedIPAddress=127.0.0.1", "--Jobs:SweepInterval=00:00:01");
        using var client = await silo.ListeningAsync();

        await UntilAsync(async () => await WaitingAsync(world) == 1
            && await world.Sql(context => context.Database.ExecuteSqlAsync($"UPDATE qrtz_triggers SET priority = priority WHERE trigger_group = {$"round-{roundId}"}")) == 1);
    }

    // Voting has begun a second ago; an alarm rings ten after.
    private static async Task<long> RoundAsync(World world)
    {
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Core.Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Core.Money.FromEuros(5));
        // Reading the sheets would freeze them as well: nobody does.
        world.Clock.Now = World.Weeks(World.Start).First(period => period.Phase == Phase.Voting).StartsAt.AddSeconds(1);
        return roundId;
    }

    private static async Task<(DutyAlarm Opening, DutyAlarm Closing)> OutstandingAsync(World world) =>
        await world.Do<IPhaseDuties, IReadOnlyList<DutyAlarm>>(duties => duties.OutstandingAsync(default)) is [var opening, var closing] ? (opening, closing) : default;

    private static async Task SetAsync(IHost silo, DutyAlarm alarm) => await silo.Services.GetRequiredService<IPhaseAlarms>().SetAsync(alarm, default);

    private static Task<bool> IsSetAsync(IHost silo, DutyAlarm alarm) => silo.Services.GetRequiredService<IPhaseAlarms>().IsSetAsync(alarm, default);

    private static Task<int> WaitingAsync(World world) =>
        world.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE orleans.OrleansRemindersTable SET Version = Version"));

    private static Task<List<PhaseDuty>> DoneAsync(World world, long roundId) =>
        world.Sql(context => context.PhaseDuties.Where(duty => duty.RoundId == roundId && duty.CompletedAt != null).Select(duty => duty.Duty).ToListAsync());

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2.5));
        while (!await condition())
            await Task.Delay(100, patience.Token);
    }
}
