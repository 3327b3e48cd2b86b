using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Stations;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Stations;

public sealed class StationTests
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";
    private const string Pin = "246813";

    private static async Task<(World World, long RoundId, BallotSheet Sheet, Actor Clerk)> AtTheDeskAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        return (world, roundId, sheet, await world.ClerkAsync());
    }

    private static Task<Outcome<OpenedStation>> OpenAsync(World world, Actor clerk, long roundId, string name = "Kirjasto", string pin = Pin) =>
        world.Do<IStations, Outcome<OpenedStation>>(stations => stations.OpenAsync(clerk, roundId, new(name, pin), default));

    private static Task<Outcome<StationPass>> StartAsync(World world, string code, string address = "192.0.2.7") =>
        world.Do<IStations, Outcome<StationPass>>(stations => stations.StartAsync(code, address, default));

    private static async Task<StationPass> StartedAsync(World world, Actor clerk, long roundId) =>
        (await StartAsync(world, (await OpenAsync(world, clerk, roundId)).Value.Code)).Value;

    private static Task<StationHere?> FindAsync(World world, StationPass pass) => world.Do<IStations, StationHere?>(stations => stations.FindAsync(pass, default));

    private static Task<Outcome<EntryPass>> RedeemAsync(World world, StationPass pass, string code) =>
        world.Do<IStations, Outcome<EntryPass>>(stations => stations.RedeemCodeAsync(pass, code, default));

    private static async Task<IReadOnlyList<StationView>> ListAsync(World world, Actor clerk, long roundId) =>
        (await world.Do<IStations, Outcome<IReadOnlyList<StationView>>>(stations => stations.OfRoundAsync(clerk, roundId, default))).Value;

    [Theory, EachDatabase]
    public async Task Many_vote_at_one_station_by_codes_of_both_kinds_into_the_same_box(DatabaseKind kind)
    {
        var (world, roundId, sheet, clerk) = await AtTheDeskAsync(kind);
        await using var _ = world;
        var station = await StartedAsync(world, clerk, roundId);
        var codes = await world.CodesAsync(roundId, Rows);
        var entry = (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, "B-2", default))).Value;
        var assisted = (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value;
        var first = (await world.EnterAsync((await RedeemAsync(world, station, codes[0])).Value, roundId)).Value;
        var receipt = (await world.CastAsync(sheet, first, 1)).Value.Receipt;
        var pass = (await RedeemAsync(world, station, assisted)).Value;
        Assert.Equal(PassKind.Assisted, pass.Kind);
        var second = (await world.EnterAsync(pass, roundId)).Value;
        Assert.True((await world.CastAsync(sheet, second, 2)).Granted);
        // Elsewhere the letter leads to what was cast at the station.
        var elsewhere = (await world.EnterAsync((await world.RedeemAsync(roundId, codes[0])).Value, roundId)).Value;
        Assert.Equal([1], (await world.BallotBox.FindAsync(roundId, elsewhere, receipt, default)).Ballot!.Choices[0].Projects);
    }

    [Theory, EachDatabase]
    public async Task A_code_makes_one_device_the_station_once_and_in_time(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        var opened = (await OpenAsync(world, clerk, roundId)).Value;
        Assert.Equal(StationState.Waiting, Assert.Single(await ListAsync(world, clerk, roundId)).State);
        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StartAsync(world, opened.Code.ToLowerInvariant(), $"192.0.2.{i}")));
        var pass = Assert.Single(started, outcome => outcome.Granted).Value;
        Assert.All(started.Where(outcome => !outcome.Granted), outcome => Assert.True(outcome.RefusedFor("Station.CodeUnknown")));
        Assert.NotNull(await FindAsync(world, pass));
        Assert.Null(await FindAsync(world, pass with { Token = new('0', 64) }));
        Assert.Null(await FindAsync(world, pass with { RoundId = roundId + 1 }));

        var late = (await OpenAsync(world, clerk, roundId, "Uimahalli")).Value;
        world.Clock.Now += TimeSpan.FromMinutes(OpenedStation.Minutes);
        Assert.True((await StartAsync(world, late.Code)).RefusedFor("Station.CodeUnknown"));
        Assert.Equal([StationState.Lapsed, StationState.Open], (await ListAsync(world, clerk, roundId)).Select(station => station.State));
    }

    [Theory, EachDatabase]
    public async Task Typing_errors_of_a_day_and_attempts_from_its_network_lock_no_station_out(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        var codes = await world.CodesAsync(roundId, Rows);
        var wrong = (await world.LettersAsync(roundId, Rows, reissue: true)).Lines.Select(line => line.Split(',')[1]).ToList();
        Assert.NotEqual(codes[0], wrong[0]);
        var station = await StartedAsync(world, clerk, roundId);
        // The letters were replaced: the first codes are well written and wrong.
        var limits = new AttemptLimits();
        for (var i = 0; i < limits.PerAddress + 10; i++)
            Assert.True((await world.RedeemAsync(roundId, codes[0], "192.0.2.7")).Refusals[0].Key is "Electorate.CodeUnknown" or "Attempts.TooMany");
        Assert.True((await world.RedeemAsync(roundId, wrong[0], "192.0.2.7")).RefusedFor("Attempts.TooMany"));
        for (var i = 0; i < limits.PerAddress + 10; i++)
            Assert.True((await RedeemAsync(world, station, codes[1])).RefusedFor("Electorate.CodeUnknown"));
        Assert.True((await RedeemAsync(world, station, wrong[0])).Granted);
    }

    [Theory, EachDatabase]
    public async Task Attempts_at_one_station_have_an_end_and_leave_the_others_alone(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        var codes = await world.CodesAsync(roundId, Rows);
        var station = await StartedAsync(world, clerk, roundId);
        var other = await StartedAsync(world, clerk, roundId);
        await using var server = world.AnotherServer(new KeyValuePair<string, string?>("Attempts:PerStation", "3"));
        await using var scope = server.CreateAsyncScope();
        var stations = scope.ServiceProvider.GetRequiredService<IStations>();
        var wrong = (await world.LettersAsync(roundId, Rows, reissue: true)).Lines.Select(line => line.Split(',')[1]).ToList();
        for (var i = 0; i < 3; i++)
            Assert.True((await stations.RedeemCodeAsync(station, codes[0], default)).RefusedFor("Electorate.CodeUnknown"));
        Assert.True((await stations.RedeemCodeAsync(station, wrong[0], default)).RefusedFor("Attempts.TooMany"));
        Assert.True((await stations.RedeemCodeAsync(other, wrong[0], default)).Granted);
    }

    [Theory, EachDatabase]
    public async Task It_is_closed_by_its_pin_or_from_the_desk_and_ends_with_voting(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        var code = (await world.CodesAsync(roundId, Rows))[0];
        Task<Outcome<Done>> ByPin(StationPass pass, string pin) => world.Do<IStations, Outcome<Done>>(stations => stations.CloseByPinAsync(pass, pin, default));
        Task<Outcome<Done>> AtDesk(long id) => world.Do<IStations, Outcome<Done>>(stations => stations.CloseAsync(clerk, roundId, id, default));
        var (first, second, third) = (await StartedAsync(world, clerk, roundId), await StartedAsync(world, clerk, roundId), await StartedAsync(world, clerk, roundId));

        Assert.True((await ByPin(first, "999991")).RefusedFor("Station.WrongPin"));
        Assert.True((await ByPin(first, Pin)).Granted);
        Assert.Null(await FindAsync(world, first));
        Assert.True((await RedeemAsync(world, first, code)).RefusedFor("Station.Closed"));
        Assert.True((await ByPin(first, Pin)).RefusedFor("Station.Closed"));
        Assert.True((await AtDesk(second.StationId)).Granted);
        Assert.True((await AtDesk(second.StationId)).RefusedFor("Station.Closed"));
        Assert.True((await RedeemAsync(world, second, code)).RefusedFor("Station.Closed"));
        // Somebody plays with the pin: the clerk closes it from the desk.
        for (var i = 0; i < new AttemptLimits().PerAccount; i++)
            Assert.True((await ByPin(third, "111112")).RefusedFor("Station.WrongPin"));
        Assert.True((await ByPin(third, Pin)).RefusedFor("Attempts.TooMany"));
        Assert.True((await RedeemAsync(world, third, code)).Granted);

        world.TravelTo(Phase.Counting);
        Assert.Null(await FindAsync(world, third));
        Assert.Equal([StationState.Ended, StationState.Closed, StationState.Closed], (await ListAsync(world, clerk, roundId)).Select(station => station.State));
        Assert.True((await OpenAsync(world, clerk, roundId)).RefusedFor("Voting.Closed"));
        Assert.Equal(0, await world.Sql(context => context.Stations.CountAsync(station => station.ClosedAt != null && (station.Pin != null || station.Token != null))));
        var acts = (await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 50, default)))
            .Where(logged => logged.Subject.EndsWith($" station {first.StationId}", StringComparison.Ordinal)).Reverse().ToList();
        Assert.Equal([("station.opened", clerk.Name), ("station.started", "visitor"), ("station.closed", "visitor")], acts.Select(act => (act.Act, act.Actor)));
    }

    [Theory, EachDatabase]
    public async Task What_is_entered_wrongly_is_said_and_a_round_without_register_has_no_stations(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        foreach (var (name, pin, wrong) in new[] { ("x", Pin, "Station.Name"), (new('x', 61), Pin, "Station.Name"), ("Kirjasto", "12345", "Station.Pin"), ("Kirjasto", "777777", "Station.Pin"), ("Kirjasto", "12 456", "Station.Pin") })
            Assert.True((await OpenAsync(world, clerk, roundId, name, pin)).RefusedFor(wrong));
        Assert.Empty(await ListAsync(world, clerk, roundId));
        Assert.True((await StartAsync(world, "not a code")).RefusedFor("Station.CodeUnknown"));
        world.Clock.Now = World.Start;
        var (declared, _) = await world.VotingAsync(costs: [10]);
        Assert.True((await OpenAsync(world, clerk, declared)).RefusedFor("Electorate.NotRegistered"));
        var early = await world.RoundAsync(periods: World.Weeks(world.Clock.Now.AddDays(-1)));
        Assert.True((await world.SetRuleAsync(early, Registers.Sixteen)).Granted);
        Assert.True((await OpenAsync(world, clerk, early)).RefusedFor("Voting.NotOpenYet"));
        foreach (var other in new[] { world.Resident, world.Official, await world.ClerkAsync(world.TownId) })
            Assert.True((await OpenAsync(world, other, roundId)).RefusedFor("Forbidden"));
    }
}
