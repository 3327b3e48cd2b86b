using System.Net;
using System.Text.Json;
using Budgeting.Core;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Tests.My;

public sealed class DataTests
{
    private static async Task<(Site Site, long ProposalId)> ProposedAsync()
    {
        var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var headingId = await site.World.HeadingAsync(roundId, Money.FromEuros(100));
        site.World.TravelTo(Phase.Proposing);
        return (site, await site.World.ProposalAsync(roundId, headingId, "Keinut puistoon"));
    }

    [Fact]
    public async Task A_person_downloads_their_data_after_showing_a_passkey()
    {
        var (site, _) = await ProposedAsync();
        await using var __ = site;
        var client = site.Client(site.World.Resident);
        var browser = new Browser(client);
        var page = await browser.OpenAsync("/account/data");
        var token = page.QuerySelector("main input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var answer = await client.PostAsync("/account/data?handler=Download", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("my-data.json", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        using var file = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("resident@example.org", file.RootElement.GetProperty("account").GetProperty("email").GetString());
        Assert.Equal("Keinut puistoon", file.RootElement.GetProperty("proposals")[0].GetProperty("title").GetString());

        // The clock has gone a week since this one was shown.
        var stale = new Browser(site.Client(site.World.Resident, stale: true));
        var refused = await stale.PressAsync(await stale.OpenAsync("/account/data"), "Download the file");
        Assert.Contains("First confirm with your passkey", refused.Text(".error-summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_told_what_stays_and_deletes_the_account()
    {
        var (site, proposalId) = await ProposedAsync();
        await using var _ = site;
        var browser = site.Browse(site.World.Resident);
        var page = await browser.OpenAsync("/account/delete");
        Assert.Contains("Your public proposals (1)", page.Text(), StringComparison.Ordinal);
        Assert.Contains("audit log", page.Text(), StringComparison.Ordinal);
        var again = await browser.SendAsync(page);
        Assert.Contains("cannot be undone", again.Text(".error-summary"), StringComparison.Ordinal);
        Assert.Contains("resident", (await browser.OpenAsync($"/proposals/{proposalId}")).Text(), StringComparison.Ordinal);
        var done = await browser.SendAsync(again, ("Input.Confirmed", "true"));
        Assert.Equal("/", done.Path());
        foreach (var (language, words) in new[] { ("en", "former participant"), ("fi", "entinen osallistuja"), ("sv", "tidigare deltagare") })
            Assert.Contains(words, (await site.Browse(language: language).OpenAsync($"/proposals/{proposalId}")).Text(), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await site.Client(site.World.Resident, redirects: false).GetAsync("/account/delete")).StatusCode);
    }

    [Fact]
    public async Task An_official_is_told_to_hand_over_first_and_is_offered_no_button()
    {
        await using var site = await Site.CreateAsync();
        var page = await site.Browse(site.World.Official).OpenAsync("/account/delete");
        Assert.Contains("Hand over your roles first", page.Text(), StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("main form"));
    }
}
