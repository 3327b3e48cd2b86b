using Budgeting.Core;
using Budgeting.Core.Audit;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Jobs;

/// <summary>Jobs in real server processes, by the real clock.</summary>
public sealed class PhaseDutyJobTests
{
    // What must not happen is tested, not how fast a busy machine is: the windows leave room for servers that take long to start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A round whose voting opens and closes at instants from now; the schedule runs whether or not a server does.</summary>
    private static async Task<(World World, long RoundId)> RoundAsync(DatabaseKind kind, TimeSpan opensIn, TimeSpan closesIn)
    {
        // The tests' own services go by a clock that stands in the past while the round is prepared, the servers by the database's.
        var world = await World.CreateAsync(kind);
        var now = TimeProvider.System.GetUtcNow();
        world.Clock.Now = now.AddHours(-1);
        var opens = now + opensIn;
        var roundId = await world.RoundAsync(periods:
        [
            new(Phase.Announced, now.AddHours(-3), now.AddHours(-2)), new(Phase.Proposing, now.AddHours(-2), opens.AddSeconds(-0.5)),
            new(Phase.Evaluating, opens.AddSeconds(-0.5), opens), new(Phase.Voting, opens, now + closesIn), new(Phase.Counting, now + closesIn, null),
        ]);
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50));
        await world.ProposalAsync(roundId, headingId, "Valot kentälle", Money.FromEuros(60));
        return (world, roundId);
    }

    private static async Task CastFiveAsync(World world, long roundId)
    {
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        var sheet = Assert.Single(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        foreach (var voter in await world.AdmitManyAsync(roundId, 5))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
    }

    private static async Task<IReadOnlyList<PhaseDuty>> DoneAsync(World world) => await world.Sql(context =>
        context.PhaseDuties.AsNoTracking().Where(entry => entry.CompletedAt != null).Select(entry => entry.Duty).ToListAsync());

    private static async Task WaitUntilAsync(Func<Task<bool>> condition, string what, params ServerProcess[] servers)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{what} did not come in time.\n{string.Join("\n", servers.Select(server => server.Output))}");
            await Task.Delay(5);
        }
    }

    private static async Task AssertClosedAndCountedOnceAsync(World world, long roundId, int ballots)
    {
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        var round = await world.Sql(context => context.Rounds.AsNoTracking().SingleAsync());
        Assert.Equal((ballots, true), (round.BallotsAtClosing, round.ReadyToPublish));
        Assert.Single(await world.Sql(context => context.Results.AsNoTracking().ToListAsync()));
        Assert.Single(await world.Sql(context => context.BallotSheets.AsNoTracking().ToListAsync()));
        Assert.Empty(await world.Sql(context => context.RoundSecrets.AsNoTracking().ToListAsync()));
        var acts = await world.Sql(context => context.AuditEntries.Where(entry => entry.Act.StartsWith("duty.")).Select(entry => entry.Act).ToListAsync());
        Assert.Equal(["duty.CloseVoting", "duty.Count", "duty.FreezeSheets", "duty.MarkReadyToPublish"], acts.Order());
        Assert.Null(await world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
        Assert.True((await world.PublishAsync(roundId)).Granted);
        var result = (await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Value;
        Assert.Equal(ballots, Assert.Single(result.Headings).Projects[0].Votes);
    }

    [Theory, EachDatabase]
    public async Task A_server_freezes_closes_and_counts_on_time_without_anybodys_hand(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(28));
        await using var _ = world;
        await using var server = ServerProcess.Start(world.Database);
        using var client = await server.ListeningAsync();

        await WaitUntilAsync(async () => (await DoneAsync(world)).Contains(PhaseDuty.FreezeSheets), "Freezing", server);
        await CastFiveAsync(world, roundId);
        await WaitUntilAsync(async () => (await DoneAsync(world)).Count == 4, "The count", server);

        foreach (var entry in await world.Sql(context => context.PhaseDuties.AsNoTracking().ToListAsync()))
            Assert.InRange(entry.CompletedAt!.Value - entry.DueAt, TimeSpan.Zero, Patience);
        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
    }

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
        await WaitUntilAsync(async () => (await DoneAsync(world)).Count == 4, "The count", server);
    }

    [Fact]
    public async Task A_server_killed_at_random_moments_of_closing_ends_in_the_same_state()
    {
        var (world, roundId) = await RoundAsync(DatabaseKind.Sqlite, TimeSpan.Zero, TimeSpan.FromSeconds(12));
        await using var _ = world;
        var random = new Random(7);
        await CastFiveAsync(world, roundId);
        for (var i = 0; i < 6 && (await DoneAsync(world)).Count < 4; i++)
        {
            await using var server = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:01");
            await server.ListeningAsync();
            await Task.Delay(random.Next(0, 1_500));
            await server.KillAsync();
        }
        await using var last = ServerProcess.Start(world.Database, "--Jobs:SweepInterval=00:00:01");
        await WaitUntilAsync(async () => (await DoneAsync(world)).Count == 4, "The count", last);
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
        await WaitUntilAsync(async () => (await DoneAsync(world)).Count == 4, "The count", second);

        await AssertClosedAndCountedOnceAsync(world, roundId, 5);
        Assert.DoesNotContain("fail:", second.Output.Replace("Deferred recovery", ""));
    }
}
