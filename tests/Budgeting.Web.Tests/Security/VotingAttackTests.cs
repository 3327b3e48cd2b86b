using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core.Electorate;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Web.Tests.Electorate;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Security;

public sealed class VotingAttackTests
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";

    private sealed class Person
    {
        private readonly CookieContainer _cookies = new();

        public Person(Site site) => (Client, Forms) = (site.ClientWith(_cookies), new(site.ClientWith(_cookies)));

        public HttpClient Client { get; }

        public Forms Forms { get; }

        public string Cookie(string name) => _cookies.GetAllCookies().Last(cookie => cookie.Name == name && cookie.Value.Length > 0).Value;

        public void Plant(string name, string value, string path) => _cookies.Add(new Cookie(name, value, path, "localhost"));

        public Task<IDocument> EnterAsync(long roundId, string code) => EnterAsync(Forms, roundId, code);

        private static async Task<IDocument> EnterAsync(Forms forms, long roundId, string code) =>
            await forms.SendAsync(await forms.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code));

        public Task<IDocument> ReviewAsync(IDocument page, string project = "1") =>
            Forms.SendAsync(page, ".ballot", (page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!, project));

        public async Task<HttpResponseMessage> PostAsync(string address, HttpContent? content, bool fetched = true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            if (fetched)
                request.Headers.Add("Sec-Fetch-Site", "same-origin");
            return await Client.SendAsync(request);
        }
    }

    private static FormUrlEncodedContent Cast(IDocument review) =>
        new(Forms.Fields(review.QuerySelector<IHtmlFormElement>("main form[action$='handler=Cast']")!, []));

    private static string Address(long roundId) => $"/rounds/{roundId}/vote/review?handler=Cast";

    private static Task<int> BallotsAsync(Site site) => site.World.Sql(context => context.Ballots.CountAsync());

    [Fact]
    public async Task A_pass_is_worth_nothing_in_another_round_nor_when_it_was_changed_or_is_another_cookie()
    {
        await using var site = await Site.CreateAsync();
        var (first, _) = await site.World.RegisteredAsync(Rows);
        var (second, _) = await site.World.RegisteredAsync(Rows);
        var codes = await site.World.CodesAsync(first, Rows);
        var others = await site.World.CodesAsync(second, Rows);
        var voter = new Person(site);
        var review = await voter.ReviewAsync(await voter.EnterAsync(first, codes[0]));
        var pass = voter.Cookie("budgeting-pass");
        Assert.Equal(HttpStatusCode.OK, (await voter.PostAsync(Address(first), Cast(review))).StatusCode);
        Assert.Equal(1, await BallotsAsync(site));

        // What a form of the second round looks like, with everything that cookies can be.
        var honest = new Person(site);
        var form = await honest.ReviewAsync(await honest.EnterAsync(second, others[0]));
        var changed = pass[..40] + (pass[40] == 'A' ? 'B' : 'A') + pass[41..];
        foreach (var forged in new[] { pass, changed, pass[..20], "x", "%00", honest.Cookie("budgeting-pass") + "A" })
        {
            var thief = new Person(site);
            thief.Plant("budgeting-pass", forged, $"/rounds/{second}");
            Assert.Contains($"/rounds/{second}/code", (await thief.Forms.OpenAsync($"/rounds/{second}/vote")).Path());
            var answer = await thief.PostAsync(Address(second), Cast(form));
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal(1, await BallotsAsync(site));
        }
        // Nor does a letter of the first open the second.
        Assert.Contains("not valid in this round", (await new Person(site).EnterAsync(second, codes[0])).Text("#Input_Code-error"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ten_megabytes_for_the_ballot_box_are_refused_and_the_vote_after_them_is_taken(bool told)
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        var voter = new Person(site);
        var review = await voter.ReviewAsync(await voter.EnterAsync(roundId, (await site.World.CodesAsync(roundId, Rows))[0]));
        var ballot = await Cast(review).ReadAsStringAsync();
        // Before its first field, after its last, in the name of one, and as a million choices.
        foreach (var body in new[] { $"x={new string('1', 10_000_000)}&{ballot}", $"{ballot}&x={new string('1', 10_000_000)}", $"{ballot}&{new string('x', 10_000_000)}=1", ballot + string.Concat(Enumerable.Repeat("&projects-1=1", 800_000)) })
        {
            Assert.True(body.Length > 10_000_000);
            using HttpContent content = told ? new StringContent(body) : new Untold(body);
            content.Headers.ContentType = new("application/x-www-form-urlencoded");
            var answer = await voter.PostAsync(Address(roundId), content);
            Assert.Contains(answer.StatusCode, told ? [HttpStatusCode.RequestEntityTooLarge] : new[] { HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest });
            Assert.Equal(0, await BallotsAsync(site));
        }
        Assert.NotEmpty((await Forms.ReadAsync(await voter.PostAsync(Address(roundId), Cast(review)))).Text(".receipt-code"));
        Assert.Equal(1, await BallotsAsync(site));
    }

    /// <summary>A body whose length is not said beforehand.</summary>
    private sealed class Untold(string text) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    [Fact]
    public async Task A_receipt_is_shown_to_nobody_else_and_a_form_sent_by_another_is_their_own_vote()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        var codes = await site.World.CodesAsync(roundId, Rows);
        var (one, two) = (new Person(site), new Person(site));
        var review = await one.ReviewAsync(await one.EnterAsync(roundId, codes[0]));
        await two.EnterAsync(roundId, codes[1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(roundId)) { Content = Cast(review) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        var stopped = site.Client(redirects: false);
        stopped.DefaultRequestHeaders.Add("Cookie", $"budgeting-pass={one.Cookie("budgeting-pass")}");
        var answer = await stopped.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var receipt = answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("budgeting-receipt=", StringComparison.Ordinal)).Split(';')[0].Split('=', 2)[1];

        // In the browser of another, and as a pass.
        two.Plant("budgeting-receipt", receipt, $"/rounds/{roundId}/vote");
        Assert.Null((await two.Forms.OpenAsync($"/rounds/{roundId}/vote/receipt")).QuerySelector(".receipt-code"));
        var visitor = new Person(site);
        visitor.Plant("budgeting-receipt", receipt, $"/rounds/{roundId}/vote");
        visitor.Plant("budgeting-pass", receipt, $"/rounds/{roundId}");
        Assert.Null((await visitor.Forms.OpenAsync($"/rounds/{roundId}/vote/receipt")).QuerySelector(".receipt-code"));
        Assert.Equal($"/rounds/{roundId}/code", (await visitor.Forms.OpenAsync($"/rounds/{roundId}/vote")).Path());
        // A pass is no receipt.
        visitor.Plant("budgeting-receipt", one.Cookie("budgeting-pass"), $"/rounds/{roundId}/vote");
        Assert.Null((await visitor.Forms.OpenAsync($"/rounds/{roundId}/vote/receipt")).QuerySelector(".receipt-code"));

        // The first one's form, name of the act and all, under the second one's pass.
        one.Plant("budgeting-receipt", receipt, $"/rounds/{roundId}/vote");
        var mine = (await one.Forms.OpenAsync($"/rounds/{roundId}/vote/receipt")).Text(".receipt-code");
        Assert.NotEmpty(mine);
        var theirs = (await Forms.ReadAsync(await two.PostAsync(Address(roundId), Cast(review)))).Text(".receipt-code");
        Assert.NotEmpty(theirs);
        Assert.NotEqual(mine, theirs);
        Assert.Equal(2, await BallotsAsync(site));
        // The same form once more changes nothing and counts nothing twice.
        Assert.Equal(mine, (await Forms.ReadAsync(await one.PostAsync(Address(roundId), Cast(review)))).Text(".receipt-code"));
        Assert.Equal(2, await BallotsAsync(site));
    }

    [Fact]
    public async Task The_short_way_of_casting_answers_what_is_no_proper_form_as_the_page_does()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        var codes = await site.World.CodesAsync(roundId, Rows);
        var voter = new Person(site);
        var review = await voter.ReviewAsync(await voter.EnterAsync(roundId, codes[0]));
        Func<HttpContent?>[] bodies =
        [
            () => null,
            () => new StringContent("{}", null, "application/json"),
            () => new StringContent("attempt=1", null, "text/plain"),
            () => new ByteArrayContent([0, 1, 2]),
            () => new StringContent("--x\r\nno end", null, "multipart/form-data") { Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } },
            () => new StringContent("x", null, "multipart/form-data"),
            () => new FormUrlEncodedContent(Enumerable.Range(0, 20_000).Select(i => KeyValuePair.Create($"projects-{i}", "1"))),
            () => new StringContent("attempt=" + Guid.NewGuid() + "&projects-99999999999999999999=1&sheet-=x&projects-1=%00&sheet-1=%ff", null, "application/x-www-form-urlencoded"),
        ];
        foreach (var body in bodies)
        {
            foreach (var fetched in new[] { true, false })
            {
                var answer = await voter.PostAsync(Address(roundId), body(), fetched);
                Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} for body {Array.IndexOf(bodies, body)}");
                Assert.Equal(0, await BallotsAsync(site));
            }
        }
        // Other addresses and methods of the same, without a token.
        foreach (var (method, address) in new[]
        {
            ("POST", $"/rounds/{roundId}/vote/review?handler=cast"), ("POST", $"/rounds/{roundId}/vote/review/?handler=Cast"), ("POST", $"/rounds/+{roundId}/vote/review?handler=Cast"),
            ("POST", $"/rounds/{roundId}/vote/review?handler=Cast&handler=Cast"), ("POST", $"/rounds/{roundId}/vote/review/Cast"), ("POST", $"/rounds/{roundId}%2fvote/review?handler=Cast"),
            ("HEAD", Address(roundId)), ("GET", Address(roundId)), ("PUT", Address(roundId)),
        })
        {
            var fields = Forms.Fields(review.QuerySelector<IHtmlFormElement>("main form[action$='handler=Cast']")!, []);
            fields.RemoveAll(field => field.Key == "__RequestVerificationToken");
            using var request = new HttpRequestMessage(new(method), address) { Content = new FormUrlEncodedContent(fields) };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            var answer = await voter.Client.SendAsync(request);
            Assert.True((int)answer.StatusCode < 500, $"{method} {address}: {(int)answer.StatusCode}");
            Assert.Equal(0, await BallotsAsync(site));
        }
    }

    [Fact]
    public async Task A_receipt_that_is_none_is_neither_printed_nor_a_fault()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        var person = new Person(site);
        foreach (var address in new[] { $"/rounds/{roundId}/receipt/print", $"/rounds/{roundId}/receipt" })
        {
            var token = (await person.Forms.OpenAsync($"/rounds/{roundId}/receipt")).QuerySelector<IHtmlInputElement>("main [name=__RequestVerificationToken]")!.Value;
            foreach (var code in new string?[] { null, "", "\0", "<b>x</b>", new('A', 100_000), "0000-0000-0000-0000" })
            {
                List<KeyValuePair<string, string>> fields = [new("__RequestVerificationToken", token)];
                if (code is not null)
                    fields.AddRange([new("code", code), new("Input.Code", code)]);
                var answer = await person.PostAsync(address, new FormUrlEncodedContent(fields));
                Assert.True((int)answer.StatusCode < 500, $"{address} {code?[..Math.Min(9, code.Length)]}: {(int)answer.StatusCode}");
                Assert.DoesNotContain("<b>x</b>", await answer.Content.ReadAsStringAsync());
            }
        }
    }

    [Fact]
    public async Task A_code_of_the_desk_opens_one_browser_once_and_not_for_another_round()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        var clerk = await site.World.ClerkAsync();
        var found = (await site.World.DeskAsync<DeskEntry>(desk => desk.FindAsync(clerk, roundId, "A-1", default))).Value;
        var code = (await site.World.DeskAsync<string>(desk => desk.IssueSessionAsync(clerk, roundId, found.Id, default))).Value;
        var (other, _) = await site.World.RegisteredAsync(Rows);
        Assert.Contains("not valid in this round", (await new Person(site).EnterAsync(other, code)).Text("#Input_Code-error"));
        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Person(site).EnterAsync(roundId, code)));
        Assert.Single(pages, page => page.Path() == $"/rounds/{roundId}/vote");
    }
}
