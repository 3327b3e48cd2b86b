using Budgeting.Core.Audit;
using Budgeting.Core.Confirmations;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Confirmations;

public sealed class ConfirmationTests
{
    private static Task<Outcome<long>> AskToPublishAsync(World world, Actor actor, long roundId, string reason = "Laskenta on tarkastettu") =>
        world.Do<IConfirmations, Outcome<long>>(confirmations => confirmations.AskToPublishAsync(actor, roundId, reason, default));

    private static Task<Outcome<long>> AskToLowerAsync(World world, Actor actor, long roundId, long euros) =>
        world.Do<IConfirmations, Outcome<long>>(confirmations => confirmations.AskToLowerEnvelopeAsync(actor, roundId, Money.FromEuros(euros), "Säästöpäätös", default));

    private static Task<Outcome<Done>> ConfirmAsync(World world, Actor actor, long id, string? remark = null) =>
        world.Do<IConfirmations, Outcome<Done>>(confirmations => confirmations.ConfirmAsync(actor, id, remark, default));

    private static Task<Outcome<Done>> DeclineAsync(World world, Actor actor, long id, string remark = "Tarkistetaan vielä") =>
        world.Do<IConfirmations, Outcome<Done>>(confirmations => confirmations.DeclineAsync(actor, id, remark, default));

    private static async Task<ConfirmationView> FindAsync(World world, long id) =>
        (await world.Do<IConfirmations, Outcome<ConfirmationView>>(confirmations => confirmations.FindAsync(world.Official, id, default))).Value;

    private static async Task<long> CountedAsync(World world, long? regionId = null)
    {
        var roundId = await world.RoundAsync(regionId);
        await world.HeadingAsync(roundId, Money.FromEuros(100), regionId: regionId);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        return roundId;
    }

