using Budgeting.Core;
using Budgeting.Core.Audit;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Jobs;

/// <summary>A round whose phases pass while a test looks on, by the real clock.</summary>
internal static class RoundWithDuties
{
    // What must not happen is tested, not how fast a busy machine is: the windows leave room for servers that take long to start.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A round whose voting opens and closes at instants from now; the schedule runs whether or not a server does.</summary>
    public static async Task<(World World, long RoundId)> RoundAsync(DatabaseKind kind, TimeSpan opensIn, TimeSpan closesIn)
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

    public static async Task CastFiveAsync(World world, long roundId)
    {
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        var sheet = Assert.Single(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        foreach (var voter in await world.AdmitManyAsync(roundId, 5))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
    }

    public static async Task<IReadOnlyList<PhaseDuty>> DoneAsync(World world) => await world.Sql(context =>
        context.PhaseDuties.AsNoTracking().Where(entry => entry.CompletedAt != null).Select(entry => entry.Duty).ToListAsync());

    public static async Task<bool> AllDoneAsync(World world) => (await DoneAsync(world)).Count == Enum.GetValues<PhaseDuty>().Length;

    public static async Task WaitUntilAsync(Func<Task<bool>> condition, string what, params ServerProcess[] servers)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{what} did not come in time.\n{string.Join("\n", servers.Select(server => server.Output))}");
            await Task.Delay(5);
        }
    }

    public static async Task AssertClosedAndCountedOnceAsync(World world, long roundId, int ballots)
    {
        world.Clock.Now = TimeProvider.System.GetUtcNow();
        var round = await world.Sql(context => context.Rounds.AsNoTracking().SingleAsync());
        Assert.Equal((ballots, true), (round.BallotsAtClosing, round.ReadyToPublish));
        Assert.Single(await world.Sql(context => context.Results.AsNoTracking().ToListAsync()));
        Assert.Single(await world.Sql(context => context.BallotSheets.AsNoTracking().ToListAsync()));
        Assert.Empty(await world.Sql(context => context.RoundSecrets.AsNoTracking().ToListAsync()));
        var acts = await world.Sql(context => context.AuditEntries.Where(entry => entry.Act.StartsWith("duty.")).Select(entry => entry.Act).ToListAsync());
        Assert.Equal(["duty.ClearSecret", "duty.CloseVoting", "duty.Count", "duty.FreezeSheets", "duty.MarkReadyToPublish"], acts.Order());
        Assert.Null(await world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
        Assert.True((await world.PublishAsync(roundId)).Granted);
        var result = (await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Value;
        Assert.Equal(ballots, Assert.Single(result.Headings).Projects[0].Votes);
    }
}
