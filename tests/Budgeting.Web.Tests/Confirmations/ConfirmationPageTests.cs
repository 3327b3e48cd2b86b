using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;

namespace Budgeting.Web.Tests.Confirmations;

public sealed class ConfirmationPageTests
{
    [Fact]
    public async Task One_coordinator_asks_and_another_publishes()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        site.World.TravelTo(Phase.Counting);
        await site.World.CarryOutAllAsync(roundId);
        var first = site.Browse(site.World.Official);
        var form = await first.OpenAsync($"/admin/rounds/{roundId}/publish");
        Assert.Contains("Write a reason", (await first.SendAsync(form)).Text(".error-summary"));
        var asked = await first.SendAsync(form, ("Input.Reason", "Laskenta on tarkastettu"));
        Assert.Contains("Another coordinator has to confirm it", asked.Text(".notice"));
        Assert.Contains("The request waits for another official", asked.Text());
        Assert.Empty(asked.QuerySelectorAll("main form[method=post]"));
        Assert.Contains("Publishing waits for another coordinator", (await first.OpenAsync($"/admin/rounds/{roundId}/publish")).Text());
        Assert.Equal(404, await first.StatusAsync("/admin/confirmations/999"));
        Assert.Equal(403, await site.Browse(site.World.Resident).StatusAsync(asked.Path()));

        var second = site.Browse(site.World.Colleague);
        var front = await second.OpenAsync("/admin");
        Assert.Contains("Waits for you", front.Text());
        Assert.True(front.Links(asked.Path()));
        Assert.True((await second.OpenAsync($"/admin/rounds/{roundId}")).Links(asked.Path()));
        var decide = await second.OpenAsync(asked.Path());
        Assert.Contains("Write why you decline", (await second.PressAsync(decide, "Decline")).Text(".error-summary"));
        var done = await second.PressAsync(decide, "Confirm", ("Input.Remark", "Tarkastettu yhdessä"));
        Assert.Equal($"/rounds/{roundId}/results", done.Path());
        Assert.Contains("Tarkastettu yhdessä", (await first.OpenAsync(asked.Path())).Text());
        Assert.Contains("Confirmed", (await first.OpenAsync(asked.Path())).Text());
    }

    [Fact]
    public async Task Lowering_the_money_after_proposing_waits_for_another_finance_officer()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        site.World.TravelTo(Phase.Evaluating);
        var first = site.Browse(site.World.Official);
        var form = await first.OpenAsync($"/admin/rounds/{roundId}/envelope");
        Assert.Contains("takes two finance officers", form.Text());
        var asked = await first.SendAsync(form, ("Input.Amount", "800"), ("Input.Reason", "Säästöpäätös"));
        Assert.StartsWith("/admin/confirmations/", asked.Path());
        Assert.Matches("The money asked for ?800", asked.Text());
        Assert.Equal(Money.FromEuros(1_000), (await site.World.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(site.World.Official, roundId, default)))!.Envelope);
        var second = site.Browse(site.World.Colleague);
        await second.PressAsync(await second.OpenAsync(asked.Path()), "Confirm");
        Assert.Equal(Money.FromEuros(800), (await site.World.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(site.World.Official, roundId, default)))!.Envelope);
    }
}