    private static async Task<bool> IsPublishedAsync(World world, long roundId) =>
        (await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Granted;

    [Theory, EachDatabase]
    public async Task A_result_is_published_when_a_second_coordinator_confirms_it(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        Assert.False(await IsPublishedAsync(world, roundId));
        Assert.True((await ConfirmAsync(world, world.Official, asked)).RefusedFor("FourEyes.SameAccount"));
        Assert.True((await ConfirmAsync(world, world.Resident, asked)).RefusedFor("Forbidden"));
        Assert.True((await ConfirmAsync(world, world.Colleague with { PasskeyAt = world.Clock.Now.AddHours(-1) }, asked)).RefusedFor("StepUp.Needed"));
        Assert.True((await AskToPublishAsync(world, world.Colleague, roundId)).RefusedFor("FourEyes.AlreadyAsked"));
        Assert.False(await IsPublishedAsync(world, roundId));

        var waiting = await world.Do<IConfirmations, IReadOnlyList<ConfirmationView>>(confirmations => confirmations.WaitingAsync(world.Colleague, default));
        Assert.Equal((asked, true, "official"), (Assert.Single(waiting).Id, waiting[0].MayDecide, waiting[0].AskedBy));
        Assert.False(Assert.Single(await world.Do<IConfirmations, IReadOnlyList<ConfirmationView>>(confirmations => confirmations.WaitingAsync(world.Official, default))).MayDecide);
        Assert.Empty(await world.Do<IConfirmations, IReadOnlyList<ConfirmationView>>(confirmations => confirmations.WaitingAsync(world.Resident, default)));

        Assert.True((await ConfirmAsync(world, world.Colleague, asked, "Tarkastettu yhdessä")).Granted);
        Assert.True(await IsPublishedAsync(world, roundId));
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).RefusedFor("FourEyes.Decided"));
        var acts = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(world.Official, 1, 3, default));
        Assert.Equal(
            [("results.published", world.Colleague.Name), ("confirmation.given", world.Colleague.Name), ("confirmation.asked", world.Official.Name)],
            acts.Select(act => (act.Act, act.Actor)));
    }

    [Theory, EachDatabase]
    public async Task Only_what_can_be_published_is_asked_for_and_only_by_a_coordinator_with_a_reason(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        Assert.True((await AskToPublishAsync(world, world.Official, roundId)).RefusedFor("Results.NotReady"));
        Assert.True((await AskToPublishAsync(world, world.Official, roundId, " ")).RefusedFor("FourEyes.Reason"));
        Assert.True((await AskToPublishAsync(world, world.Resident, roundId)).RefusedFor("Forbidden"));
        Assert.True((await AskToPublishAsync(world, Actor.Platform, roundId)).RefusedFor("Forbidden"));
        Assert.True((await AskToPublishAsync(world, world.Official with { PasskeyAt = world.Clock.Now.AddMinutes(-11) }, roundId)).RefusedFor("StepUp.Needed"));
        Assert.True((await AskToPublishAsync(world, world.Official, roundId + 99)).RefusedFor("NotFound"));
    }

    [Theory, EachDatabase]
    public async Task A_declined_request_says_why_and_another_can_be_made(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        Assert.True((await DeclineAsync(world, world.Official, asked)).RefusedFor("FourEyes.SameAccount"));
        Assert.True((await DeclineAsync(world, world.Colleague, asked, "")).RefusedFor("FourEyes.DeclineReason"));
        Assert.True((await DeclineAsync(world, world.Colleague, asked)).Granted);
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).RefusedFor("FourEyes.Decided"));
        var declined = await FindAsync(world, asked);
        Assert.Equal((ConfirmationState.Declined, "colleague", "Tarkistetaan vielä"), (declined.State, declined.DecidedBy, declined.Remark));
        var again = (await AskToPublishAsync(world, world.Colleague, roundId)).Value;
        Assert.True((await ConfirmAsync(world, world.Official, again)).Granted);
        Assert.True(await IsPublishedAsync(world, roundId));
    }

    [Theory, EachDatabase]
    public async Task A_request_waits_for_seven_days(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        world.Clock.Now += TimeSpan.FromDays(7);
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).RefusedFor("FourEyes.Expired"));
        Assert.Equal(ConfirmationState.Expired, (await FindAsync(world, asked)).State);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.Equal(ConfirmationState.Expired, (await FindAsync(world, asked)).State);
    }

    [Theory, EachDatabase]
    public async Task A_request_is_void_when_the_result_is_another_or_the_asker_holds_the_role_no_more(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        await world.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE results SET document = replace(document, '\"ballots\":0', '\"ballots\":1')"));
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).RefusedFor("FourEyes.Changed"));
        Assert.Equal(ConfirmationState.Void, (await FindAsync(world, asked)).State);

        var temporary = world.Fresh(await world.PersonAsync("temporary", world.TownId));
        await world.GrantAsync(temporary, Role.Coordinator, endsAt: world.Clock.Now.AddDays(1));
        var second = (await AskToPublishAsync(world, temporary, roundId)).Value;
        world.Clock.Now += TimeSpan.FromDays(2);
        Assert.True((await ConfirmAsync(world, world.Colleague, second)).RefusedFor("FourEyes.Changed"));
        Assert.False(await IsPublishedAsync(world, roundId));
        Assert.True((await world.PublishAsync(roundId)).Granted);
    }

    [Theory, EachDatabase]
    public async Task After_proposing_an_envelope_is_lowered_by_two_and_raised_by_one(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        Task<Outcome<Done>> Set(long euros) => world.Do<IRounds, Outcome<Done>>(rounds =>
            rounds.ChangeEnvelopeAsync(world.Official, roundId, Money.FromEuros(euros), "Lisätalousarvio", default));
        world.TravelTo(Phase.Proposing);
        Assert.True((await AskToLowerAsync(world, world.Official, roundId, 900)).RefusedFor("FourEyes.NotNeeded"));
        Assert.True((await Set(950)).Granted);
        world.TravelTo(Phase.Evaluating);
        Assert.True((await Set(900)).RefusedFor("FourEyes.Needed"));
        Assert.True((await Set(1_100)).Granted);
        await world.HeadingAsync(roundId, Money.FromEuros(700));
        Assert.True((await AskToLowerAsync(world, world.Official, roundId, 699)).RefusedFor("Envelope.BelowHeadings"));

        var asked = (await AskToLowerAsync(world, world.Official, roundId, 800)).Value;
        Assert.Equal((Money.FromEuros(1_100), Money.FromEuros(800)), ((await FindAsync(world, asked)).Envelope, (await FindAsync(world, asked)).Amount!.Value));
        // Another envelope than the one that was to be lowered.
        Assert.True((await Set(1_200)).Granted);
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).RefusedFor("FourEyes.Changed"));

        var again = (await AskToLowerAsync(world, world.Official, roundId, 800)).Value;
        var coordinator = await world.PersonAsync("coordinator", world.TownId);
        await world.GrantAsync(coordinator, Role.Coordinator);
        Assert.True((await ConfirmAsync(world, world.Fresh(coordinator), again)).RefusedFor("Forbidden"));
        // A part of the money was divided meanwhile: the act is looked at again when it is done.
        await world.HeadingAsync(roundId, Money.FromEuros(300));
        Assert.True((await ConfirmAsync(world, world.Colleague, again)).RefusedFor("Envelope.BelowHeadings"));
        Assert.True((await DeclineAsync(world, world.Colleague, again)).Granted);
        var last = (await AskToLowerAsync(world, world.Colleague, roundId, 1_000)).Value;
        Assert.True((await ConfirmAsync(world, world.Official, last)).Granted);
        var history = await world.Do<IRounds, IReadOnlyList<EnvelopeChangeView>>(rounds => rounds.EnvelopeHistoryAsync(roundId, default));
        Assert.Equal((Money.FromEuros(1_200), Money.FromEuros(1_000), "Säästöpäätös"), (history[^1].Previous, history[^1].Amount, history[^1].Reason));
    }

    [Theory, EachDatabase]
    public async Task The_second_official_holds_the_role_in_the_region_or_above_and_not_in_another(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world, world.TownId);
        var other = (await world.Do<Core.Regions.IRegions, Outcome<long>>(regions => regions.CreateAsync(
            Actor.Platform, new("village", Core.Regions.RegionKind.Municipality, new("Kylä"), world.CountyId), default))).Value;
        var neighbour = await world.PersonAsync("neighbour", other);
        await world.GrantAsync(neighbour, Role.Coordinator, other);
        var local = await world.PersonAsync("local", world.TownId);
        await world.GrantAsync(local, Role.Coordinator, world.TownId);
        var asked = (await AskToPublishAsync(world, world.Fresh(local), roundId)).Value;
        Assert.True((await ConfirmAsync(world, world.Fresh(neighbour), asked)).RefusedFor("Forbidden"));
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Of_two_who_decide_at_once_one_does(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var third = await world.PersonAsync("third", world.CountyId);
        await world.GrantAsync(third, Role.Coordinator);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        var decided = await Task.WhenAll(ConfirmAsync(world, world.Colleague, asked), DeclineAsync(world, world.Fresh(third), asked));
        Assert.Single(decided, outcome => outcome.Granted);
        Assert.Equal(decided[0].Granted, await IsPublishedAsync(world, roundId));
    }

    [Theory, EachDatabase]
    public async Task The_database_itself_refuses_one_account_on_both_sides_and_publishing_without_two(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await CountedAsync(world);
        var asked = (await AskToPublishAsync(world, world.Official, roundId)).Value;
        Task<int> Sql(FormattableString sql) => world.Sql(context => context.Database.ExecuteSqlAsync(sql));
        await Assert.ThrowsAnyAsync<Exception>(() => Sql($"UPDATE confirmations SET verdict = 'Confirmed', decided_by_id = asked_by_id, decided_at = asked_at WHERE id = {asked}"));
        await Assert.ThrowsAnyAsync<Exception>(() => Sql($"UPDATE confirmations SET verdict = 'Confirmed', decided_at = asked_at WHERE id = {asked}"));
        await Assert.ThrowsAnyAsync<Exception>(() => Sql($"INSERT INTO round_phases (round_id, phase, starts_at) SELECT round_id, 'Published', starts_at FROM round_phases WHERE round_id = {roundId} AND phase = 'Counting'"));
        Assert.True((await ConfirmAsync(world, world.Colleague, asked)).Granted);
        await Assert.ThrowsAnyAsync<Exception>(() => Sql($"UPDATE confirmations SET remark = 'toinen' WHERE id = {asked}"));
        await Assert.ThrowsAnyAsync<Exception>(() => Sql($"DELETE FROM confirmations WHERE id = {asked}"));
    }
}
