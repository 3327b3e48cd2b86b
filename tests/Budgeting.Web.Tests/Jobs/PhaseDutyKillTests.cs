using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using static Budgeting.Web.Tests.Jobs.RoundWithDuties;

namespace Budgeting.Web.Tests.Jobs;

/// <summary>Jobs in real server processes that are killed while they do them.</summary>
public sealed class PhaseDutyKillTests
{
    [Theory, EachDatabase]
    public async Task A_server_killed_after_any_step_is_followed_by_one_that_ends_in_the_same_state(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind, TimeSpan.Zero, TimeSpan.FromSeconds(25));
        await using var _ = world;
        foreach (var step in Enum.GetValues<PhaseDuty>())
        {
            await using var server = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:02");
            await WaitUntilAsync(async () => (await DoneAsync(world)).Contains(step), step.ToString(), server);
            await server.KillAsync();
            if (step == PhaseDuty.FreezeSheets)
            {
                await CastFiveAsync(world, roundId);
            }
        }
        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
    }

    [Fact]
    public async Task A_server_killed_at_random_moments_of_closing_ends_in_the_same_state()
    {
        var (world, roundId) = await RoundAsync(DatabaseKind.Sqlite, TimeSpan.Zero, TimeSpan.FromSeconds(12));
        await using var _ = world;
        var random = new Random(7);
        await CastFiveAsync(world, roundId);
        for (var i = 0; i < 6 && !await AllDoneAsync(world); i++)
        {
            await using var server = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:01");
            await server.ListeningAsync();
            await Task.Delay(random.Next(0, 1_500));
            await server.KillAsync();
        }
        await using var last = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:01");
        await WaitUntilAsync(() => AllDoneAsync(world), "The count", last);
        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
    }

    [Fact]
    public async Task Two_servers_on_one_PostgreSQL_do_everything_once_and_one_takes_over_when_the_other_is_killed()
    {
        var (world, roundId) = await RoundAsync(DatabaseKind.PostgreSql, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await using var _ = world;
        await using var first = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:02");
        await using var second = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:02");
        using var client = await first.ListeningAsync();
        using var other = await second.ListeningAsync();

        await WaitUntilAsync(async () => (await DoneAsync(world)).Contains(PhaseDuty.FreezeSheets), "Freezing", first, second);
        await CastFiveAsync(world, roundId);
        await WaitUntilAsync(async () => (await DoneAsync(world)).Contains(PhaseDuty.CloseVoting), "Closing", first, second);
        await first.KillAsync();
        await WaitUntilAsync(() => AllDoneAsync(world), "The count", second);

        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
        Assert.DoesNotContain("fail:", second.Output.Replace("Deferred recovery", ""));
    }
}
