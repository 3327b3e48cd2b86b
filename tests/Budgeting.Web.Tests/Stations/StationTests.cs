using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Web.Tests.Electorate;

namespace Budgeting.Web.Tests.Stations;

public sealed partial class StationTests
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";
    private const string Pin = "246813";

    private static async Task<(Site Site, long RoundId, Forms Clerk, IReadOnlyList<string> Codes)> VotingAsync()
    {
        var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        return (site, roundId, new Forms(site.Client(await site.World.ClerkAsync())), await site.World.CodesAsync(roundId, Rows));
    }

    private static async Task<string> OpenAsync(Forms clerk, long roundId)
    {
        var page = await clerk.OpenAsync($"/admin/rounds/{roundId}/stations");
        page = await clerk.SendAsync(page, ".form", ("Input.Name", "Main library"), ("Input.Pin", Pin));
        Assert.DoesNotContain(Pin, page.DocumentElement.OuterHtml);
        return page.Text(".receipt-code");
    }

    private static async Task<IDocument> StartAsync(Forms device, string code) =>
        await device.SendAsync(await device.OpenAsync("/station"), ".form", ("Input.Code", code));

    private static async Task<IDocument> ReviewAsync(Forms device, IDocument start, string code, string project)
    {
        var ballot = await device.SendAsync(start, ".form", ("Input.Code", code));
        Assert.EndsWith("/vote", ballot.Path());
        var field = ballot.QuerySelector("input[type=checkbox]")!.GetAttribute("name")!;
        return await device.SendAsync(ballot, ".ballot", (field, project));
    }

    [Fact]
    public async Task A_station_votes_for_one_after_another_and_forgets_each_of_them()
    {
        var (site, roundId, clerk, codes) = await VotingAsync();
        await using var _ = site;
        Assert.True((await clerk.OpenAsync($"/admin/rounds/{roundId}/desk")).Links($"/admin/rounds/{roundId}/stations"));
        var device = new Forms(site.Client());
        var start = await StartAsync(device, await OpenAsync(clerk, roundId));
        Assert.Equal($"/rounds/{roundId}/code", start.Path());
        Assert.Contains("Main library: Open", (await clerk.OpenAsync($"/admin/rounds/{roundId}/desk")).Texts("section li"));

        var review = await ReviewAsync(device, start, codes[0], "1");
        // What a project is about is read on the ballot: there is no other page to read it on.
        var ballot = await device.OpenAsync($"/rounds/{roundId}/vote");
        Assert.Contains("tarpeeksi tekstiä", ballot.Text("details"));
        Assert.Empty(ballot.QuerySelectorAll("a[href^='/proposals'], a[href='/'], a[href^='/sign-in'], .navigation"));
        var receiptPage = await device.SendAsync(review, "form[action*='Cast']");
        var receipt = receiptPage.Text(".receipt-code");
        Assert.Matches(Receipt(), receipt);
        Assert.Contains("Take the receipt along", receiptPage.Text());
        Assert.NotNull(receiptPage.QuerySelector(".receipt__picture"));
        var left = await device.SendAsync(receiptPage, "form[action$='handler=Leave']");
        Assert.Equal($"/rounds/{roundId}/code", left.Path());
        Assert.Contains("Your vote is stored", left.Text());

        foreach (var address in new[] { "vote", "vote/receipt", "vote/review", "vote/withdraw" })
        {
            var page = await device.OpenAsync($"/rounds/{roundId}/{address}");
            Assert.DoesNotContain(receipt, page.Text());
            Assert.Null(page.QuerySelector("input[type=checkbox]"));
        }
        // The next voter, in another language, and the station is back in its own.
        var finnish = await device.OpenAsync($"/language/fi?returnUrl=%2Frounds%2F{roundId}%2Fcode");
        Assert.Equal("fi", finnish.DocumentElement.GetAttribute("lang"));
        Assert.Equal("en", (await device.OpenAsync("/station/next")).DocumentElement.GetAttribute("lang"));
        var next = await ReviewAsync(device, await device.OpenAsync("/station"), codes[1], "2");
        Assert.EndsWith("/vote/receipt", (await device.SendAsync(next, "form[action*='Cast']")).Path());
    }

    [Fact]
    public async Task A_form_that_the_last_voter_left_in_the_browser_is_not_the_next_voters()
    {
        var (site, roundId, clerk, codes) = await VotingAsync();
        await using var _ = site;
        var client = site.Client();
        // As browsers of today say it, and by which a ballot is taken elsewhere without its form's token.
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var device = new Forms(client);
        var start = await StartAsync(device, await OpenAsync(clerk, roundId));
        var review = await ReviewAsync(device, start, codes[0], "1");
        var next = await device.OpenAsync("/station/next");
        Assert.EndsWith("/vote", (await device.SendAsync(next, ".form", ("Input.Code", codes[1]))).Path());
        // The next voter goes back and sends the forms in the history again.
        var again = await device.PostAsync(review, "form[action*='Cast']");
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.DoesNotContain("Penkki puistoon", await again.Content.ReadAsStringAsync());
        Assert.Contains("not voted yet", (await device.OpenAsync($"/rounds/{roundId}/vote")).Text(), StringComparison.OrdinalIgnoreCase);
        var page = await device.OpenAsync($"/rounds/{roundId}/vote");
        Assert.DoesNotContain(page.QuerySelectorAll<IHtmlInputElement>("input[type=checkbox]"), box => box.IsChecked);
    }

    [Fact]
    public async Task Every_other_page_of_the_site_leads_back_and_nobody_is_signed_in()
    {
        var (site, roundId, clerk, codes) = await VotingAsync();
        await using var _ = site;
        var (other, _) = await site.World.RegisteredAsync(Rows);
        // Somebody had signed in on the device before.
        var client = site.Client(site.World.Official, redirects: false);
        var device = new Forms(client);
        var page = await device.OpenAsync("/station");
        var answer = await device.PostAsync(page, ".form", ("Input.Code", await OpenAsync(clerk, other)));
        Assert.Equal($"/rounds/{other}/code", answer.Headers.Location!.ToString());
        foreach (var address in new[] { "/", "/account", "/admin", $"/admin/rounds/{other}", $"/rounds/{other}", "/proposals/1", $"/rounds/{other}/receipt", $"/rounds/{roundId}/code", $"/rounds/{roundId}/vote", "/sign-in", "/register" })
        {
            var led = await client.GetAsync(address);
            Assert.True(led.StatusCode == HttpStatusCode.Redirect, $"{address}: {led.StatusCode}");
            Assert.Equal($"/rounds/{other}/vote", led.Headers.Location!.ToString());
        }
        var code = await client.GetAsync($"/rounds/{other}/code");
        Assert.Equal(HttpStatusCode.OK, code.StatusCode);
        Assert.True(code.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain("/sign-out", await code.Content.ReadAsStringAsync());
        // A code of another round is none here.
        var refused = await device.PostAsync(await Forms.ReadAsync(code), ".form", ("Input.Code", codes[0]));
        Assert.Contains("not valid", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing-here")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/site.css")).StatusCode);
    }

    [Fact]
    public async Task It_ends_by_its_pin_from_the_desk_and_when_voting_closes()
    {
        var (site, roundId, clerk, _) = await VotingAsync();
        await using var _ = site;
        var byPin = new Forms(site.Client());
        await StartAsync(byPin, await OpenAsync(clerk, roundId));
        var page = await byPin.SendAsync(await byPin.OpenAsync("/station/close"), ".form", ("Input.Pin", "999991"));
        Assert.Contains("The pin is wrong", page.Text());
        page = await byPin.SendAsync(page, ".form", ("Input.Pin", Pin));
        Assert.Contains("no longer a voting station", page.Text());
        // It is a device like any other again.
        Assert.NotNull((await byPin.OpenAsync("/")).QuerySelector(".navigation"));

        var fromDesk = new Forms(site.Client());
        await StartAsync(fromDesk, await OpenAsync(clerk, roundId));
        page = await clerk.SendAsync(await clerk.OpenAsync($"/admin/rounds/{roundId}/stations"), "form[action='?handler=Close']");
        Assert.Contains("The station is closed", page.Text());
        Assert.Contains("no longer a voting station", (await fromDesk.OpenAsync($"/rounds/{roundId}/code")).Text());

        var untilTheEnd = new Forms(site.Client());
        await StartAsync(untilTheEnd, await OpenAsync(clerk, roundId));
        site.World.TravelTo(Phase.Counting);
        Assert.Equal("/station", (await untilTheEnd.OpenAsync($"/rounds/{roundId}/vote")).Path());
        Assert.Contains("Ended with voting", (await clerk.OpenAsync($"/admin/rounds/{roundId}/stations")).Text());
    }

    [Fact]
    public async Task Whoever_reads_and_ponders_at_a_station_keeps_what_they_chose()
    {
        var (site, roundId, clerk, codes) = await VotingAsync();
        await using var _ = site;
        var device = new Forms(site.Client());
        var start = await StartAsync(device, await OpenAsync(clerk, roundId));
        var ballot = await device.SendAsync(start, ".form", ("Input.Code", codes[0]));
        site.World.Clock.Now += TimeSpan.FromMinutes(29);
        var field = ballot.QuerySelector("input[type=checkbox]")!.GetAttribute("name")!;
        var review = await device.SendAsync(ballot, ".ballot", (field, "1"));
        Assert.Contains("Penkki puistoon", review.Text(".review"));
        site.World.Clock.Now += TimeSpan.FromMinutes(29);
        Assert.EndsWith("/vote/receipt", (await device.SendAsync(review, "form[action*='Cast']")).Path());
    }

    [Fact]
    public async Task Without_scripts_pages_ask_whether_somebody_is_there_and_go_on_by_themselves()
    {
        var (site, roundId, clerk, codes) = await VotingAsync();
        await using var _ = site;
        var device = new Forms(site.Client());
        var start = await StartAsync(device, await OpenAsync(clerk, roundId));
        static string Refresh(IDocument page) => page.QuerySelector("noscript")!.InnerHtml;
        Assert.Contains("url=/station/next", Refresh(start));
        var review = await ReviewAsync(device, start, codes[0], "1");
        Assert.Contains("300;url=/station/still", Refresh(review));
        var receipt = await device.SendAsync(review, "form[action*='Cast']");
        Assert.Contains("60;url=/station/still", Refresh(receipt));
        var still = await device.OpenAsync("/station/still");
        Assert.Contains("30;url=/station/next", Refresh(still));
        Assert.True(still.Links($"/rounds/{roundId}/vote"));
        // Whoever goes on finds the receipt again.
        Assert.Contains(receipt.Text(".receipt-code"), (await device.OpenAsync($"/rounds/{roundId}/vote")).Text());
        var refused = await device.OpenAsync("/station/next");
        Assert.Equal($"/rounds/{roundId}/code", refused.Path());
        Assert.Equal($"/rounds/{roundId}/code", (await device.OpenAsync($"/rounds/{roundId}/vote")).Path());
    }

    [GeneratedRegex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$")]
    private static partial Regex Receipt();
}
