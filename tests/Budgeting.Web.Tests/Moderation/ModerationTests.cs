using System.Net;
using System.Net.Http.Headers;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core;
using Budgeting.Core.Attachments;
using Budgeting.Core.Moderation;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Attachments;

namespace Budgeting.Web.Tests.Moderation;

public sealed class ModerationTests
{
    private const string Title = "Keinut <b>puistoon</b>";

    private sealed record Scene(Site Site, long ProposalId, Actor Neighbour, Actor Second) : IAsyncDisposable
    {
        public string Address => $"/proposals/{ProposalId}";

        public static async Task<Scene> CreateAsync(params IReadOnlyList<(string, string)> settings)
        {
            var site = await Site.CreateAsync(settings);
            var roundId = await site.World.RoundAsync();
            var headingId = await site.World.HeadingAsync(roundId, Money.FromEuros(100));
            site.World.TravelTo(Phase.Proposing);
            var proposalId = await site.World.ProposalAsync(roundId, headingId, Title);
            var second = await site.World.PersonAsync("second", site.World.CountyId);
            await site.World.GrantAsync(second, Role.Coordinator, site.World.CountyId);
            return new(site, proposalId, await site.World.PersonAsync("neighbour", site.World.TownId), second);
        }

        public ValueTask DisposeAsync() => Site.DisposeAsync();
    }

