using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Voting;

public sealed class BallotSheetTests
{
    [Fact]
    public async Task A_server_whose_own_clock_is_behind_opens_voting_by_the_databases()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var opened = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var start = opened.AddDays(-21);
        world.Clock.Now = start.AddDays(-1);
        var roundId = await world.RoundAsync(periods: World.Weeks(start));
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.Clock.Now = start.AddDays(8);
        await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50));

        await using var server = world.ServerByRealClock(new TestClock(opened.AddMinutes(-4)));
        await using var scope = server.CreateAsyncScope();
        var voter = await scope.ServiceProvider.GetRequiredService<IElectorate>().AdmitAsync(world.Resident, roundId, default);
        Assert.Equal([headingId], voter.Value.OpenHeadings);
        var sheet = Assert.Single(await scope.ServiceProvider.GetRequiredService<IBallotSheets>().OfRoundAsync(roundId, default));
        Assert.True((await scope.ServiceProvider.GetRequiredService<IBallotBox>().CastAsync(
            new(roundId, voter.Value, [new(headingId, sheet.Hash, [1])], Guid.NewGuid()), default)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Voting_that_still_has_to_be_opened_is_not_said_to_have_ended(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        await world.Sql(context => context.RoundSecrets.ExecuteDeleteAsync());
        var admitted = await world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(world.Resident, roundId, default));
        Assert.True(admitted.RefusedFor("Voting.NotOpenYet"));
    }

    [Theory, EachDatabase]
    public async Task The_sheet_lists_what_was_found_feasible_and_its_hash_is_that_of_its_canonical_form(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        var first = await world.ProposalAsync(roundId, headingId, "Puu ja \"penkki\"; koko kylälle", Money.FromEuros(10));
        await world.ProposalAsync(roundId, headingId, "Vastausta vailla");
        var refused = await world.ProposalAsync(roundId, headingId, "Ei onnistu tämä");
        await world.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(world.Official, refused, new(false, null, "Ei kunnan maata"), default));
        var second = await world.ProposalAsync(roundId, headingId, "Toinen hyvä ajatus", new Money(2_050));
        world.TravelTo(Phase.Voting);

        var sheet = Assert.Single(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));

        Assert.Equal([(1, first, 1_000L), (2, second, 2_050L)], sheet.Projects.Select(project => (project.Number, project.ProposalId, project.Cost.Cents)));
        Assert.Equal("Puu ja \"penkki\"; koko kylälle", sheet.Projects[0].Title);
        Assert.Equal([1, 2], sheet.Lot.Order());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sheet.Canonical))), sheet.Hash);
        Assert.Contains($"project 2 proposal {second} cost-cents 2050 language fi title Toinen hyvä ajatus\n", sheet.Canonical);
    }

    [Theory, EachDatabase]
    public async Task A_frozen_sheet_is_the_same_on_every_server_and_answers_no_longer_change(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30, 40, 50]);
        var change = await world.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(world.Official, sheet.Projects[0].ProposalId, new(true, Money.FromEuros(99), null), default));
        Assert.True(change.RefusedFor("Evaluation.SheetFrozen"));
        await using var other = world.AnotherServer();
        using var scope = (IDisposable)Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateScope(other);
        var there = Assert.Single(await ((IBallotSheets)((Microsoft.Extensions.DependencyInjection.IServiceScope)scope).ServiceProvider
            .GetService(typeof(IBallotSheets))!).OfRoundAsync(roundId, default));
        Assert.Equal((sheet.Canonical, sheet.Hash), (there.Canonical, there.Hash));
        Assert.Equal(sheet.Lot, there.Lot);
    }

    [Theory, EachDatabase]
    public async Task Voters_are_admitted_to_the_headings_of_where_they_live_and_keep_one_key(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var county = await world.HeadingAsync(roundId, Money.FromEuros(100));
        var town = await world.HeadingAsync(roundId, Money.FromEuros(100), regionId: world.TownId);
        var outsider = await world.PersonAsync("outsider", null);
        Task<Outcome<Voter>> Admit(Actor actor) => world.Do<Core.Electorate.IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(actor, roundId, default));
        Assert.True((await Admit(world.Resident)).RefusedFor("Voting.NotOpenYet"));
        world.TravelTo(Phase.Voting);
        var voter = (await Admit(world.Resident)).Value;
        Assert.Equal([county, town], voter.OpenHeadings);
        Assert.Equal(voter.Key, (await Admit(world.Resident)).Value.Key);
        Assert.Equal([county], (await Admit(world.Official)).Value.OpenHeadings);
        Assert.NotEqual(voter.Key, (await Admit(world.Official)).Value.Key);
        Assert.True((await Admit(outsider)).RefusedFor("Electorate.NoHomeRegion"));
        Assert.True((await Admit(Actor.Visitor)).RefusedFor("SignIn.Needed"));
        world.TravelTo(Phase.Counting);
        Assert.True((await Admit(world.Resident)).RefusedFor("Voting.Closed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_receipt_code_survives_careless_typing_and_tells_a_wrong_symbol(int seed)
    {
        var random = new Random(seed);
        var codes = Enumerable.Range(0, 200).Select(_ =>
        {
            var commitment = new byte[32];
            random.NextBytes(commitment);
            return ReceiptCode.Of(commitment);
        }).ToList();
        Assert.Equal(200, codes.Distinct().Count());
        foreach (var code in codes)
        {
            Assert.Equal(code, ReceiptCode.Read($" {code.ToLowerInvariant().Replace("-", "").Replace('0', 'o').Replace('1', 'l')} "));
            var at = random.Next(code.Length);
            if (code[at] == '-')
                continue;
            var wrong = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".First(symbol => symbol != code[at]);
            Assert.Null(ReceiptCode.Read(code.Remove(at, 1).Insert(at, wrong.ToString())));
        }
        Assert.Null(ReceiptCode.Read(null));
        Assert.Null(ReceiptCode.Read(new string('7', 100_000)));
    }

    [Fact]
    public void A_receipt_code_stands_for_the_commitments_that_begin_like_it_and_no_others()
    {
        var commitment = Enumerable.Range(100, 32).Select(i => (byte)i).ToArray();
        var (first, last) = ReceiptCode.Range(ReceiptCode.Of(commitment));
        Assert.InRange(commitment, first, last, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        Assert.Equal(ReceiptCode.Of(first), ReceiptCode.Of(last));
        Assert.NotEqual(ReceiptCode.Of(last), ReceiptCode.Of([.. last[..9], (byte)(last[9] + 1), .. last[10..]]));
        Assert.Equal(new byte[32], ReceiptCode.Range(ReceiptCode.Of(new byte[32])).First);
    }

    [Fact]
    public void A_commitment_can_be_made_anew_from_what_its_documentation_says()
    {
        // The example of docs/receipts.md.
        var sheet = (long id, string hash) => new BallotSheet(3, id, new("Osabudjetti"), new(100), BallotKind.Approval, 5, TallyRule.Greedy, [], [], "", hash, default);
        var committed = CommittedChoices.Make(3, "34:1,5,7;35:2", [sheet(34, new('a', 64)), sheet(35, new('b', 64))], new byte[32]);
        Assert.Equal("c07b0532c0cd0b5b4b57ce49127b1d300f62f091c5b8e6b1b193de53fe2fb6a3", Convert.ToHexStringLower(committed.Commitment));
        Assert.Equal("R1XG-ACP0-SM5N-PJTW", ReceiptCode.Of(committed.Commitment));
    }
}
