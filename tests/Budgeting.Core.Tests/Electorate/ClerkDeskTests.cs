using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Electorate;

public sealed class ClerkDeskTests
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\nC-3,2020-05-05,town,fi,0\n";

    private static async Task<(World World, long RoundId, BallotSheet Sheet, Actor Clerk)> AtTheDeskAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        return (world, roundId, sheet, await world.ClerkAsync());
    }

    private static async Task<DeskEntry> FindAsync(World world, Actor clerk, long roundId, string identifier) =>
        (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, identifier, default))).Value;

    [Theory, EachDatabase]
    public async Task A_clerk_finds_people_and_sees_no_more_than_is_needed(DatabaseKind kind)
    {
        var (world, roundId, sheet, clerk) = await AtTheDeskAsync(kind);
        await using var _ = world;
        var found = await FindAsync(world, clerk, roundId, " a-1 ");
        Assert.Equal(new(found.Id, 2000, new("Kaupunki", "Stad"), "fi", false, false, true, false, false, DeskBallot.None), found);
        var guarded = await FindAsync(world, clerk, roundId, "B-2");
        Assert.True(guarded is { IsProtected: true, Region: null });
        Assert.False((await FindAsync(world, clerk, roundId, "C-3")).MayVote);
        Assert.True((await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, "Z-9", default))).RefusedFor("Desk.NoEntry"));
        var code = (await world.CodesAsync(roundId, Rows))[0];
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.Equal(DeskBallot.Cast, (await FindAsync(world, clerk, roundId, "A-1")).Ballot);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        // With the round's secret went the way from an entry to its ballot.
        Assert.Equal(DeskBallot.Untold, (await FindAsync(world, clerk, roundId, "A-1")).Ballot);
    }

    [Theory, EachDatabase]
    public async Task An_assisted_session_is_good_once_and_its_ballot_looks_like_any_other(DatabaseKind kind)
    {
        var (world, roundId, sheet, clerk) = await AtTheDeskAsync(kind);
        await using var _ = world;
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        var code = (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value;
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.RedeemAsync(roundId, code)));
        var pass = Assert.Single(taken, outcome => outcome.Granted).Value;
        Assert.Equal(PassKind.Assisted, pass.Kind);
        var voter = (await world.EnterAsync(pass, roundId)).Value;
        var receipt = (await world.CastAsync(sheet, voter, 2)).Value.Receipt;
        // The letter code of the same person leads to the same ballot.
        var byLetter = (await world.EnterAsync((await world.RedeemAsync(roundId, (await world.CodesAsync(roundId, Rows))[0])).Value, roundId)).Value;
        Assert.Equal([2], (await world.BallotBox.FindAsync(roundId, byLetter, receipt, default)).Ballot!.Choices[0].Projects);
        Assert.Empty(await world.Sql(context => context.ElectorCodes.Where(code => code.ExpiresAt != null).ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task By_a_code_of_their_own_making_a_clerk_learns_that_somebody_has_voted_and_not_what(DatabaseKind kind)
    {
        var (world, roundId, sheet, clerk) = await AtTheDeskAsync(kind);
        await using var _ = world;
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, (await world.CodesAsync(roundId, Rows))[0])).Value, roundId)).Value;
        Assert.True((await world.CastAsync(sheet, voter, 2)).Granted);
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        Func<IClerkDesk, Task<Outcome<string>>>[] ways = [desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default), desk => desk.ReissueLetterAsync(clerk, roundId, entry.Id, default)];
        foreach (var way in ways)
        {
            var asVoter = (await world.EnterAsync((await world.RedeemAsync(roundId, (await world.DeskAsync(way)).Value)).Value, roundId)).Value;
            Assert.Equal(voter.Key, asVoter.Key);
            Assert.Equal(new(InBox.Ballot, null), await world.BallotBox.FindAsync(roundId, asVoter, null, default));
        }
    }

    [Theory, EachDatabase]
    public async Task What_a_clerk_does_for_an_entry_ends_the_sessions_that_codes_of_the_desk_began(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var disposed = world;
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        var other = await FindAsync(world, clerk, roundId, "B-2");
        async Task<string> SessionAsync(long id) => (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, id, default))).Value;
        async Task<EntryPass> PassAsync(string code) => (await world.RedeemAsync(roundId, code)).Value;
        async Task<bool> LivesAsync(EntryPass pass) => (await world.EnterAsync(pass, roundId)).Granted;
        var bystander = await PassAsync(await SessionAsync(other.Id));

        // An impostor, and then the voter herself.
        var impostor = await PassAsync(await SessionAsync(entry.Id));
        Assert.True(await LivesAsync(impostor));
        var letter = (await world.DeskAsync(desk => desk.ReissueLetterAsync(clerk, roundId, entry.Id, default))).Value;
        Assert.True((await world.EnterAsync(impostor, roundId)).RefusedFor("Electorate.PassNeeded"));
        // Nor does an account of the impostor's own bring it back to life.
        Assert.True((await world.LinkAsync(world.Resident, roundId, (await world.CodesAsync(roundId, Rows))[0])).Granted);
        Assert.True((await world.EnterAsync(null, roundId, world.Resident)).Granted);
        Assert.True((await world.EnterAsync(impostor, roundId, world.Resident)).RefusedFor("Electorate.PassNeeded"));
        var byLetter = await PassAsync(letter);
        Assert.True(await LivesAsync(byLetter));

        var (first, unused) = (await PassAsync(await SessionAsync(entry.Id)), await SessionAsync(entry.Id));
        Assert.False(await LivesAsync(first));
        var second = await PassAsync(unused);
        unused = await SessionAsync(entry.Id);
        Assert.False(await LivesAsync(second));
        letter = (await world.DeskAsync(desk => desk.ReissueLetterAsync(clerk, roundId, entry.Id, default))).Value;
        Assert.True((await world.RedeemAsync(roundId, unused)).RefusedFor("Electorate.CodeUnknown"));
        Assert.False(await LivesAsync(second));

        // The printing house's second run does it too.
        var third = await PassAsync(await SessionAsync(entry.Id));
        await world.LettersAsync(roundId, Rows, reissue: true);
        Assert.False(await LivesAsync(third));
        Assert.True((await world.RedeemAsync(roundId, letter)).RefusedFor("Electorate.CodeUnknown"));
        Assert.False(await LivesAsync(bystander with { EntryId = entry.Id }));
    }

    [Theory, EachDatabase]
    public async Task An_assisted_session_lasts_two_hours_however_it_is_used(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var disposed = world;
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        var pass = (await world.RedeemAsync(roundId, (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value)).Value;
        var quick = await world.Do<IQuickAdmission, IQuickAdmission>(Task.FromResult);
        foreach (var minutes in new[] { 60, 59 })
        {
            world.Clock.Now += TimeSpan.FromMinutes(minutes);
            pass = pass.AdmittedAs((await world.EnterAsync(pass, roundId)).Value, world.Clock.Now);
            Assert.NotNull(quick.Admit(pass));
        }
        world.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True((await world.EnterAsync(pass with { Admission = null }, roundId)).RefusedFor("Electorate.PassNeeded"));
        // Nor by what the register said a minute ago.
        Assert.True(pass.Admission!.Holds(world.Clock.Now));
        Assert.Null(quick.Admit(pass));
        Assert.True((await world.EnterAsync(pass, roundId)).RefusedFor("Electorate.PassNeeded"));
    }

    [Theory, EachDatabase]
    public async Task A_paper_ballot_shuts_the_other_ways_until_it_is_taken_back(DatabaseKind kind)
    {
        var (world, roundId, sheet, clerk) = await AtTheDeskAsync(kind);
        await using var _ = world;
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, (await world.CodesAsync(roundId, Rows))[0])).Value, roundId)).Value;
        var child = await FindAsync(world, clerk, roundId, "C-3");
        Task<Outcome<Done>> Issue() => world.DeskAsync(desk => desk.IssuePaperAsync(clerk, roundId, entry.Id, default));
        Task<Outcome<Done>> TakeBack() => world.DeskAsync(desk => desk.TakeBackPaperAsync(clerk, roundId, entry.Id, default));

        Assert.True((await TakeBack()).RefusedFor("Voting.NoPaperIssued"));
        Assert.True((await Issue()).Granted);
        Assert.Equal(DeskBallot.Paper, (await world.DeskAsync(desk => desk.ReadAsync(clerk, roundId, entry.Id, default))).Value.Ballot);
        Assert.True((await world.CastAsync(sheet, voter, 1)).RefusedFor("Voting.PaperIssued"));
        Assert.True((await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).RefusedFor("Voting.PaperIssued"));
        Assert.True((await TakeBack()).Granted);
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.True((await Issue()).RefusedFor("Voting.AlreadyCast"));
        Assert.True((await world.DeskAsync(desk => desk.IssuePaperAsync(clerk, roundId, child.Id, default))).RefusedFor("Electorate.UnderAge"));
    }

    [Theory, EachDatabase]
    public async Task Every_act_is_logged_by_the_entrys_number_and_only_clerks_of_the_region_act(DatabaseKind kind)
    {
        var (world, roundId, _, clerk) = await AtTheDeskAsync(kind);
        await using var __ = world;
        var entry = await FindAsync(world, clerk, roundId, "A-1");
        Assert.True((await world.DeskAsync(desk => desk.ReissueLetterAsync(clerk, roundId, entry.Id, default))).Granted);
        Assert.True((await world.DeskAsync(desk => desk.IssuePaperAsync(clerk, roundId, entry.Id, default))).Granted);
        Assert.True((await world.DeskAsync(desk => desk.TakeBackPaperAsync(clerk, roundId, entry.Id, default))).Granted);
        // The last of them: a letter made anew would end it.
        var session = (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value;
        Task<IReadOnlyList<AuditEntryView>> Log() => world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 50, default));
        var acts = (await Log()).Where(logged => logged.Act.StartsWith("desk.")).Reverse().ToList();
        Assert.Equal(["desk.entryFound", "desk.letterReissued", "desk.paperIssued", "desk.paperTakenBack", "desk.sessionIssued"], acts.Select(logged => logged.Act));
        Assert.All(acts, logged => Assert.Equal((clerk.Name, $"round {roundId} entry {entry.Id}", "{}"), (logged.Actor, logged.Subject, logged.Detail)));
        // That the code is used is written nowhere.
        Assert.True((await world.RedeemAsync(roundId, session)).Granted);
        Assert.Equal(acts.Count, (await Log()).Count(logged => logged.Act.StartsWith("desk.")));

        var townClerk = await world.ClerkAsync(world.TownId);
        foreach (var other in new[] { Actor.Visitor, world.Resident, world.Official, townClerk })
        {
            Assert.True((await world.DeskAsync(desk => desk.FindAsync(other, roundId, "A-1", default))).RefusedFor("Forbidden"));
            Assert.True((await world.DeskAsync(desk => desk.ReadAsync(other, roundId, entry.Id, default))).RefusedFor("Forbidden"));
            Assert.True((await world.DeskAsync(desk => desk.IssueSessionAsync(other, roundId, entry.Id, default))).RefusedFor("Forbidden"));
            Assert.True((await world.DeskAsync(desk => desk.ReissueLetterAsync(other, roundId, entry.Id, default))).RefusedFor("Forbidden"));
            Assert.True((await world.DeskAsync(desk => desk.IssuePaperAsync(other, roundId, entry.Id, default))).RefusedFor("Forbidden"));
            Assert.True((await world.DeskAsync(desk => desk.TakeBackPaperAsync(other, roundId, entry.Id, default))).RefusedFor("Forbidden"));
        }
    }
}