    private static async Task<string> TokenAsync(HttpClient client, string address)
    {
        var html = await client.GetStringAsync(address);
        var page = await BrowsingContext.New().OpenAsync(answer => answer.Content(html));
        return page.QuerySelector<IHtmlInputElement>("main form input[name=__RequestVerificationToken]")!.Value;
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string address, byte[] file, string description, string name)
    {
        var token = await TokenAsync(client, address);
        var bytes = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(description), "Description" }, { bytes, "Upload", name } };
        return await client.PostAsync(address, form);
    }

    [Fact]
    public async Task A_report_is_handled_in_the_open_appealed_against_and_decided_by_another()
    {
        await using var scene = await Scene.CreateAsync();
        var (author, neighbour, official, second, visitor) = (scene.Site.Browse(scene.Site.World.Resident), scene.Site.Browse(scene.Neighbour),
            scene.Site.Browse(scene.Site.World.Official), scene.Site.Browse(scene.Second), scene.Site.Browse());
        var report = await neighbour.OpenAsync(scene.Address + "/report");
        var wrong = await neighbour.SendAsync(report, ("Input.Words", "Puuttuva laji"));
        Assert.NotNull(wrong.QuerySelector(".error-summary"));
        Assert.Equal("Puuttuva laji", wrong.Text("#Input_Words"));
        var thanks = await neighbour.SendAsync(report, ("Input.Category", "PersonalData"), ("Input.Words", "Naapurini nimi"));
        Assert.Contains("Your report is stored", thanks.Text(".notice[role=status]"));
        Assert.Contains("already reported", (await neighbour.SendAsync(report, ("Input.Category", "PersonalData"))).Text(".error-summary"));

        var queue = await official.OpenAsync("/admin/moderation");
        Assert.Contains("Naapurini nimi", (await official.OpenAsync($"/admin/moderation/{scene.ProposalId}")).Text());
        var acted = await official.SendAsync(queue, ("Input.Proposals", $"{scene.ProposalId}"), ("Input.Kind", "Hide"), ("Input.Category", "PersonalData"), ("Input.Reason", "Siinä on naapurin nimi."));
        Assert.Contains("The decision is stored", acted.Text(".notice[role=status]"));

        var hidden = await visitor.OpenAsync(scene.Address);
        Assert.Equal($"Proposal {scene.ProposalId} is hidden", hidden.Text("h1"));
        Assert.Contains("Personal data", hidden.Text());
        Assert.DoesNotContain("Keinut", hidden.DocumentElement.OuterHtml);
        Assert.DoesNotContain("tarpeeksi tekstiä", hidden.DocumentElement.OuterHtml);
        Assert.Equal(404, await neighbour.StatusAsync(scene.Address + "/report"));

        foreach (var address in new[] { scene.Address, "/my/proposals" })
        {
            var told = await author.OpenAsync(address);
            Assert.Contains("Siinä on naapurin nimi.", told.Text());
            Assert.DoesNotContain("neighbour", told.DocumentElement.OuterHtml);
        }
        var link = (await author.OpenAsync(scene.Address)).QuerySelector("main a[href$='/appeal']")!.GetAttribute("href")!;
        Assert.Equal(404, await neighbour.StatusAsync(link));
        var short_ = await author.SendAsync(await author.OpenAsync(link), ("Words", "Ei"));
        Assert.NotNull(short_.QuerySelector("#Words-error"));
        Assert.Contains("Your appeal is stored", (await author.SendAsync(await author.OpenAsync(link), ("Words", "Nimi on minun oma nimeni."))).Text());

        Assert.Contains("Another official", (await official.OpenAsync($"/admin/moderation/{scene.ProposalId}")).Text());
        var open = await second.OpenAsync($"/admin/moderation/{scene.ProposalId}");
        var decided = await second.PressAsync(open, "Decide the appeal", ("Decision.ActStands", "false"), ("Decision.Reason", "Nimi on tekijän oma."));
        Assert.Contains("The appeal is decided", decided.Text());
        Assert.Equal(Title, (await visitor.OpenAsync(scene.Address)).Text("h1"));
        Assert.Contains("Your appeal was granted", (await author.OpenAsync(scene.Address)).Text());
    }

    [Fact]
    public async Task The_queue_is_for_officials()
    {
        await using var scene = await Scene.CreateAsync();
        foreach (var address in new[] { "/admin/moderation", $"/admin/moderation/{scene.ProposalId}" })
        {
            Assert.Equal("/sign-in", (await scene.Site.Browse().OpenAsync(address)).Path());
            Assert.InRange(await scene.Site.Browse(scene.Neighbour).StatusAsync(address), 403, 404);
        }
    }

    [Fact]
    public async Task Too_many_reports_are_answered_with_when_to_come_back()
    {
        await using var scene = await Scene.CreateAsync(("Attempts:ReportsPerHour", "1"));
        var client = scene.Site.Client(scene.Neighbour);
        var token = await TokenAsync(client, scene.Address + "/report");
        Task<HttpResponseMessage> Send() => client.PostAsync(scene.Address + "/report", new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("Input.Category", "Advertising"), new("Input.Words", "Kauppa mainostaa")]));
        Assert.Equal(HttpStatusCode.OK, (await Send()).StatusCode);
        var refused = await Send();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromHours(1), refused.Headers.RetryAfter!.Delta);
        var html = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Wait 60 min", html);
        Assert.Contains("Kauppa mainostaa", html);
    }

    [Fact]
    public async Task A_picture_is_shown_with_its_words_from_a_sandbox_and_goes_when_it_is_hidden()
    {
        await using var scene = await Scene.CreateAsync();
        var author = scene.Site.Client(scene.Site.World.Resident);
        var form = scene.Address + "/attachments";
        var answer = await UploadAsync(author, form, Files.JpegWith(0xE1, Files.ExifWithPlace()), "Keinu \"koivun\" alla <3", "holiday.html");
        Assert.Contains("The attachment is stored", await answer.Content.ReadAsStringAsync());

        var page = await scene.Site.Browse().OpenAsync(scene.Address);
        var picture = page.QuerySelector<IHtmlImageElement>("main .attachments img")!;
        Assert.Equal("Keinu \"koivun\" alla <3", picture.AlternativeText);
        var address = picture.GetAttribute("src")!;
        var file = await scene.Site.Client().GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("image/jpeg", file.Content.Headers.ContentType!.ToString());
        var policy = Assert.Single(file.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("sandbox;", policy);
        Assert.Contains("default-src 'none'", policy);
        Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(file.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal("inline", file.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("immutable", file.Headers.CacheControl!.ToString());
        Assert.True((await file.Content.ReadAsByteArrayAsync()).AsSpan().IndexOf("GPS"u8) < 0);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Site.Client().GetAsync(address[..^5] + "0.jpg")).StatusCode);

        var id = long.Parse(address.Split('/')[2]);
        await scene.Site.World.Do<IModeration, Outcome<Done>>(moderation => moderation.ReportAsync(scene.Neighbour, scene.ProposalId, new(ModerationCategory.Copyright, null, id), default));
        Assert.True((await scene.Site.World.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            scene.Site.World.Official, [scene.ProposalId], new(ModerationKind.Hide, ModerationCategory.Copyright, "Kuva on lehdestä.", id), default))).Granted);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Site.Client().GetAsync(address)).StatusCode);
        Assert.Null((await scene.Site.Browse().OpenAsync(scene.Address)).QuerySelector("main .attachments"));
        var own = await author.GetAsync(address);
        Assert.Equal((HttpStatusCode.OK, "no-store"), (own.StatusCode, own.Headers.CacheControl!.ToString()));
    }

    [Fact]
    public async Task A_document_is_only_ever_downloaded()
    {
        await using var scene = await Scene.CreateAsync();
        var author = scene.Site.Client(scene.Site.World.Resident);
        await UploadAsync(author, scene.Address + "/attachments", Files.Pdf(), "Puiston kartta", "kartta.png");
        var link = (await scene.Site.Browse().OpenAsync(scene.Address)).QuerySelector("main .attachments a")!;
        Assert.Contains("Puiston kartta (PDF", link.TextContent);
        var file = await scene.Site.Client().GetAsync(link.GetAttribute("href"));
        Assert.Equal(("application/pdf", "attachment"), (file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.DispositionType));

        var owner = scene.Site.Browse(scene.Site.World.Resident);
        var removed = await owner.PressAsync(await owner.OpenAsync(scene.Address + "/attachments"), "Remove attachment: Puiston kartta");
        Assert.Contains("The attachment is removed", removed.Text());
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Site.Client().GetAsync(link.GetAttribute("href"))).StatusCode);
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "Kuva keinusta", "neither a JPEG")]
    [InlineData("", "Kuva keinusta", "Choose a file")]
    [InlineData("%PDF-1.7", "", "Write 3–250 characters")]
    public async Task What_is_wrong_with_a_file_stands_beside_its_field(string bytes, string description, string said)
    {
        await using var scene = await Scene.CreateAsync();
        var author = scene.Site.Client(scene.Site.World.Resident);
        var answer = await UploadAsync(author, scene.Address + "/attachments", System.Text.Encoding.Latin1.GetBytes(bytes), description, "keinu.png");
        var html = await answer.Content.ReadAsStringAsync();
        var page = await BrowsingContext.New().OpenAsync(response => response.Content(html));
        Assert.Contains(said, page.Text(".error-summary"));
        Assert.Contains(said, string.Join(' ', page.Texts(".hds-text-input__error-text")));
        Assert.Equal(description, page.QuerySelector<IHtmlInputElement>("#Description")!.Value);
    }

    [Fact]
    public async Task A_file_beyond_any_sense_is_refused_and_others_attach_nothing_to_ones_proposal()
    {
        await using var scene = await Scene.CreateAsync();
        var author = scene.Site.Client(scene.Site.World.Resident);
        Assert.Contains("The file is too large", await (await UploadAsync(author, scene.Address + "/attachments", new byte[6 << 20], "Iso", "iso.png")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await UploadAsync(author, scene.Address + "/attachments", new byte[12 << 20], "Iso", "iso.png")).StatusCode);
        Assert.Equal(404, await scene.Site.Browse(scene.Neighbour).StatusAsync(scene.Address + "/attachments"));
    }

    [Fact]
    public async Task New_accounts_from_one_network_are_limited()
    {
        await using var site = await Site.CreateAsync(("Attempts:SignUpsPerHour", "2"));
        async Task<HttpStatusCode> RegisterAsync(int number)
        {
            var client = site.Client();
            var token = await TokenAsync(client, "/register");
            return (await client.PostAsync("/register", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("Input.Email", $"new{number}@example.org"),
                new("Input.Password", "twelve letters and more"), new("Input.DisplayName", $"New {number}"), new("Input.HomeRegionId", $"{site.World.TownId}")]))).StatusCode;
        }
        Assert.Equal(HttpStatusCode.OK, await RegisterAsync(1));
        Assert.Equal(HttpStatusCode.OK, await RegisterAsync(2));
        Assert.Equal(HttpStatusCode.TooManyRequests, await RegisterAsync(3));
    }
}
