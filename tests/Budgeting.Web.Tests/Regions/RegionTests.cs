using Budgeting.Core;
using Budgeting.Core.Regions;

namespace Budgeting.Web.Tests.Regions;

public sealed class RegionTests
{
    [Fact]
    public async Task The_tree_is_a_list_within_a_list()
    {
        await using var site = await Site.CreateAsync();
        var page = await site.Browse(language: "fi").OpenAsync("/regions");
        Assert.Equal("Maakunta", page.Text("main > .region-tree > li > a"));
        Assert.Equal("Kaupunki", page.Text("main > .region-tree > li > .region-tree > li > a"));
    }

    [Fact]
    public async Task A_region_shows_its_own_rounds_and_those_above_and_below()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        await world.Do<IRegions, Outcome<long>>(regions => regions.CreateAsync(Actor.Platform, new("elsewhere", RegionKind.County, new("Muualla"), null), default));
        await world.RoundAsync(world.CountyId);
        await world.RoundAsync(world.TownId);

        var county = await site.Browse().OpenAsync("/regions/county");
        Assert.Equal(["Budgeting rounds of this region", "Budgeting rounds in parts of this region", "Parts of this region"], county.Texts("main h2"));
        var town = await site.Browse().OpenAsync("/regions/town");
        Assert.Equal(["Budgeting rounds of this region", "Budgeting rounds of the wider area"], town.Texts("main h2"));
        Assert.Equal(["Regions", "Maakunta", "Kaupunki"], town.Texts(".breadcrumb li"));
        Assert.Null((await site.Browse().OpenAsync("/regions/elsewhere")).QuerySelector(".card"));
        Assert.Equal(404, await site.Browse().StatusAsync("/regions/nowhere"));
    }
}
