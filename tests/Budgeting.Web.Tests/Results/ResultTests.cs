using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Tests.Results;

public sealed partial class ResultTests
{
    /// <summary>Three ballots: project 1 has three votes, 2 and 3 tie with two and the same cost, 4 has one and does not fit.</summary>
    private static async Task<(Site Site, long RoundId, BallotSheet Sheet)> CountedAsync()
    {
        var site = await Site.CreateAsync();
        var (roundId, sheet) = await site.World.VotingAsync(maximum: 4, euros: 100, costs: [50, 20, 20, 45]);
        var voters = await site.World.AdmitManyAsync(roundId, 3);
        foreach (var (voter, choices) in voters.Zip(new int[][] { [1, 2, 3, 4], [1, 2, 3], [1] }))
            Assert.True((await site.World.CastAsync(sheet, voter, choices)).Granted);
        return (site, roundId, sheet);
    }

    private static async Task PublishAsync(Site site, long roundId)
    {
        site.World.TravelTo(Phase.Counting);
        await site.World.CarryOutAllAsync(roundId);
        Assert.True((await site.World.PublishAsync(roundId)).Granted);
    }

    [Fact]
    public async Task Before_publishing_there_is_no_number_for_anyone()
    {
        var (site, roundId, _) = await CountedAsync();
        await using var disposed = site;
        foreach (var phase in new[] { Phase.Voting, Phase.Counting })
        {
            site.World.TravelTo(phase);
            if (phase == Phase.Counting)
                await site.World.CarryOutAllAsync(roundId);
            foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official })
            {
                var page = await site.Browse(person).OpenAsync($"/rounds/{roundId}/results");
                Assert.Contains("not been published yet", page.Text());
                Assert.Null(page.QuerySelector("table, meter, dl"));
                // The only digits are those of the day and time at which voting ends.
                Assert.DoesNotMatch(Digits(), page.Text().Replace("1 February 2027 at 10:00", ""));
            }
        }
    }

    [Fact]
    public async Task Every_project_is_told_why()
    {
        var (site, roundId, sheet) = await CountedAsync();
        await using var disposed = site;
        await PublishAsync(site, roundId);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}/results");
        var reasons = page.Texts(".result p");
        const string lot = " Here 2 projects were equal, and a rule fixed beforehand decided their order. They had as many votes and cost the same: the order had been drawn by lot before voting.";
        Assert.Equal(
        [
            "The project is funded. It got 3 votes. When its turn came, €100 was left, and it costs €50.",
            "The project is funded. It got 2 votes. When its turn came, €50 was left, and it costs €20." + lot,
            "The project is funded. It got 2 votes. When its turn came, €30 was left, and it costs €20." + lot,
            "The project is not funded. It got 1 vote. When its turn came, only €10 was left, and it costs €45. It would have been funded if 2 more people had voted for it and nothing else "
                + "or if 2 of the other voters had chosen it too. Fewer would not have been enough. With the same votes it would have been funded if it had cost at most €10.",
        ], reasons);
        var first = sheet.Lot.First(number => number is 2 or 3);
        Assert.Equal(["Hanke numero 1", $"Hanke numero {first}", $"Hanke numero {5 - first}", "Hanke numero 4"], page.Texts(".result > a"));
        Assert.Equal(["Won", "Won", "Won", "Not funded"], page.Texts(".result .hds-status-label"));
        Assert.Equal(3, page.QuerySelectorAll(".winners > li").Length);
        Assert.Equal(("9000", "10000"), (page.QuerySelector("meter")!.GetAttribute("value"), page.QuerySelector("meter")!.GetAttribute("max")));
        Assert.Equal(sheet.Hash, page.Text(".hash code"));
    }

    [Theory]
    [InlineData("fi", "Hanketta ei rahoiteta. Se sai 1 äänen. Sen vuorolla rahaa oli jäljellä enää 10 €, ja se maksaa 45 €.")]
    [InlineData("sv", "Projektet finansieras inte. Det fick 1 röst. När turen kom till det fanns bara 10 € kvar, och det kostar 45 €.")]
    public async Task The_reason_is_told_in_the_readers_language(string language, string sentence)
    {
        var (site, roundId, _) = await CountedAsync();
        await using var disposed = site;
        await PublishAsync(site, roundId);
        var page = await site.Browse(language: language).OpenAsync($"/rounds/{roundId}/results");
        Assert.StartsWith(sentence, page.Texts(".result p")[3].Replace('\u00A0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_round_leads_to_its_result()
    {
        var (site, roundId, _) = await CountedAsync();
        await using var disposed = site;
        await PublishAsync(site, roundId);
        Assert.True((await site.Browse().OpenAsync("/")).Links($"/rounds/{roundId}/results"));
        Assert.Equal($"/rounds/{roundId}/results", (await site.Browse().OpenAsync($"/rounds/{roundId}")).QuerySelector(".now .hds-button--primary")!.GetAttribute("href"));
    }

    [GeneratedRegex(@"\d")]
    private static partial Regex Digits();
}
