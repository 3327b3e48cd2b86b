using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;

namespace Budgeting.Web.Tests.Rounds;

public sealed partial class RoundTests
{
    [Theory]
    [InlineData(Phase.Announced, null)]
    [InlineData(Phase.Proposing, "/proposals/new")]
    [InlineData(Phase.Evaluating, "/proposals")]
    [InlineData(Phase.Voting, "/vote")]
    [InlineData(Phase.Counting, null)]
    public async Task The_page_says_what_can_be_done_now(Phase phase, string? action)
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        site.World.TravelTo(phase);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}");
        Assert.Equal(action is null ? null : $"/rounds/{roundId}{action}", page.QuerySelector(".now .hds-button--primary")?.GetAttribute("href"));
        var step = Assert.Single(page.QuerySelectorAll(".timeline [aria-current=step]"));
        Assert.Equal((int)phase, Array.IndexOf([.. page.QuerySelectorAll(".timeline > li")], step) + (phase > Phase.CoDeveloping ? 1 : 0));
        Assert.Equal(phase >= Phase.Voting, page.Links($"/rounds/{roundId}/sheets"));
        Assert.False(page.Links($"/rounds/{roundId}/results"));
    }

    [Fact]
    public async Task The_schedule_is_in_the_regions_time_on_both_sides_of_a_clock_change()
    {
        await using var site = await Site.CreateAsync();
        // In 2027 Finland's clocks go forward on 28 March at three.
        var start = new DateTimeOffset(2027, 3, 20, 10, 0, 0, TimeSpan.Zero);
        var roundId = await site.World.RoundAsync(periods: World.Weeks(start));
        site.World.Clock.Now = start;
        var times = (await site.Browse(language: "fi").OpenAsync($"/rounds/{roundId}")).Texts(".timeline__time");
        Assert.Equal("20.3.2027 klo 12.00 – 27.3.2027 klo 12.00", times[0]);
        Assert.Equal("27.3.2027 klo 12.00 – 3.4.2027 klo 13.00", times[1]);
        Assert.Equal("Kun laskenta on tarkistettu ja tulokset julkaistaan", times[5]);
    }

    [Fact]
    public async Task The_schedule_of_a_region_in_another_time_zone_is_in_its_time()
    {
        await using var site = await Site.CreateAsync();
        var regionId = (await site.World.Do<IRegions, Outcome<long>>(regions => regions.CreateAsync(
            Actor.Platform, new("islands", RegionKind.Municipality, new("Saaret"), site.World.CountyId, "Europe/Stockholm"), default))).Value;
        var roundId = await site.World.RoundAsync(regionId);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}");
        Assert.Equal("4 January 2027 at 09:00 – 11 January 2027 at 09:00", page.Texts(".timeline__time")[0]);
        Assert.Contains("Europe/Stockholm", page.Text());
        Assert.Contains("11 January 2027 at 09:00", (await site.Browse().OpenAsync("/")).Text(".card"));
    }

    [Fact]
    public async Task A_round_that_is_not_announced_is_for_its_officials_only()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync(periods: World.Weeks(World.Start.AddDays(30)));
        foreach (var address in new[] { "", "/proposals", "/results", "/sheets", "/proposals/new" })
        {
            Assert.Equal(404, await site.Browse(site.World.Resident).StatusAsync($"/rounds/{roundId}{address}"));
            Assert.Equal(200, await site.Browse(site.World.Official).StatusAsync($"/rounds/{roundId}{address}"));
        }
        Assert.Null((await site.Browse().OpenAsync("/rounds")).QuerySelector(".card"));
    }

    [Fact]
    public async Task Money_is_shown_with_how_one_votes_and_why_it_changed()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        await site.World.HeadingAsync(roundId, Money.FromEuros(400), maximum: 5);
        await site.World.HeadingAsync(roundId, Money.FromEuros(300), BallotKind.Knapsack, regionId: site.World.TownId);
        await site.World.Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeEnvelopeAsync(site.World.Official, roundId, new(150_050), "Lisätalousarvio <1>", default));
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}");
        Assert.Equal(
            ["Osabudjetti 400 € Choose at most 5 projects Most votes first Residents: Maakunta", "Osabudjetti 300 € Choose as many projects as fit in the money Most votes first Residents: Kaupunki"],
            page.Texts(".data-table tbody tr"));
        Assert.Contains("1,000 € → 1,500.50 €", page.Text(".history"));
        Assert.Contains("Lisätalousarvio <1>", page.Text(".history"));
    }

    [Fact]
    public async Task A_sheets_file_has_the_hash_that_is_shown()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, sheet) = await site.World.VotingAsync(costs: [10, 20, 30]);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}/sheets");
        var file = await site.Browse().DownloadAsync($"/rounds/{roundId}/sheets/{sheet.HeadingId}.txt");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), page.Text(".hash code"));
        Assert.Contains(string.Join(", ", sheet.Lot), page.Text());
    }

    [Fact]
    public async Task Before_voting_there_are_no_sheets()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var headingId = await site.World.HeadingAsync(roundId, Money.FromEuros(100));
        site.World.TravelTo(Phase.Evaluating);
        Assert.Contains("frozen at the moment voting opens", (await site.Browse().OpenAsync($"/rounds/{roundId}/sheets")).Text());
        Assert.Equal(404, await site.Browse().StatusAsync($"/rounds/{roundId}/sheets/{headingId}.txt"));
    }

    [Fact]
    public async Task The_list_of_rounds_is_filtered_by_phase_and_bears_any_value()
    {
        await using var site = await Site.CreateAsync();
        await site.World.RoundAsync();
        site.World.TravelTo(Phase.Proposing);
        foreach (var (query, found) in new[] { ("", 1), ("?Phase=Proposing", 1), ("?Phase=Voting", 0), ("?Phase=", 1), ("?Phase=1", 1), ("?Phase=%00", 1) })
            Assert.Equal(found, (await site.Browse().OpenAsync($"/rounds{query}")).QuerySelectorAll(".card").Length);
        foreach (var address in new[] { "/rounds/0", "/rounds/-1", "/rounds/999", "/rounds/99999999999999999999", "/rounds/999/sheets", "/rounds/999/sheets/1.txt", "/rounds/999/results", "/rounds/999/proposals" })
            Assert.Equal(404, await site.Browse().StatusAsync(address));
    }

    [Theory]
    [InlineData("fi")]
    [InlineData("sv")]
    [InlineData("en")]
    public async Task Every_page_has_its_texts(string language)
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var headingId = await site.World.HeadingAsync(roundId, Money.FromEuros(100));
        site.World.TravelTo(Phase.Proposing);
        var proposalId = await site.World.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50));
        var browser = site.Browse(site.World.Resident, language);
        foreach (var phase in new[] { Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting })
        {
            site.World.TravelTo(phase);
            foreach (var address in new[]
            {
                "/", "/regions", "/regions/county", "/rounds", $"/rounds/{roundId}", $"/rounds/{roundId}/proposals", $"/rounds/{roundId}/sheets",
                $"/rounds/{roundId}/results", $"/rounds/{roundId}/proposals/new", $"/proposals/{proposalId}", "/my/proposals",
            })
            {
                var page = await browser.OpenAsync(address);
                Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
                Assert.Equal(1, page.QuerySelectorAll("h1").Length);
                // A key that has no text shows itself.
                Assert.DoesNotMatch(Key(), page.DocumentElement.TextContent);
            }
        }
    }

    [GeneratedRegex(@"\b[A-Z][a-zA-Z0-9]+\.[A-Za-z-]+\b")]
    private static partial Regex Key();
}
