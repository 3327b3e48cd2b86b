using System.IO.Compression;
using System.Net;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.Audit;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Tests.Results;

public sealed class RecordTests
{
    private static async Task<(Site Site, long RoundId, BallotSheet Sheet, IReadOnlyList<string> Receipts)> ClosedAsync(int voters = 60)
    {
        var site = await Site.CreateAsync();
        var (roundId, sheet) = await site.World.VotingAsync(maximum: 4, euros: 100, costs: [50, 20, 20, 45]);
        List<string> receipts = [];
        foreach (var (voter, i) in (await site.World.AdmitManyAsync(roundId, voters)).Select((voter, i) => (voter, i)))
            receipts.Add((await site.World.CastAsync(sheet, voter, (i % 4) + 1)).Value.Receipt);
        site.World.TravelTo(Phase.Counting);
        await site.World.CarryOutAllAsync(roundId);
        return (site, roundId, sheet, receipts);
    }

    private static async Task PublishAsync(Site site, long roundId) =>
        Assert.True((await site.World.PublishAsync(roundId)).Granted);

    private static async Task<Actor> AuditorAsync(Site site)
    {
        var auditor = await site.World.PersonAsync("auditor", null);
        await site.World.GrantAsync(auditor, Role.Auditor);
        return auditor;
    }

    [Fact]
    public async Task Before_publishing_no_file_of_the_record_is_there_for_anyone()
    {
        var (site, roundId, sheet, _) = await ClosedAsync();
        await using var disposed = site;
        var auditor = await AuditorAsync(site);
        string[] files = ["record.zip", "result.json", "commitments.txt", "ballots.csv", $"heading-{sheet.HeadingId}.pb", $"sheet-{sheet.HeadingId}.txt", "audit.jsonl"];
        foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official, auditor })
        {
            foreach (var file in files)
                Assert.Equal(404, await site.Browse(person).StatusAsync($"/rounds/{roundId}/record/{file}"));
            Assert.DoesNotContain("record.zip", (await site.Browse(person).OpenAsync($"/rounds/{roundId}/results")).Text());
        }
        await PublishAsync(site, roundId);
        foreach (var file in files)
            Assert.Equal(200, await site.Browse().StatusAsync($"/rounds/{roundId}/record/{file}"));
        Assert.Equal(404, await site.Browse().StatusAsync($"/rounds/{roundId}/record/other.txt"));
        Assert.Equal(404, await site.Browse().StatusAsync("/rounds/999/record/record.zip"));
    }

    [Fact]
    public async Task The_results_link_to_a_record_that_verifies()
    {
        var (site, roundId, sheet, receipts) = await ClosedAsync();
        await using var disposed = site;
        await PublishAsync(site, roundId);
        var page = await site.Browse().OpenAsync($"/rounds/{roundId}/results");
        var links = page.QuerySelectorAll("main a[download]").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(7, links.Count);
        var client = site.Client();
        foreach (var link in links)
        {
            var answer = await client.GetAsync(link);
            Assert.Equal((HttpStatusCode.OK, "attachment"), (answer.StatusCode, answer.Content.Headers.ContentDisposition!.DispositionType));
        }
        var path = Path.Combine(Path.GetTempPath(), $"budgeting-{Guid.NewGuid():n}.zip");
        await File.WriteAllBytesAsync(path, await site.Browse().DownloadAsync(links[0]));
        using (var record = RecordSource.Open(path))
        {
            var checks = await new RecordVerifier(record, new(receipts, [sheet.Hash])).CheckAsync(default).ToListAsync();
            Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
            var result = Encoding.UTF8.GetString(await site.Browse().DownloadAsync($"/rounds/{roundId}/record/result.json"));
            foreach (var shown in page.Texts(".proof code"))
                Assert.Contains(shown, result);
        }
        File.Delete(path);
    }

    [Theory]
    [InlineData("en", "Fewer than 50 people voted")]
    [InlineData("fi", "Äänestäjiä oli alle 50")]
    [InlineData("sv", "Färre än 50 röstade")]
    public async Task A_small_election_says_why_it_publishes_no_ballots(string language, string reason)
    {
        var (site, roundId, _, _) = await ClosedAsync(voters: 5);
        await using var disposed = site;
        await PublishAsync(site, roundId);
        var page = await site.Browse(language: language).OpenAsync($"/rounds/{roundId}/results");
        Assert.Contains(reason, page.Text());
        Assert.False(page.Links($"/rounds/{roundId}/record/ballots.csv"));
        Assert.True(page.Links($"/rounds/{roundId}/record/commitments.txt"));
    }

    [Fact]
    public async Task Only_an_auditor_gets_the_bundle_and_the_log_names_them()
    {
        var (site, roundId, _, _) = await ClosedAsync();
        await using var disposed = site;
        var auditor = await AuditorAsync(site);
        await PublishAsync(site, roundId);
        foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official })
            Assert.Null((await site.Browse(person).OpenAsync($"/rounds/{roundId}/results")).QuerySelector("form[action$=openings]"));

        var client = site.Client(auditor);
        var html = await client.GetStringAsync($"/rounds/{roundId}/results");
        var page = await BrowsingContext.New().OpenAsync(answer => answer.Content(html));
        var token = page.QuerySelector("form[action$=openings] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        Task<HttpResponseMessage> Post(HttpClient browser) =>
            browser.PostAsync($"/rounds/{roundId}/openings", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        var bundle = await Post(client);
        Assert.Equal("application/zip", bundle.Content.Headers.ContentType!.MediaType);
        using var zip = new ZipArchive(await bundle.Content.ReadAsStreamAsync());
        using var openings = new StreamReader(zip.GetEntry("openings.csv")!.Open());
        Assert.Equal(61, (await openings.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var entries = await site.World.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(Actor.Platform, 1, 5, default));
        Assert.Equal(("ballots.opened", auditor.Name), (entries[0].Act, entries[0].Actor));

        // The official administers the region and still is no auditor.
        var other = site.Client(site.World.Official, redirects: false);
        var sheets = await BrowsingContext.New().OpenAsync(answer => answer.Content(other.GetStringAsync($"/rounds/{roundId}/receipt").Result));
        token = sheets.QuerySelector("main input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        Assert.NotEqual(HttpStatusCode.OK, (await Post(other)).StatusCode);
        Assert.Equal("ballots.opened", (await site.World.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(Actor.Platform, 1, 5, default)))[0].Act);
    }

    [Fact]
    public async Task The_head_of_the_log_is_public_from_the_opening_on()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        var head = await site.World.Do<IRecords, AuditHead?>(records => records.HeadAtOpeningAsync(roundId, default));
        Assert.Contains(head!.Hash, (await site.Browse().OpenAsync($"/rounds/{roundId}/sheets")).Text());
    }
}
