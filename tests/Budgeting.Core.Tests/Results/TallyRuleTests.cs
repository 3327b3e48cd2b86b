using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Verification;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Budgeting.Tally;

namespace Budgeting.Core.Tests.Results;

public sealed class TallyRuleTests
{
    // Six of ten voters want the three dear projects, four the two others: 100 euros.
    private static readonly (int Voters, int[] Choices)[] TwoGroups = [(6, [1, 2, 3]), (4, [4, 5])];

    private static readonly long[] Costs = [34, 33, 32, 20, 20];

    [Theory, EachDatabase]
    public async Task Greedy_gives_the_money_to_the_larger_group(DatabaseKind kind)
    {
        var result = await CountedAsync(kind, TallyRule.Greedy);
        Assert.Equal([1, 2, 3], Winners(result));
        Assert.Equal("greedy", result.Rule);
        Assert.All(result.Projects, project => Assert.Null(project.Reason));
    }

    [Theory, EachDatabase]
    public async Task Equal_shares_give_each_group_what_its_shares_can_pay(DatabaseKind kind)
    {
        var result = await CountedAsync(kind, TallyRule.EqualShares);
        // Ten euros a voter: with their forty the smaller group buys both of its projects, with its sixty the larger group the cheapest of its own.
        // With a euro more each the larger group could buy two, but 65 and 40 euros are too much. The 28 euros left are too little for any other.
        Assert.Equal([3, 4, 5], Winners(result));
        Assert.Equal("equal-shares", result.Rule);
        Assert.NotNull(result.Share);
        Assert.Equal(["funded", "funded", "funded"], result.Projects.Where(project => project.Won).Select(project => project.Reason));
        Assert.Equal(["0.25", "0.25", "1/6"], result.Projects.Where(project => project.Won).OrderByDescending(project => project.Number).Select(project => project.Price));
        Assert.All(result.Projects.Where(project => !project.Won), project => Assert.Equal("supportersOutOfMoney", project.Reason));
    }

    [Theory, EachDatabase]
    public async Task Phragmen_spreads_the_cost_and_ends_where_a_project_does_not_fit(DatabaseKind kind)
    {
        var result = await CountedAsync(kind, TallyRule.Phragmen);
        // Loads: 20 / 4 = 5 for the fourth or fifth, 32 / 6 for the third, 40 / 4 = 10 for the other of the small group, (32 + 33) / 6 for the second would come to 105 euros.
        Assert.Equal([3, 4, 5], Winners(result));
        Assert.Equal("phragmen", result.Rule);
    }

    [Theory]
    [InlineData(TallyRule.Greedy)]
    [InlineData(TallyRule.EqualShares)]
    [InlineData(TallyRule.Phragmen)]
    public async Task A_record_verifies_under_each_rule_and_so_does_a_count_of_its_file(TallyRule rule)
    {
        await using var round = await (await PublishedRound.CreateAsync(DatabaseKind.Sqlite, rule: rule)).DownloadAsync();
        using var record = RecordSource.Open(round.RecordZip);
        using var openings = RecordSource.Open(round.OpeningsZip);
        await using var log = File.OpenRead(round.AuditLog);
        var checks = await new RecordVerifier(record, new([], [.. round.Sheets.Select(sheet => sheet.Hash)], openings, log)).CheckAsync(default).ToListAsync();
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        foreach (var sheet in round.Sheets)
        {
            using var stream = record.Read($"heading-{sheet.HeadingId}.pb");
            var file = PabulibReader.Read(stream);
            ITallyRule counting = rule switch
            {
                TallyRule.EqualShares => new EqualSharesRule { Increase = new(), Completion = Completion.GreedyBySupporters },
                TallyRule.Phragmen => new PhragmenRule(),
                _ => new GreedyRule(),
            };
            var lot = sheet.Lot.Select(number => number.ToString());
            var counted = counting.Tally(file.Instance, file.Profile, new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.Lot], lot));
            var published = (await PublishedAsync(round.World, round.RoundId)).Headings.Single(heading => heading.HeadingId == sheet.HeadingId);
            Assert.Equal(counted.Winners.Order(), Winners(published).Select(number => number.ToString()).Order());
            Assert.Equal(rule, published.CountedBy);
        }
    }

    [Theory, EachDatabase]
    public async Task Every_project_and_the_whole_are_explained_in_three_languages(DatabaseKind kind)
    {
        foreach (var rule in Enum.GetValues<TallyRule>())
        {
            var result = await CountedAsync(kind, rule);
            foreach (var text in result.Projects.Select(project => project.Why!).Append(result.Summary!))
            {
                Assert.NotEqual(text.Fi, text.Sv);
                Assert.NotEqual(text.Sv, text.En);
                Assert.All(new[] { text.Fi, text.Sv, text.En }, words => Assert.True(words?.Length > 40, words));
            }
            var lost = result.Projects.First(project => !project.Won);
            Assert.Contains($"It got {lost.Votes} votes.", lost.Why!.En);
            Assert.Contains("€", lost.Why!.En);
        }
    }

    [Theory, EachDatabase]
    public async Task The_rule_is_on_the_sheet_and_cannot_change_once_voting_is_open(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(10));
        HeadingInput Heading(TallyRule rule) => new(new("Osabudjetti"), world.CountyId, Money.FromEuros(10), BallotKind.Knapsack, null, rule);
        Task<Outcome<Done>> ChangeAsync(TallyRule rule) => world.Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeHeadingAsync(world.Official, roundId, headingId, Heading(rule), default));
        Assert.True((await ChangeAsync((TallyRule)7)).RefusedFor("Heading.Rule"));
        Assert.True((await ChangeAsync(TallyRule.Phragmen)).Granted);
        Assert.True((await ChangeAsync(TallyRule.EqualShares)).Granted);
        world.TravelTo(Phase.Voting);
        var sheet = Assert.Single(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        Assert.Equal(TallyRule.EqualShares, sheet.Rule);
        Assert.Contains("\nrule equal-shares\n", sheet.Canonical);
        Assert.True((await ChangeAsync(TallyRule.Greedy)).RefusedFor("Envelope.Frozen"));
    }

    private static IReadOnlyList<int> Winners(HeadingResult result) => [.. result.Projects.Where(project => project.Won).Select(project => project.Number).Order()];

    private static async Task<RoundResult> PublishedAsync(World world, long roundId) =>
        (await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Value;

    private static async Task<HeadingResult> CountedAsync(DatabaseKind kind, TallyRule rule)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100), rule: rule);
        world.TravelTo(Phase.Proposing);
        foreach (var (cost, i) in Costs.Select((cost, i) => (cost, i)))
            await world.ProposalAsync(roundId, headingId, $"Hanke numero {i + 1}", Money.FromEuros(cost));
        world.TravelTo(Phase.Voting);
        var sheet = Assert.Single(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        var voters = await world.AdmitManyAsync(roundId, TwoGroups.Sum(group => group.Voters));
        foreach (var (voter, choices) in voters.Zip(TwoGroups.SelectMany(group => Enumerable.Repeat(group.Choices, group.Voters))))
            Assert.True((await world.CastAsync(sheet, voter, choices)).Granted);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        return Assert.Single((await PublishedAsync(world, roundId)).Headings);
    }
}
