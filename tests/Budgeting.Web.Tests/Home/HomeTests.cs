using Budgeting.Core;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Tests.Home;

public sealed class HomeTests
{
    [Theory]
    [InlineData(Phase.Announced, "Coming next")]
    [InlineData(Phase.Proposing, "Propose now")]
    [InlineData(Phase.Evaluating, "Being evaluated or counted")]
    [InlineData(Phase.Voting, "Vote now")]
    [InlineData(Phase.Counting, "Being evaluated or counted")]
    public async Task A_round_stands_under_what_can_be_done_in_it(Phase phase, string heading)
    {
        await using var site = await Site.CreateAsync();
        await site.World.RoundAsync();
        site.World.TravelTo(phase);
        var page = await site.Browse().OpenAsync("/");
        Assert.Equal(heading, page.Text("section:has(.card) h2"));
        Assert.Equal("Round", page.Text(".card h3"));
    }

    [Fact]
    public async Task Who_may_vote_is_told_whether_they_have_and_nobody_else_is()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, sheet) = await site.World.VotingAsync(costs: [10, 20]);
        var stranger = await site.World.PersonAsync("stranger", null);
        Assert.Equal("You have not voted yet", (await site.Browse(site.World.Resident).OpenAsync("/")).Text(".vote-state"));

        Assert.True((await site.World.CastAsync(sheet, await site.World.AdmitAsync(site.World.Resident, roundId), 1)).Granted);
        Assert.Equal("Your vote is stored", (await site.Browse(site.World.Resident).OpenAsync("/")).Text(".vote-state"));
        Assert.Equal("Your vote is stored", (await site.Browse(site.World.Resident).OpenAsync($"/rounds/{roundId}")).Text(".vote-state"));
        Assert.Null((await site.Browse().OpenAsync("/")).QuerySelector(".vote-state"));
        Assert.Null((await site.Browse(stranger).OpenAsync("/")).QuerySelector(".vote-state"));
    }

    [Fact]
    public async Task Who_has_said_where_they_live_sees_what_goes_on_near_them()
    {
        await using var site = await Site.CreateAsync();
        var elsewhere = (await site.World.Do<IRegions, Outcome<long>>(regions => regions.CreateAsync(
            Actor.Platform, new("elsewhere", RegionKind.Municipality, new("Muualla"), site.World.CountyId), default))).Value;
        await site.World.RoundAsync(elsewhere);
        Assert.Equal("Round", (await site.Browse().OpenAsync("/")).Text(".card h3"));
        var page = await site.Browse(site.World.Resident).OpenAsync("/");
        Assert.Null(page.QuerySelector(".card"));
        Assert.Contains("no budgeting round in your home region", page.Text());
        await site.World.RoundAsync(site.World.CountyId);
        Assert.Single((await site.Browse(site.World.Resident).OpenAsync("/")).Texts(".card h3"));
    }

    [Fact]
    public async Task The_region_chooser_leads_to_the_region_without_script()
    {
        await using var site = await Site.CreateAsync();
        var page = await site.Browse(language: "sv").OpenAsync("/");
        Assert.Equal(["Välj ett område", "Landskap", "– Stad"], page.Texts("select[name=Region] option"));
        Assert.Equal("/regions/town", (await site.Browse().OpenAsync("/regions?Region=town")).Path());
    }
}
