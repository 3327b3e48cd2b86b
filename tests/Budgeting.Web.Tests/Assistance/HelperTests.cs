using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Web.Tests.Electorate;

namespace Budgeting.Web.Tests.Assistance;

public sealed class HelperTests
{
    [Fact]
    public async Task A_coordinator_allows_helpers_and_a_clerk_notes_that_a_voter_was_helped()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var roundId = await world.RoundAsync();
        await world.HeadingAsync(roundId, Core.Money.FromEuros(100));
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        var address = $"/admin/rounds/{roundId}/helpers";
        var coordinator = new Forms(site.Client(world.Official));
        var clerk = new Forms(site.Client(await world.ClerkAsync()));
        var page = await coordinator.OpenAsync(address);
        Assert.Contains("In this round helpers are not allowed", page.Text());
        page = await coordinator.SendAsync(page, "form[action='?handler=Set']");
        Assert.Contains("In this round helpers are allowed", page.Text());
        Assert.Null((await clerk.OpenAsync(address)).QuerySelector("main form"));
        world.TravelTo(Phase.Voting);
        Assert.Contains("You may bring a helper", (await new Forms(site.Client()).OpenAsync($"/rounds/{roundId}/code")).Text());
        page = await clerk.OpenAsync(address);
        page = await clerk.SendAsync(page, ".form");
        Assert.Contains("Choose who helped", page.Text());
        Assert.Contains("Choose why help was needed", page.Text());
        page = await clerk.SendAsync(page, ".form", ("Input.Helper", "OwnHelper"), ("Input.Reason", "Reading"));
        Assert.Contains("is noted", page.Text());
        Assert.Equal(["The voter’s own helper", "Reading, understanding or language", "1"], page.Texts("tbody th, tbody td"));
        Assert.Null((await coordinator.OpenAsync(address)).QuerySelector("main form"));
    }
}
