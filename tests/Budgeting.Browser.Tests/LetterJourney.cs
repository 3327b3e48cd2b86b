using System.Globalization;
using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Voting on a phone with the code of a letter, from the letter to finding one's own vote among those counted.</summary>
[Collection(nameof(Chromium))]
public sealed class LetterJourney(Chromium chromium)
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,town,sv,0\n";

    // With the visitor's own above the fifty from which ballots are published one by one.
    private const int Others = 51;

    private static async Task<(World World, string Round, string Code)> LetterAsync()
    {
        var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        foreach (var (voter, i) in (await world.AdmitManyAsync(roundId, Others)).Select((voter, i) => (voter, i)))
            Assert.True((await world.CastAsync(sheet, voter, i % 3 == 0 ? [1, 2] : [1 + (i % 2)])).Granted);
        return (world, $"/rounds/{roundId}", (await world.CodesAsync(roundId, Rows))[0]);
    }

    /// <summary>As people type from paper: small letters, spaces for hyphens, and letters for the digits that look like them.</summary>
    private static string Sloppily(string code) => $" {code.ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l')} ";

    private static async Task EnterAsync(Visitor visitor, string round, string code)
    {
        await visitor.Page.FillAsync("#Input_Code", code);
        await visitor.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{round}/vote$"));
    }

    private static ILocator Projects(Visitor visitor) => visitor.Page.Locator("main .ballot input[type=checkbox]");

    // The design system lays the label over its box; a person taps what they see.
    private static async Task ChooseAsync(Visitor visitor, int project)
    {
        var box = Projects(visitor).Nth(project);
        await visitor.Page.Locator($"label[for='{await box.GetAttributeAsync("id")}']").TapAsync();
        await Expect(box).ToBeCheckedAsync();
    }

    /// <summary>From the choices over the review to the receipt.</summary>
    private static async Task<string> CastAsync(Visitor visitor, string round, int projects, string look)
    {
        var page = visitor.Page;
        await visitor.LookAsync($"{look}, chosen");
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/vote/review$"));
        await Expect(page.Locator(".review__projects li")).ToHaveCountAsync(projects);
        await visitor.LookAsync($"{look}, review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/vote/receipt$"));
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(new Regex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$"));
        await Expect(page.Locator(".receipt__picture")).ToBeVisibleAsync();
        await visitor.LookAsync($"{look}, receipt");
        return await page.Locator(".receipt-code").InnerTextAsync();
    }

    private static async Task CheckAsync(Visitor visitor, string round, string receipt, string notice, string look)
    {
        await visitor.GoAsync($"{round}/receipt");
        await visitor.Page.FillAsync("#Input_Code", receipt);
        await visitor.Page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(visitor.Page.Locator("main .hds-notification").First).ToContainTextAsync(notice);
        await visitor.LookAsync(look);
    }

    private static async Task LeaveAsync(Visitor visitor, string round)
    {
        await visitor.Page.Locator("main form[action$='handler=Leave'] button").ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{round}/code$"));
    }

    private static async Task PublishAsync(World world, long roundId)
    {
        // The jobs close, count and mark the round ready within some seconds.
        Outcome<Done> published = Refusal.NotFound;
        for (var i = 0; i < 60 && !published.Granted; i++)
        {
            await Task.Delay(500);
            published = await world.PublishAsync(roundId);
        }
        Assert.True(published.Granted);
    }

    [Fact]
    public async Task From_the_letter_to_the_own_vote_among_those_counted()
    {
        var (world, round, code) = await LetterAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        await using var visitor = await chromium.VisitAsync(site, "letter", phone: true);
        var page = visitor.Page;

        await visitor.GoAsync(round);
        await visitor.LookAsync("round");
        await visitor.GoAsync($"{round}/code");
        await visitor.LookAsync("code");
        await page.FillAsync("#Input_Code", code[..^2]);
        await page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(page.Locator("#Input_Code")).ToHaveAttributeAsync("aria-invalid", "true");
        await visitor.LookAsync("code too short");
        await EnterAsync(visitor, round, Sloppily(code));
        await visitor.LookAsync("ballot");
        await ChooseAsync(visitor, 0);
        var first = await CastAsync(visitor, round, 1, "first vote");

        await page.Locator("main form[action$='/receipt/print'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/receipt/print$"));
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(first);
        await visitor.LookAsync("receipt to print");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator(".receipt__picture")).ToBeVisibleAsync();
        await visitor.LookAsync("receipt on paper");
        await page.EmulateMediaAsync(new() { Media = Media.Screen });

        await visitor.GoAsync($"{round}/vote");
        await Expect(Projects(visitor).Nth(0)).ToBeCheckedAsync();
        await Expect(Projects(visitor).Nth(1)).Not.ToBeCheckedAsync();
        await visitor.LookAsync("vote is stored");
        await visitor.GoAsync(round);
        await Expect(page.Locator(".now")).ToContainTextAsync("Äänesi on tallessa");
        await visitor.LookAsync("round, vote is stored");
        await visitor.GoAsync($"{round}/vote");
        await LeaveAsync(visitor, round);
        await visitor.LookAsync("session ended");
        await visitor.GoAsync($"{round}/vote/receipt");
        await Expect(page.Locator("main")).Not.ToContainTextAsync(first);
        await visitor.LookAsync("no receipt after the session");

        await visitor.GoAsync($"{round}/vote");
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await EnterAsync(visitor, round, code);
        // That there is a vote is told to whoever has the code, and not what it says.
        await Expect(page.Locator("main .hds-notification").First).ToContainTextAsync("Äänesi on tallessa");
        await Expect(page.Locator("main")).Not.ToContainTextAsync(first);
        await Expect(page.Locator("main .ballot input:checked")).ToHaveCountAsync(0);
        await visitor.LookAsync("vote is stored and not shown");
        await ChooseAsync(visitor, 0);
        await ChooseAsync(visitor, 1);
        var second = await CastAsync(visitor, round, 2, "changed vote");
        Assert.NotEqual(first, second);
        await LeaveAsync(visitor, round);
        await CheckAsync(visitor, round, first, "Ääntä on muutettu", "replaced");
        await CheckAsync(visitor, round, Sloppily(second), "on tallessa", "stored");

        world.TravelTo(Phase.Counting);
        await visitor.GoAsync($"{round}/code");
        await visitor.LookAsync("code after voting");
        await PublishAsync(world, long.Parse(round.Split('/')[^1], CultureInfo.InvariantCulture));

        // As the receipt's QR code opens it.
        await visitor.GoAsync(round);
        await visitor.LookAsync("round published");
        await visitor.GoAsync($"{round}/receipt#{second}");
        await Expect(page.Locator("#Input_Code")).ToHaveValueAsync(second);
        Assert.DoesNotContain(second, page.Url);
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page.Locator("section[aria-labelledby=proof]")).ToContainTextAsync($"{Others + 1}");
        await visitor.LookAsync("among those counted");
        await page.Locator("section[aria-labelledby=proof] summary").ClickAsync();
        await Expect(page.Locator(".proof")).ToBeVisibleAsync();
        var root = await page.Locator(".proof code").Last.InnerTextAsync();
        await visitor.LookAsync("proof");
        await page.Locator("main a[href$='/results#record']").ClickAsync();
        await Expect(page.Locator("section[aria-labelledby=record]")).ToContainTextAsync(root);
        await visitor.LookAsync("results");
        await CheckDownloadsAsync(page);

        await CheckAsync(visitor, round, first, "Ääntä on muutettu", "replaced, published");
        await Expect(page.Locator("section[aria-labelledby=proof]")).ToHaveCountAsync(0);
    }

    private static async Task CheckDownloadsAsync(IPage page)
    {
        var links = page.Locator("main a[download]");
        List<string> files = [];
        for (var i = 0; i < await links.CountAsync(); i++)
        {
            var download = await page.RunAndWaitForDownloadAsync(() => links.Nth(i).ClickAsync());
            Assert.Null(await download.FailureAsync());
            Assert.NotEqual(0, new FileInfo(await download.PathAsync()).Length);
            files.Add(download.SuggestedFilename);
        }
        foreach (var name in new[] { "record.zip", "result.json", @"sheet-\d+.txt", "commitments.txt", "ballots.csv", @"heading-\d+.pb", "audit.jsonl" })
            Assert.Single(files, file => Regex.IsMatch(file, $@"^round-\d+-{name}$"));
        Assert.Equal(7, files.Count);
        // The command on the page names the file as the browser has saved it.
        await Expect(page.Locator("section[aria-labelledby=record]")).ToContainTextAsync($"verify {files.Single(file => file.EndsWith(".zip", StringComparison.Ordinal))}");
    }

    [Theory]
    [InlineData("Suuri teksti", "reading-large", 320)]
    [InlineData("Selkokieli", "reading-plain", 320)]
    public async Task In_large_type_and_in_plain_language_the_letter_leads_to_a_receipt(string reading, string look, int narrow)
    {
        var (world, round, code) = await LetterAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        await using var visitor = await chromium.VisitAsync(site, $"letter, {look}", phone: true, narrow: narrow);
        var page = visitor.Page;
        await visitor.GoAsync(round);
        await page.Locator(".languages a", new() { HasTextString = reading }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}$"));
        await Expect(page.Locator("html")).ToHaveClassAsync(look);
        await visitor.LookAsync("round");
        await visitor.GoAsync("/help/voting");
        await visitor.LookAsync("help");
        await visitor.GoAsync($"{round}/code");
        await visitor.LookAsync("code");
        await page.FillAsync("#Input_Code", code[..^2]);
        await page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await visitor.LookAsync("code too short");
        await EnterAsync(visitor, round, Sloppily(code));
        await visitor.LookAsync("ballot");
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await visitor.LookAsync("nothing chosen");
        await ChooseAsync(visitor, 0);
        var receipt = await CastAsync(visitor, round, 1, "vote");
        await page.Locator("main form[action$='/receipt/print'] button").ClickAsync();
        await visitor.LookAsync("receipt to print");
        await visitor.GoAsync($"{round}/vote");
        await visitor.LookAsync("vote is stored");
        await visitor.GoAsync($"{round}/vote/withdraw");
        await visitor.LookAsync("withdraw");
        await visitor.GoAsync($"{round}/vote");
        await LeaveAsync(visitor, round);
        await visitor.LookAsync("session ended");
        await CheckAsync(visitor, round, receipt, look == "reading-plain" ? "Äänesi on tallessa" : "tallessa", "stored");
    }

    [Fact]
    public async Task Without_JavaScript_the_letter_leads_to_a_receipt_with_its_picture()
    {
        var (world, round, code) = await LetterAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        await using var visitor = await chromium.VisitAsync(site, "letter without script", javaScript: false, phone: true);
        await visitor.GoAsync($"{round}/vote");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await visitor.LookAsync("code");
        await EnterAsync(visitor, round, Sloppily(code));
        await visitor.LookAsync("ballot");
        await ChooseAsync(visitor, 1);
        await CastAsync(visitor, round, 1, "vote");
        await visitor.Page.Locator("main form[action$='/receipt/print'] button").ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{round}/receipt/print$"));
        await visitor.LookAsync("receipt to print");
    }
}
