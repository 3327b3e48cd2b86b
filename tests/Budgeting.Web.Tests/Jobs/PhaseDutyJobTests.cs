using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Microsoft.EntityFrameworkCore;
using static Budgeting.Web.Tests.Jobs.RoundWithDuties;

namespace Budgeting.Web.Tests.Jobs;

/// <summary>Jobs in real server processes, by the real clock.</summary>
public sealed class PhaseDutyJobTests
{
    [Theory, EachDatabase]
    public async Task A_server_freezes_closes_and_counts_on_time_without_anybodys_hand(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(28));
        await using var _ = world;
        await using var server = ServerProcess.Start(world.Database);
        using var client = await server.ListeningAsync();

        await WaitUntilAsync(async () => (await DoneAsync(world)).Contains(PhaseDuty.FreezeSheets), "Freezing", server);
        await CastFiveAsync(world, roundId);
        await WaitUntilAsync(() => AllDoneAsync(world), "The count", server);

        foreach (var entry in await world.Sql(context => context.PhaseDuties.AsNoTracking().ToListAsync()))
            Assert.InRange(entry.CompletedAt!.Value - entry.DueAt, TimeSpan.Zero, Patience);
        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
    }

    [Fact]
    public async Task A_schedule_moved_by_a_process_that_sets_no_alarm_is_kept_all_the_same()
    {
        var (world, roundId) = await RoundAsync(DatabaseKind.Sqlite, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        await using var _ = world;
        await using var server = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:02");
        using var client = await server.ListeningAsync();
        await Task.Delay(3_000);
        var view = (await world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(world.Official, roundId, default)))!;
        var opens = TimeProvider.System.GetUtcNow().AddSeconds(3);
        DateTimeOffset Moved(Phase phase) => phase switch { Phase.Voting => opens, Phase.Evaluating => opens.AddSeconds(-1), Phase.Counting => opens.AddSeconds(4), _ => view.StartOf(phase)!.Value };
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(world.Official, roundId,
            [.. view.Starts.Select((start, i) => new PhasePeriod(start.Phase, Moved(start.Phase), i + 1 < view.Starts.Count ? Moved(view.Starts[i + 1].Phase) : null))], default))).Granted);
        await WaitUntilAsync(() => AllDoneAsync(world), "The count", server);
    }
}
