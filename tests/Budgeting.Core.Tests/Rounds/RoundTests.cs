using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Rounds;

public sealed class RoundTests
{
    private static Task<Outcome<Done>> EnvelopeAsync(World world, Actor actor, long roundId, long euros, string reason = "Lisätalousarvio") =>
        world.Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeEnvelopeAsync(actor, roundId, Money.FromEuros(euros), reason, default));

    [Theory, EachDatabase]
    public async Task Every_setting_of_the_envelope_is_kept_with_its_reason(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        Assert.True((await EnvelopeAsync(world, world.Official, roundId, 2_000)).Granted);
        var history = await world.Do<IRounds, IReadOnlyList<EnvelopeChangeView>>(rounds => rounds.EnvelopeHistoryAsync(roundId, default));
        Assert.Equal([(Money.Zero, Money.FromEuros(1_000)), (Money.FromEuros(1_000), Money.FromEuros(2_000))], history.Select(change => (change.Previous, change.Amount)));
        Assert.Equal("Lisätalousarvio", history[1].Reason);
    }

    [Theory, EachDatabase]
    public async Task Headings_never_promise_more_than_the_envelope_even_when_added_at_once(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync(envelope: Money.FromEuros(1_000));
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => world.Do<IRounds, Outcome<long>>(rounds => rounds.AddHeadingAsync(
            world.Official, roundId, new(new($"Osa {i}"), world.CountyId, Money.FromEuros(300), BallotKind.Knapsack, null), default))));
        Assert.Equal(3, added.Count(outcome => outcome.Granted));
        Assert.All(added.Where(outcome => !outcome.Granted), outcome => Assert.True(outcome.RefusedFor("Heading.OverEnvelope")));
        Assert.True((await EnvelopeAsync(world, world.Official, roundId, 899)).RefusedFor("Envelope.BelowHeadings"));
        Assert.True((await EnvelopeAsync(world, world.Official, roundId, 900)).Granted);
    }

    [Theory, EachDatabase]
    public async Task From_the_opening_of_voting_on_nothing_the_count_depends_on_can_be_changed(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10]);
        Assert.True((await EnvelopeAsync(world, world.Official, roundId, 5_000)).RefusedFor("Envelope.Frozen"));
        var heading = new HeadingInput(new("Uusi"), world.CountyId, Money.FromEuros(1), BallotKind.Knapsack, null);
        Assert.True((await world.Do<IRounds, Outcome<long>>(rounds => rounds.AddHeadingAsync(world.Official, roundId, heading, default))).RefusedFor("Envelope.Frozen"));
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeHeadingAsync(world.Official, roundId, sheet.HeadingId, heading, default))).RefusedFor("Envelope.Frozen"));
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(world.Official, roundId, World.Weeks(World.Start), default))).RefusedFor("Schedule.VotingHasBegun"));
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.DescribeAsync(world.Official, roundId, new("Uusi nimi"), new("Uusi kuvaus tälle."), default))).RefusedFor("Round.Frozen"));
    }

    [Theory, EachDatabase]
    public async Task Only_those_with_the_role_in_the_region_or_above_it_may_act(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync(world.TownId);
        Assert.True((await EnvelopeAsync(world, world.Resident, roundId, 5)).RefusedFor("Forbidden"));
        Assert.True((await EnvelopeAsync(world, Actor.Visitor, roundId, 5)).RefusedFor("Forbidden"));
        Assert.True((await EnvelopeAsync(world, world.Official, roundId, 5)).Granted);
        Assert.True((await EnvelopeAsync(world, world.Official, roundId + 99, 5)).RefusedFor("NotFound"));
    }

    [Theory, EachDatabase]
    public async Task A_heading_lies_in_the_rounds_region_and_its_choices_fit_its_kind(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync(world.TownId);
        Task<Outcome<long>> Add(HeadingInput heading) => world.Do<IRounds, Outcome<long>>(rounds => rounds.AddHeadingAsync(world.Official, roundId, heading, default));
        var fine = new HeadingInput(new("Osa"), world.TownId, Money.FromEuros(1), BallotKind.Approval, 3);
        Assert.True((await Add(fine with { RegionId = world.CountyId })).RefusedFor("Heading.Region"));
        Assert.True((await Add(fine with { MaximumChoices = null })).RefusedFor("Heading.MaximumChoices"));
        Assert.True((await Add(fine with { MaximumChoices = 0 })).RefusedFor("Heading.MaximumChoices"));
        Assert.True((await Add(fine with { BallotKind = BallotKind.Knapsack })).RefusedFor("Heading.MaximumChoicesKnapsack"));
        Assert.True((await Add(fine with { Amount = Money.Zero })).RefusedFor("Heading.Amount"));
        Assert.True((await Add(fine with { Amount = new(-1) })).RefusedFor("Heading.Amount"));
        Assert.True((await Add(fine with { Amount = new(long.MaxValue) })).RefusedFor("Heading.Amount"));
        Assert.True((await Add(fine with { Name = new("Rivi\nvaihtuu") })).RefusedFor("Heading.Name"));
        Assert.True((await Add(fine)).Granted);
    }

    [Theory, EachDatabase]
    public async Task A_round_is_seen_by_its_officials_before_and_by_everyone_after_its_announcement(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync(periods: World.Weeks(World.Start.AddDays(1)));
        Assert.Null(await world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(world.Resident, roundId, default)));
        Assert.NotNull(await world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(world.Official, roundId, default)));
        Assert.Empty(await world.Do<IRounds, IReadOnlyList<RoundSummary>>(rounds => rounds.ListAsync(new(), default)));
        world.Clock.Now = World.Start.AddDays(1);
        Assert.Equal(Phase.Announced, (await world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(Actor.Visitor, roundId, default)))!.Phase);
        Assert.Single(await world.Do<IRounds, IReadOnlyList<RoundSummary>>(rounds => rounds.ListAsync(new(world.TownId), default)));
    }

    [Theory, EachDatabase]
    public async Task A_round_cannot_begin_its_life_in_voting(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var created = await world.Do<IRounds, Outcome<long>>(rounds => rounds.CreateAsync(
            world.Official, new(world.CountyId, new("Kierros"), new("Kierros kokeita varten."), World.Weeks(World.Start.AddDays(-21))), default));
        Assert.Equal(("Schedule.VotingPast", "Periods[3].StartsAt"), (Assert.Single(created.Refusals).Key, created.Refusals[0].Field));
    }

    [Theory, EachDatabase]
    public async Task The_database_itself_refuses_amounts_and_answers_that_cannot_be(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10]);
        foreach (var sql in new[]
        {
            "UPDATE rounds SET envelope = -1", "UPDATE headings SET amount = 0", "UPDATE evaluations SET cost = NULL", "UPDATE evaluations SET cost = 0",
            "UPDATE ballot_sheets SET canonical = 'x'", "DELETE FROM ballot_sheets", "UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries",
        })
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => world.Sql(context => context.Database.ExecuteSqlRawAsync(sql)));
    }
}
