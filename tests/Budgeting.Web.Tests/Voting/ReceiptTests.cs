using System.Net;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Pages.Voting;
using Budgeting.Web.Tests.Electorate;
using Microsoft.AspNetCore.Http;

namespace Budgeting.Web.Tests.Voting;

public sealed class ReceiptTests
{
    private static async Task<(Site Site, long RoundId, BallotSheet Sheet, string Receipt)> VotedAsync()
    {
        var site = await Site.CreateAsync();
        var (roundId, sheet) = await site.World.VotingAsync(costs: [10, 20]);
        var voters = await site.World.AdmitManyAsync(roundId, 5);
        foreach (var voter in voters.Skip(1))
            await site.World.CastAsync(sheet, voter, 2);
        return (site, roundId, sheet, (await site.World.CastAsync(sheet, voters[0], 1)).Value.Receipt);
    }

    [Fact]
    public void The_code_stands_behind_the_number_sign_where_no_server_sees_it()
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = ("https", new("osallistu.example.org"));
        var card = ReceiptCard.Of(context.Request, 3, "R1XG-ACP0-SM5N-PJTW");
        Assert.Equal("https://osallistu.example.org/rounds/3/receipt", card.CheckAddress);
        Assert.StartsWith("data:image/svg+xml;base64,", card.Picture);
        var svg = Encoding.UTF8.GetString(Convert.FromBase64String(card.Picture.Split(',')[1]));
        Assert.StartsWith("<svg", svg);
        Assert.DoesNotContain("R1XG", svg);
        // What is drawn is the address with the code behind the number sign, and another code is drawn otherwise.
        Assert.Equal(Budgeting.Web.Components.QrCode.Picture("https://osallistu.example.org/rounds/3/receipt#R1XG-ACP0-SM5N-PJTW"), card.Picture);
        Assert.NotEqual(card.Picture, ReceiptCard.Of(context.Request, 3, "0000-0000-0000-0000").Picture);
    }

    [Theory]
    [InlineData("en", "QR code")]
    [InlineData("fi", "QR-koodi")]
    [InlineData("sv", "QR-kod")]
    public async Task A_receipt_is_printed_with_code_picture_and_address_without_standing_in_an_address(string language, string picture)
    {
        var (site, roundId, _, receipt) = await VotedAsync();
        await using var disposed = site;
        var client = site.Client(language: language);
        var form = await BrowsingContext.New().OpenAsync(answer => answer.Content(client.GetStringAsync($"/rounds/{roundId}/receipt").Result));
        var token = form.QuerySelector("main input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        async Task<HttpResponseMessage> Post(string code) =>
            await client.PostAsync($"/rounds/{roundId}/receipt/print", new FormUrlEncodedContent([new("code", code), new("__RequestVerificationToken", token)]));

        var answer = await Post(receipt);
        Assert.Equal($"/rounds/{roundId}/receipt/print", answer.RequestMessage!.RequestUri!.PathAndQuery);
        var page = await BrowsingContext.New().OpenAsync(html => html.Content(answer.Content.ReadAsStringAsync().Result));
        Assert.Equal(receipt, page.Text(".receipt-code"));
        Assert.Contains($"/rounds/{roundId}/receipt", page.Text(".receipt__link"));
        Assert.StartsWith(picture, page.QuerySelector(".receipt img")!.GetAttribute("alt"));
        // What nobody was given is not dressed up as a receipt.
        foreach (var code in new[] { "0000-0000-0000-0000", "R1XG", "" })
            Assert.Equal($"/rounds/{roundId}/receipt", (await Post(code)).RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Equal($"/rounds/{roundId}/receipt", (await client.GetAsync($"/rounds/{roundId}/receipt/print")).RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task The_day_of_a_receipt_to_keep_is_the_regions()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10, 20]);
        var day = DateOnly.FromDateTime(site.World.Clock.Now.UtcDateTime).AddDays(1);
        // In Helsinki the next day has begun.
        site.World.Clock.Now = new(day, new TimeOnly(22, 30), TimeSpan.Zero);
        var voter = new Forms(site.Client(site.World.Resident));
        var ballot = await voter.OpenAsync($"/rounds/{roundId}/vote");
        var review = await voter.SendAsync(ballot, ".ballot", (ballot.QuerySelector("input[type=checkbox]")!.GetAttribute("name")!, "1"));
        var receipt = await voter.SendAsync(review, "form[action*='Cast']");
        Assert.Equal(day.AddDays(1).ToString("O"), receipt.QuerySelector("[data-keep-receipt]")!.GetAttribute("data-day"));
    }

    [Fact]
    public async Task The_check_shows_the_proof_once_results_are_published_and_never_what_was_chosen()
    {
        var (site, roundId, sheet, receipt) = await VotedAsync();
        await using var disposed = site;
        var browser = site.Browse();
        async Task<IDocument> CheckAsync(string code) =>
            await browser.SendAsync(await browser.OpenAsync($"/rounds/{roundId}/receipt"), ("Input.Code", code));
        foreach (var phase in new[] { Phase.Voting, Phase.Counting })
        {
            site.World.TravelTo(phase);
            if (phase == Phase.Counting)
                await site.World.CarryOutAllAsync(roundId);
            var before = await CheckAsync(receipt);
            Assert.Contains("The ballot is stored", before.Text());
            Assert.Null(before.QuerySelector(".proof"));
        }
        Assert.True((await site.World.PublishAsync(roundId)).Granted);
        var page = await CheckAsync(receipt.ToLowerInvariant().Replace("-", " "));
        Assert.Contains("The ballot is stored", page.Text());
        Assert.Contains("of the 5 votes counted", page.Text());
        var hashes = page.Texts(".proof code");
        Assert.Equal(receipt, ReceiptCode.Of(Convert.FromHexString(hashes[0])));
        Assert.InRange(hashes.Count, 3, 5);
        Assert.Contains(hashes[^1], (await browser.OpenAsync($"/rounds/{roundId}/results")).Text());
        Assert.DoesNotContain(sheet.Project(1)!.Title, page.Text());

        var unknown = await CheckAsync("0000-0000-0000-0000");
        Assert.Contains("No ballot has this receipt", unknown.Text());
        Assert.Null(unknown.QuerySelector(".proof"));
        Assert.Contains("typing error", (await CheckAsync("R1XG-ACP0-SM5N-PJTV")).Text());
    }
}
