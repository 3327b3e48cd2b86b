using System.Net;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Tests.Electorate;

public sealed partial class CodeTests
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";

    private static async Task<(Site Site, long RoundId, IReadOnlyList<string> Codes)> VotingAsync(params IReadOnlyList<(string, string)> settings)
    {
        var site = await Site.CreateAsync(settings);
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        return (site, roundId, await site.World.CodesAsync(roundId, Rows));
    }

    [Fact]
    public async Task A_letter_code_leads_to_a_receipt_and_later_to_the_same_ballot()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var voter = new Forms(site.Client());
        var page = await voter.OpenAsync($"/rounds/{roundId}/vote");
        Assert.Equal($"/rounds/{roundId}/code", page.Path());
        Assert.True(page.Links($"/sign-in?returnUrl=%2Frounds%2F{roundId}%2Fvote"));

        page = await voter.SendAsync(page, ".form", ("Input.Code", codes[0].ToLowerInvariant()));
        Assert.Equal($"/rounds/{roundId}/vote", page.Path());
        Assert.Contains("not voted yet", page.Text(), StringComparison.OrdinalIgnoreCase);
        page = await VoteAsync(voter, page, "1");
        Assert.Equal($"/rounds/{roundId}/vote/receipt", page.Path());
        var receipt = page.Text(".receipt-code");
        Assert.Matches(Receipt(), receipt);
        // The browser that has just cast shows what is in the box; so does the page with the receipt, opened again.
        page = await voter.OpenAsync($"/rounds/{roundId}/vote");
        Assert.Contains(receipt, page.Text());
        Assert.Single(page.QuerySelectorAll(".ballot input[checked]"));
        page = await voter.OpenAsync($"/rounds/{roundId}/vote/receipt");
        Assert.Equal(receipt, page.Text(".receipt-code"));
        Assert.Contains("stored", (await voter.OpenAsync($"/rounds/{roundId}")).Text(".now"), StringComparison.OrdinalIgnoreCase);

        // On a shared device the next person begins anew.
        page = await voter.SendAsync(page, "form[action$='handler=Leave']");
        Assert.Equal($"/rounds/{roundId}/code", page.Path());
        Assert.DoesNotContain(receipt, (await voter.OpenAsync($"/rounds/{roundId}/vote/receipt")).Text());
        Assert.Equal($"/rounds/{roundId}/code", (await voter.OpenAsync($"/rounds/{roundId}/vote")).Path());

        var elsewhere = new Forms(site.Client());
        page = await elsewhere.SendAsync(await elsewhere.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        AssertVoteNotShown(page, receipt);
        page = await elsewhere.SendAsync(await elsewhere.OpenAsync($"/rounds/{roundId}/vote/withdraw"), "form:has(.hds-button--danger)");
        Assert.Contains("not voted yet", page.Text(), StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertVoteNotShown(IDocument page, string receipt)
    {
        Assert.Contains("Your vote is stored", page.Text());
        Assert.Contains("only in the browser where you voted", page.Text());
        Assert.DoesNotContain(receipt, page.DocumentElement.OuterHtml);
        Assert.NotNull(page.QuerySelector(".ballot input[type=checkbox]"));
        Assert.Empty(page.QuerySelectorAll(".ballot input[checked]"));
        Assert.NotNull(page.QuerySelector("a[href$='/vote/withdraw']"));
    }

    [Fact]
    public async Task What_was_chosen_is_shown_for_half_an_hour_where_it_was_cast_and_not_in_another_session_of_the_same_browser()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var vote = $"/rounds/{roundId}/vote";
        var voter = new Forms(site.Client());
        async Task<IDocument> EnterAsync(Forms forms) => await forms.SendAsync(await forms.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        var receipt = (await VoteAsync(voter, await EnterAsync(voter), "1")).Text(".receipt-code");
        // The session goes on with each page, the receipt does not.
        site.World.Clock.Now += TimeSpan.FromMinutes(29);
        Assert.Contains(receipt, (await voter.OpenAsync(vote)).Text());
        site.World.Clock.Now += TimeSpan.FromMinutes(2);
        AssertVoteNotShown(await voter.OpenAsync(vote), receipt);
        Assert.Null((await voter.OpenAsync($"{vote}/receipt")).QuerySelector(".receipt-code"));

        // The same code once more, with and without ending the session before.
        receipt = (await VoteAsync(voter, await voter.OpenAsync(vote), "2")).Text(".receipt-code");
        Assert.Contains(receipt, (await voter.OpenAsync(vote)).Text());
        AssertVoteNotShown(await EnterAsync(voter), receipt);
        receipt = (await VoteAsync(voter, await voter.OpenAsync(vote), "1")).Text(".receipt-code");
        await voter.SendAsync(await voter.OpenAsync(vote), "form[action$='handler=Leave']");
        AssertVoteNotShown(await EnterAsync(voter), receipt);

        // Changed elsewhere, the receipt here is of nothing that is in the box.
        receipt = (await VoteAsync(voter, await voter.OpenAsync(vote), "2")).Text(".receipt-code");
        var elsewhere = new Forms(site.Client());
        await VoteAsync(elsewhere, await EnterAsync(elsewhere), "1");
        AssertVoteNotShown(await voter.OpenAsync(vote), receipt);
        Assert.Null((await voter.OpenAsync($"{vote}/receipt")).QuerySelector(".receipt-code"));
    }

    [Fact]
    public async Task By_an_account_too_the_browser_that_cast_shows_the_choices_and_another_does_not()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        Assert.True((await site.World.LinkAsync(site.World.Resident, roundId, codes[0])).Granted);
        var voter = new Forms(site.Client(site.World.Resident));
        var receipt = (await VoteAsync(voter, await voter.OpenAsync($"/rounds/{roundId}/vote"), "1")).Text(".receipt-code");
        Assert.Contains(receipt, (await voter.OpenAsync($"/rounds/{roundId}/vote")).Text());
        AssertVoteNotShown(await new Forms(site.Client(site.World.Resident)).OpenAsync($"/rounds/{roundId}/vote"), receipt);
    }

    [Fact]
    public async Task The_session_is_this_browsers_alone_and_ends_after_half_an_hour()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var client = site.Client(redirects: false);
        var voter = new Forms(client);
        var answer = await voter.PostAsync(await voter.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("budgeting-pass=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains($"path=/rounds/{roundId}", cookie);
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.DoesNotContain("expires", cookie);
        answer = await client.GetAsync($"/rounds/{roundId}/vote");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        // Each page prolongs it.
        for (var i = 0; i < 3; i++)
        {
            site.World.Clock.Now += TimeSpan.FromMinutes(29);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/rounds/{roundId}/vote")).StatusCode);
        }
        site.World.Clock.Now += TimeSpan.FromMinutes(31);
        Assert.Equal($"/rounds/{roundId}/code", (await client.GetAsync($"/rounds/{roundId}/vote")).Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("same-origin", false, true)]
    [InlineData("same-origin", true, true)]
    [InlineData("cross-site", false, false)]
    [InlineData("same-site", false, false)]
    [InlineData("none", false, false)]
    [InlineData("same-origin, cross-site", false, false)]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    public async Task A_vote_is_taken_only_from_a_page_of_this_site(string? site, bool token, bool stored)
    {
        var (server, roundId, codes) = await VotingAsync();
        await using var _ = server;
        var client = server.Client(redirects: false);
        var voter = new Forms(client);
        await voter.PostAsync(await voter.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        var page = await voter.OpenAsync($"/rounds/{roundId}/vote");
        page = await voter.SendAsync(page, ".ballot", (BallotField(page), "1"));
        var fields = Forms.Fields(page.QuerySelector<IHtmlFormElement>("main form[action$='handler=Cast']")!, []);
        if (!token)
            fields.RemoveAll(field => field.Key == "__RequestVerificationToken");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/rounds/{roundId}/vote/review?handler=Cast") { Content = new FormUrlEncodedContent(fields) };
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        var answer = await client.SendAsync(request);
        Assert.Equal(stored ? HttpStatusCode.Redirect : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(stored ? 1 : 0, await server.World.Sql(context => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.CountAsync(context.Ballots)));
        if (stored)
            Assert.Contains("samesite=strict", Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("budgeting-receipt=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_vote_sent_after_the_session_has_ended_is_said_not_to_be_stored()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var voter = new Forms(site.Client());
        var page = await voter.SendAsync(await voter.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        page = await voter.SendAsync(page, ".ballot", (BallotField(page), "1"));
        site.World.Clock.Now += TimeSpan.FromMinutes(31);
        page = await voter.SendAsync(page, "form[action$='handler=Cast']");
        Assert.Contains("was not stored", page.Text());
        Assert.True(page.Links($"/rounds/{roundId}/code"));
    }

    [Fact]
    public async Task Wrong_codes_are_refused_and_after_too_many_the_right_one_too()
    {
        var (site, roundId, codes) = await VotingAsync(("Attempts:PerAddress", "3"));
        await using var _ = site;
        var voter = new Forms(site.Client());
        var page = await voter.OpenAsync($"/rounds/{roundId}/code");
        page = await voter.SendAsync(page, ".form", ("Input.Code", "not a code"));
        Assert.Contains("typing error", page.Text("#Input_Code-error"));
        for (var i = 0; i < 3; i++)
        {
            page = await voter.SendAsync(page, ".form", ("Input.Code", EntryCode.Write($"{i:00000000000000}")));
            Assert.Contains("not valid in this round", page.Text("#Input_Code-error"));
        }
        var answer = await voter.PostAsync(page, ".form", ("Input.Code", codes[0]));
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("Wait 15 min", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_signed_in_person_links_the_code_and_votes_by_the_account_from_then_on()
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var resident = new Forms(site.Client(site.World.Resident));
        var refused = await site.Client(site.World.Resident).GetAsync($"/rounds/{roundId}/vote");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains($"/rounds/{roundId}/code", await refused.Content.ReadAsStringAsync());
        var page = await resident.SendAsync(await resident.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[0]));
        Assert.Equal($"/rounds/{roundId}/vote", page.Path());
        Assert.Null(page.QuerySelector("form[action$='handler=Leave']"));
        page = await VoteAsync(resident, page, "2");
        Assert.Matches(Receipt(), page.Text(".receipt-code"));

        // Another's code is not linked to this account, but can be voted by.
        page = await resident.SendAsync(await resident.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", codes[1]));
        Assert.Contains("cannot be linked", page.Text("#Input_Code-error"));
        page = await resident.SendAsync(page, ".form", ("Input.Code", codes[1]), ("Input.Link", "false"));
        Assert.Equal($"/rounds/{roundId}/vote", page.Path());
        Assert.NotNull(page.QuerySelector("form[action$='handler=Leave']"));
    }

    [Fact]
    public async Task A_round_by_declaration_asks_for_no_code()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}/code");
        Assert.Contains("needs no code", page.Text());
        Assert.Null(page.QuerySelector("main form"));
        Assert.Equal("/sign-in", (await site.Browse().OpenAsync($"/rounds/{roundId}/vote")).Path());
        Assert.False((await site.Browse().OpenAsync($"/rounds/{roundId}")).Links($"/rounds/{roundId}/code"));
    }

    [Theory]
    [InlineData("fi")]
    [InlineData("sv")]
    [InlineData("en")]
    public async Task The_pages_stand_in_every_language(string language)
    {
        var (site, roundId, codes) = await VotingAsync();
        await using var _ = site;
        var clerk = await site.World.ClerkAsync();
        foreach (var phase in new[] { Phase.Evaluating, Phase.Voting, Phase.Counting })
        {
            site.World.TravelTo(phase);
            foreach (var (person, address) in new[]
            {
                (null, $"/rounds/{roundId}/code"), (site.World.Resident, $"/rounds/{roundId}/code"),
                (site.World.Official, $"/admin/rounds/{roundId}/electorate"), (clerk, $"/admin/rounds/{roundId}/desk"), (clerk, $"/admin/rounds/{roundId}"),
            })
            {
                var page = await site.Browse(person, language).OpenAsync(address);
                Assert.Equal(1, page.QuerySelectorAll("h1").Length);
                Assert.DoesNotMatch(Key(), page.QuerySelector("main")!.TextContent);
            }
        }
    }

    private static async Task<IDocument> VoteAsync(Forms voter, IDocument page, string project)
    {
        page = await voter.SendAsync(page, ".ballot", (BallotField(page), project));
        return await voter.SendAsync(page, "form[action$='handler=Cast']");
    }

    private static string BallotField(IDocument page) => page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!;

    [GeneratedRegex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$")]
    private static partial Regex Receipt();

    [GeneratedRegex(@"\b(Code|Session|Electorate|Register|Desk|Status|Action|RowProblem|DeskBallot|ElectorateBasis)\.[A-Za-z-]+\b")]
    private static partial Regex Key();
}

/// <summary>Sends any form of a page, as a browser does: to the address it or its button names.</summary>
internal sealed class Forms(HttpClient client)
{
    public async Task<IDocument> OpenAsync(string address) => await ReadAsync(await client.GetAsync(address));

    public async Task<IDocument> SendAsync(IDocument page, string form, params IReadOnlyList<(string Name, string Value)> values) =>
        await ReadAsync(await PostAsync(page, form, values));

    public async Task<HttpResponseMessage> PostAsync(IDocument page, string selector, params IReadOnlyList<(string Name, string Value)> values)
    {
        var form = page.QuerySelector<IHtmlFormElement>($"main {selector}");
        Assert.True(form is not null, $"No form {selector} in: {page.Text()}");
        return await client.PostAsync(Address(page, form.GetAttribute("action")), new FormUrlEncodedContent(Fields(form, values)));
    }

    /// <summary>Presses a button that names an address of its own.</summary>
    public async Task<IDocument> PressAsync(IDocument page, string button)
    {
        var pressed = page.QuerySelector<IHtmlButtonElement>($"main button[formaction$='{button}']");
        Assert.True(pressed is not null, $"No button {button} in: {page.Text()}");
        return await ReadAsync(await client.PostAsync(Address(page, pressed.GetAttribute("formaction")), new FormUrlEncodedContent(Fields(pressed.Form!, []))));
    }

    public static List<KeyValuePair<string, string>> Fields(IHtmlFormElement form, IReadOnlyList<(string Name, string Value)> values)
    {
        List<KeyValuePair<string, string>> fields = [];
        foreach (var element in form.Elements)
        {
            if (element.GetAttribute("name") is not { } name || values.Any(value => value.Name == name))
                continue;
            switch (element)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } or IHtmlInputElement { Type: "file" }:
                    break;
                case IHtmlInputElement input:
                    fields.Add(new(name, input.Value));
                    break;
            }
        }
        fields.AddRange(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        return fields;
    }

    public static async Task<IDocument> ReadAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync();
        return await BrowsingContext.New().OpenAsync(answer => answer.Content(html).Address(response.RequestMessage!.RequestUri!.ToString()));
    }

    private static Uri Address(IDocument page, string? action) => new(new Uri(page.Url), action ?? "");
}
