using Budgeting.Core.Assistance;
using Budgeting.Core.Audit;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Assistance;

public sealed class AssistanceTests
{
    private static async Task<(World World, long RoundId, Actor Clerk)> ReadyAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        await world.HeadingAsync(roundId, Money.FromEuros(100));
        return (world, roundId, await world.ClerkAsync());
    }

    private static Task<Outcome<Done>> SetAsync(World world, long roundId, bool allowed) =>
        world.Do<IAssistance, Outcome<Done>>(assistance => assistance.SetAsync(world.Official, roundId, allowed, default));

    private static Task<Outcome<Done>> NoteAsync(World world, Actor clerk, long roundId, HelperKind? helper = HelperKind.OwnHelper, HelpReason? reason = HelpReason.Sight) =>
        world.Do<IAssistance, Outcome<Done>>(assistance => assistance.NoteAsync(clerk, roundId, new(helper, reason), default));

    private static Task<HelpedVoters?> PublishedAsync(World world, long roundId) => world.Do<IAssistance, HelpedVoters?>(assistance => assistance.PublishedAsync(roundId, default));

    [Theory, EachDatabase]
    public async Task Helpers_are_off_until_allowed_before_voting_and_noted_while_it_is_open(DatabaseKind kind)
    {
        var (world, roundId, clerk) = await ReadyAsync(kind);
        await using var _ = world;
        Assert.False(await world.Do<IAssistance, bool>(assistance => assistance.MayHelpAsync(roundId, default)));
        Assert.True((await SetAsync(world, roundId, true)).Granted);
        Assert.True((await NoteAsync(world, clerk, roundId)).RefusedFor("Voting.NotOpenYet"));
        world.TravelTo(Phase.Voting);
        Assert.True((await SetAsync(world, roundId, false)).RefusedFor("Assistance.Frozen"));
        Assert.True((await NoteAsync(world, clerk, roundId, helper: null)).RefusedFor("Assistance.Helper"));
        Assert.True((await NoteAsync(world, clerk, roundId, reason: (HelpReason)99)).RefusedFor("Assistance.Reason"));
        Assert.True((await NoteAsync(world, world.Official, roundId)).RefusedFor("Forbidden"));
        world.TravelTo(Phase.Counting);
        Assert.True((await NoteAsync(world, clerk, roundId)).RefusedFor("Voting.Closed"));
    }

    [Theory, EachDatabase]
    public async Task Notes_are_counted_at_once_by_many_clerks_and_the_log_says_nothing_of_the_voter(DatabaseKind kind)
    {
        var (world, roundId, clerk) = await ReadyAsync(kind);
        await using var _ = world;
        Assert.True((await SetAsync(world, roundId, true)).Granted);
        world.TravelTo(Phase.Voting);
        await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default));
        var noted = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => NoteAsync(world, clerk, roundId, i % 3 == 0 ? HelperKind.ClerksAssistant : HelperKind.OwnHelper)));
        Assert.All(noted, outcome => Assert.True(outcome.Granted));
        Assert.True((await NoteAsync(world, clerk, roundId, reason: HelpReason.Reading)).Granted);
        var counts = (await world.Do<IAssistance, Outcome<IReadOnlyList<HelpCount>>>(assistance => assistance.CountAsync(clerk, roundId, default))).Value;
        Assert.Equal(
            [new(HelperKind.OwnHelper, HelpReason.Sight, 4), new(HelperKind.OwnHelper, HelpReason.Reading, 1), new(HelperKind.ClerksAssistant, HelpReason.Sight, 2)], counts);
        var entries = (await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 50, default)))
            .Where(entry => entry.Act == "assistance.noted").ToList();
        Assert.Equal(7, entries.Count);
        Assert.All(entries, entry => Assert.Equal((clerk.Name, $"round {roundId} helpers"), (entry.Actor, entry.Subject)));
        Assert.DoesNotContain(entries, entry => entry.Detail.Contains("Sight", StringComparison.Ordinal) || entry.Detail.Contains("Reading", StringComparison.Ordinal));
        Assert.Null(await PublishedAsync(world, roundId));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.Equal(new(7), await PublishedAsync(world, roundId));
    }

    [Theory, EachDatabase]
    public async Task Fewer_than_five_are_published_as_few_and_rounds_without_helpers_have_none(DatabaseKind kind)
    {
        var (world, roundId, clerk) = await ReadyAsync(kind);
        await using var _ = world;
        Assert.True((await SetAsync(world, roundId, true)).Granted);
        Assert.True((await SetAsync(world, roundId, false)).Granted);
        world.TravelTo(Phase.Voting);
        Assert.True((await NoteAsync(world, clerk, roundId)).RefusedFor("Assistance.NotAllowed"));
        // The database takes none either.
        await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(async context =>
        {
            context.Add(new StoredHelpCount { RoundId = roundId, Helper = HelperKind.OwnHelper, Reason = HelpReason.Other, Count = 1 });
            return await context.SaveChangesAsync();
        }));
        world.Clock.Now = World.Start;
        var other = await world.RoundAsync();
        await world.HeadingAsync(other, Money.FromEuros(100));
        Assert.True((await SetAsync(world, other, true)).Granted);
        world.TravelTo(Phase.Voting);
        await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(other, default));
        for (var i = 0; i < HelpedVoters.Fewest - 1; i++)
            Assert.True((await NoteAsync(world, clerk, other)).Granted);
        world.TravelTo(Phase.Counting);
        foreach (var round in new[] { roundId, other })
        {
            await world.CarryOutAllAsync(round);
            Assert.True((await world.PublishAsync(round)).Granted);
        }
        Assert.Null(await PublishedAsync(world, roundId));
        Assert.Equal(new(null), await PublishedAsync(world, other));
    }
}
