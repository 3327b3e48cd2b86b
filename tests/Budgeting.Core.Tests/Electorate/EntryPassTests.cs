using System.Collections.Concurrent;
using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Database;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Tests.Electorate;

public sealed class EntryPassTests
{
    private const string Two = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";

    [Theory, EachDatabase]
    public async Task A_letter_code_votes_without_an_account_and_changes_and_withdraws_later(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Two);
        var code = (await world.CodesAsync(roundId, Two))[0];
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        // The same code again, typed badly: the same voter.
        var again = (await world.EnterAsync((await world.RedeemAsync(roundId, " " + code.ToLowerInvariant().Replace("-", " "))).Value, roundId)).Value;
        Assert.Equal(voter.Key, again.Key);
        var receipt = (await world.CastAsync(sheet, again, 2)).Value.Receipt;
        Assert.Equal([2], (await world.BallotBox.FindAsync(roundId, voter, receipt, default)).Ballot!.Choices[0].Projects);
        Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync()));
        Assert.True((await world.BallotBox.WithdrawAsync(roundId, again, default)).Granted);
        Assert.Equal(0, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task What_is_no_live_code_is_refused_with_the_same_words(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Two);
        var (otherRound, _) = await world.RegisteredAsync(Two);
        var (live, replaced, used, expired) = await CodesOfOneEntryAsync(world, roundId);
        foreach (var code in new[] { "7KQ2M-9XA0C-4TWZ1", replaced, used, expired })
        {
            var refusal = Assert.Single((await world.RedeemAsync(roundId, Valid(code))).Refusals);
            Assert.Equal(("Electorate.CodeUnknown", "Code"), (refusal.Key, refusal.Field));
        }
        Assert.True((await world.RedeemAsync(otherRound, live)).RefusedFor("Electorate.CodeUnknown"));
        Assert.True((await world.RedeemAsync(roundId, live)).Granted);
        Assert.True((await world.RedeemAsync(roundId, live[..^1] + (live[^1] == '0' ? '1' : '0'))).RefusedFor("Electorate.CodeMistyped"));
    }

    [Theory, EachDatabase]
    public async Task What_is_no_live_code_is_looked_up_in_the_same_steps_whatever_is_wrong_with_it(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Two);
        var (otherRound, _) = await world.RegisteredAsync(Two);
        var elsewhere = (await world.CodesAsync(otherRound, Two))[0];
        var (_, replaced, used, expired) = await CodesOfOneEntryAsync(world, roundId);

        ConcurrentQueue<string> steps = [];
        await using var server = world.AnotherServer(services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information)
            // Behind a first line with the time that it took.
            .AddProvider(new Statements(text => steps.Enqueue(text[text.IndexOf('\n', StringComparison.Ordinal)..])))));
        async Task<IReadOnlyList<string>> StepsOfAsync(string code)
        {
            await using var scope = server.CreateAsyncScope();
            steps.Clear();
            Assert.True((await scope.ServiceProvider.GetRequiredService<IElectorate>().RedeemCodeAsync(roundId, Valid(code), "192.0.2.1", default)).RefusedFor("Electorate.CodeUnknown"));
            return [.. steps];
        }
        // What a server reads once is read by then.
        await StepsOfAsync("7KQ2M-9XA0C-4TWZ1");
        var unknown = await StepsOfAsync("7KQ2M-9XA0C-4TWZ2");
        Assert.NotEmpty(unknown);
        foreach (var code in new[] { replaced, used, expired, elsewhere })
            Assert.Equal(unknown, await StepsOfAsync(code));
    }

    private static async Task<(string Live, string Replaced, string Used, string Expired)> CodesOfOneEntryAsync(World world, long roundId)
    {
        var clerk = await world.ClerkAsync();
        var replaced = (await world.CodesAsync(roundId, Two))[0];
        var entry = (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, "A-1", default))).Value;
        var live = (await world.DeskAsync(desk => desk.ReissueLetterAsync(clerk, roundId, entry.Id, default))).Value;
        var used = (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value;
        Assert.True((await world.RedeemAsync(roundId, used)).Granted);
        var expired = (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Value;
        world.Clock.Now += TimeSpan.FromMinutes(20);
        return (live, replaced, used, expired);
    }

    // The example's check symbol is whatever it must be.
    private static string Valid(string code) => EntryCode.Read(code) is null ? EntryCode.Write(code.Replace("-", "")[..14]) : code;

    [Theory, EachDatabase]
    public async Task A_replaced_letter_code_ends_the_session_it_began(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Two);
        var clerk = await world.ClerkAsync();
        var pass = (await world.RedeemAsync(roundId, (await world.CodesAsync(roundId, Two))[0])).Value;
        var key = (await world.EnterAsync(pass, roundId)).Value.Key;
        var renewed = (await world.DeskAsync(desk => desk.ReissueLetterAsync(clerk, roundId, pass.EntryId, default))).Value;
        Assert.True((await world.EnterAsync(pass, roundId)).RefusedFor("Electorate.PassNeeded"));
        Assert.Equal(key, (await world.EnterAsync((await world.RedeemAsync(roundId, renewed)).Value, roundId)).Value.Key);
    }

    [Theory, EachDatabase]
    public async Task An_account_is_linked_to_one_entry_and_an_entry_to_one_account(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Two);
        var codes = await world.CodesAsync(roundId, Two);
        Assert.True((await world.EnterAsync(null, roundId)).RefusedFor("Electorate.PassNeeded"));
        Assert.True((await world.EnterAsync(null, roundId, world.Resident)).RefusedFor("Electorate.NotLinked"));
        Assert.True((await world.LinkAsync(Actor.Visitor, roundId, codes[0])).RefusedFor("SignIn.Needed"));
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[0])).Granted);
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[0])).Granted);
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[1])).RefusedFor("Electorate.AlreadyLinked"));
        Assert.True((await world.LinkAsync(world.Official, roundId, codes[0])).RefusedFor("Electorate.Disputed"));

        // By account and by code it is one voter.
        var byAccount = (await world.EnterAsync(null, roundId, world.Resident)).Value;
        var byCode = (await world.EnterAsync((await world.RedeemAsync(roundId, codes[0])).Value, roundId)).Value;
        Assert.Equal(byAccount.Key, byCode.Key);
        Assert.True((await world.CastAsync(sheet, byAccount, 1)).Granted);
        // A pass of another entry goes before the account's own.
        var other = (await world.RedeemAsync(roundId, codes[1])).Value;
        Assert.NotEqual(byAccount.Key, (await world.EnterAsync(other, roundId, world.Resident)).Value.Key);
        var logged = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 50, default));
        Assert.Equal("{}", Assert.Single(logged, entry => entry.Act == "elector.linked").Detail);
    }

    [Theory, EachDatabase]
    public async Task Two_accounts_that_link_one_code_at_once_are_not_both_linked(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Two);
        var code = (await world.CodesAsync(roundId, Two))[0];
        await using var other = world.AnotherServer();
        async Task<Outcome<Done>> LinkThereAsync(Actor actor)
        {
            await using var scope = other.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IElectorate>().LinkAsync(actor, roundId, code, null, default);
        }
        var outcomes = await Task.WhenAll(world.LinkAsync(world.Resident, roundId, code), LinkThereAsync(world.Official));
        Assert.Single(outcomes, outcome => outcome.Granted);
        Assert.Single(outcomes, outcome => outcome.RefusedFor("Electorate.Disputed"));
        Assert.Equal(1, (await world.CountsAsync(roundId)).Linked);
    }

    [Theory, EachDatabase]
    public async Task Who_has_left_or_is_under_age_does_not_vote(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        await world.HeadingAsync(roundId, Money.FromEuros(100));
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(roundId, Two)).Granted);
        var codes = await world.CodesAsync(roundId, Two);
        // A is found to be a child, and B has moved away, both after the letters were made.
        Assert.True((await world.ImportAsync(roundId, "A-1,2020-01-02,town,fi,0\n")).Granted);
        world.TravelTo(Phase.Voting);
        Assert.True((await world.RedeemAsync(roundId, codes[0])).RefusedFor("Electorate.UnderAge"));
        Assert.True((await world.RedeemAsync(roundId, codes[1])).RefusedFor("Electorate.HasLeft"));
        var ids = await world.Sql(context => context.Electors.OrderBy(elector => elector.BirthYear).Select(elector => elector.Id).ToListAsync());
        Assert.True((await world.EnterAsync(new(roundId, ids[0], PassKind.Assisted, "0", Until: World.Start.AddYears(1)), roundId)).RefusedFor("Electorate.HasLeft"));
        Assert.True((await world.EnterAsync(new(roundId, ids[1], PassKind.Assisted, "0", Until: World.Start.AddYears(1)), roundId)).RefusedFor("Electorate.UnderAge"));
    }

    [Theory, EachDatabase]
    public async Task Open_are_the_headings_of_the_entrys_region_and_of_those_above(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var county = await world.HeadingAsync(roundId, Money.FromEuros(100));
        var town = await world.HeadingAsync(roundId, Money.FromEuros(100), regionId: world.TownId);
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { PublishesBands = true })).Granted);
        Assert.True((await world.ImportAsync(roundId, Two + "C-3,1985-05-05,town,fi,1\n")).Granted);
        var codes = await world.CodesAsync(roundId, Two + "C-3,,,,\n");
        world.TravelTo(Phase.Voting);
        async Task<Voter> Admit(string code) => (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;
        var (inTown, inCounty, guarded) = (await Admit(codes[0]), await Admit(codes[1]), await Admit(codes[2]));
        Assert.Equal([county, town], inTown.OpenHeadings);
        Assert.Equal([county], inCounty.OpenHeadings);
        Assert.Equal("age=18-29;district=town;channel=letter", inTown.Band);
        // A band of their own kind would mark people under protection order: they have none.
        Assert.Null(inCounty.Band);
        Assert.Null(guarded.Band);
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[0])).Granted);
        Assert.Equal("age=18-29;district=town;channel=online", (await world.EnterAsync(null, roundId, world.Resident)).Value.Band);
    }

    [Theory, EachDatabase]
    public async Task Codes_are_taken_only_while_voting_is_open_and_only_by_register(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Two);
        var code = (await world.CodesAsync(roundId, Two))[0];
        var pass = (await world.RedeemAsync(roundId, code)).Value;
        world.Clock.Now = World.Start;
        var (declared, _) = await world.VotingAsync(costs: [10]);
        Assert.True((await world.RedeemAsync(declared, code)).RefusedFor("Electorate.NotRegistered"));
        Assert.True((await world.EnterAsync(pass with { RoundId = declared }, declared)).RefusedFor("SignIn.Needed"));
        world.TravelTo(Phase.Evaluating);
        Assert.True((await world.RedeemAsync(roundId, code)).RefusedFor("Voting.NotOpenYet"));
        world.TravelTo(Phase.Counting);
        Assert.True((await world.RedeemAsync(roundId, code)).RefusedFor("Voting.Closed"));
        Assert.True((await world.EnterAsync(pass, roundId)).RefusedFor("Voting.Closed"));
        Assert.True((await world.RedeemAsync(999, code)).RefusedFor("NotFound"));
    }

    [Theory, EachDatabase]
    public async Task By_declaration_the_rules_regions_decide(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var village = (await world.Do<IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new("village", RegionKind.Municipality, new("Kylä"), world.CountyId), default))).Value;
        var roundId = await world.RoundAsync();
        Assert.True((await world.SetRuleAsync(roundId, new(ElectorateBasis.Declared, RegionIds: [village], PublishesBands: true))).Granted);
        var villager = await world.PersonAsync("villager", village);
        world.TravelTo(Phase.Voting);
        Assert.True((await world.EnterAsync(null, roundId, world.Resident)).RefusedFor("Electorate.NotInRegion"));
        Assert.Equal("district=village;channel=online", (await world.EnterAsync(null, roundId, villager)).Value.Band);
    }
}
