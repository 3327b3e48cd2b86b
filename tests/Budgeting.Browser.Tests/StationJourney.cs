using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Core.Stations;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>A tablet in a library that becomes a station, where one person votes after another.</summary>
[Collection(nameof(Chromium))]
public sealed class StationJourney(Chromium chromium)
{
    private const string Rows = "A-1,2000-01-02,town,fi,0\nB-2,1950-02-01,town,sv,0\nC-3,1960-02-01,town,fi,0\n";
    private const string Pin = "246813";

    // What is gone back to may lead on at once: then there is nothing to read yet.
    private static async Task<string> SettledAsync(IPage page)
    {
        for (var tried = 0; ; tried++)
        {
            await page.WaitForLoadStateAsync(LoadState.Load);
            try
            {
                return await page.ContentAsync();
            }
            catch (PlaywrightException) when (tried < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task<(World World, long RoundId, BallotSheet Sheet, IReadOnlyList<string> Codes, string StationCode)> LibraryAsync()
    {
        var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        var codes = await world.CodesAsync(roundId, Rows);
        var clerk = await world.ClerkAsync();
        var opened = await world.Do<IStations, Outcome<OpenedStation>>(stations => stations.OpenAsync(clerk, roundId, new("Pääkirjasto, tabletti 1", Pin), default));
        return (world, roundId, sheet, codes, opened.Value.Code);
    }

    private static async Task StartAsync(Visitor tablet, string code, string round)
    {
        await tablet.GoAsync("/station");
        await tablet.Page.FillAsync("#Input_Code", code.ToLowerInvariant());
        await tablet.Page.Locator("main form button").ClickAsync();
        await Expect(tablet.Page).ToHaveURLAsync(new Regex($"{round}/code$"));
    }

    private static async Task EnterAsync(Visitor tablet, string code, string round)
    {
        await tablet.Page.FillAsync("#Input_Code", code);
        await tablet.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(tablet.Page).ToHaveURLAsync(new Regex($"{round}/vote$"));
    }

    private static async Task ChooseAsync(Visitor tablet, int project)
    {
        var box = tablet.Page.Locator("main .ballot input[type=checkbox]").Nth(project);
        await tablet.Page.Locator($"label[for='{await box.GetAttributeAsync("id")}']").ClickAsync();
        await Expect(box).ToBeCheckedAsync();
    }

    private static async Task<string> CastAsync(Visitor tablet, string round)
    {
        await tablet.Page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await tablet.Page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(tablet.Page).ToHaveURLAsync(new Regex($"{round}/vote/receipt$"));
        return await tablet.Page.Locator(".receipt-code").InnerTextAsync();
    }

    [Fact]
    public async Task Votes_at_a_clerks_station_and_leaves_nothing_to_the_next()
    {
        var (world, roundId, sheet, codes, stationCode) = await LibraryAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        var round = $"/rounds/{roundId}";
        await using var tablet = await chromium.VisitAsync(site, "station", phone: true, narrow: 320);
        var page = tablet.Page;
        await tablet.GoAsync("/station");
        await tablet.LookAsync("not a station yet");
        await StartAsync(tablet, stationCode, round);
        await Expect(page.Locator(".navigation")).ToHaveCountAsync(0);
        await tablet.LookAsync("start");

        await EnterAsync(tablet, codes[0], round);
        await tablet.LookAsync("ballot");
        await page.Locator("main details summary").First.ClickAsync();
        await Expect(page.Locator("main details").First).ToContainTextAsync("tarpeeksi tekstiä");
        await tablet.LookAsync("ballot, a project read");
        await ChooseAsync(tablet, 0);
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await tablet.LookAsync("review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(new Regex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$"));
        var receipt = await page.Locator(".receipt-code").InnerTextAsync();
        await Expect(page.Locator("[data-keep-receipt]")).ToHaveCountAsync(0);
        await tablet.LookAsync("receipt");
        await page.Locator("main form[action$='handler=Leave'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await tablet.LookAsync("next voter");

        // Back, as often as there is anything to go back to, and whatever is there loaded again.
        for (var i = 0; i < 8; i++)
        {
            await page.GoBackAsync(new() { WaitUntil = WaitUntilState.Load }).ContinueWith(_ => { }, TaskScheduler.Default);
            var html = await SettledAsync(page);
            Assert.DoesNotContain(receipt, html);
            Assert.DoesNotContain("checked=\"checked\"", html);
            Assert.DoesNotContain("review__projects", html);
        }
        var storage = await page.Context.StorageStateAsync();
        Assert.DoesNotContain("budgeting-pass", storage);
        Assert.DoesNotContain("budgeting-receipt", storage);

        await tablet.GoAsync($"{round}/code");
        await EnterAsync(tablet, codes[1], round);
        await Expect(page.Locator("main .ballot input:checked")).ToHaveCountAsync(0);
        await ChooseAsync(tablet, 1);
        var second = await CastAsync(tablet, round);
        Assert.NotEqual(receipt, second);
        await page.Locator("main form[action$='handler=Leave'] button").ClickAsync();

        await tablet.GoAsync("/my/proposals");
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await page.Locator("footer a[href='/station/close']").ClickAsync();
        await tablet.LookAsync("close");
        await page.FillAsync("#Input_Pin", Pin);
        await page.Locator("main form button").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("ei ole enää äänestyspiste");
        await tablet.LookAsync("closed");

        // Both ballots are in the box as any others.
        foreach (var (code, project, given) in new[] { (codes[0], 1, receipt), (codes[1], 2, second) })
        {
            var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;
            Assert.Equal([project], (await world.BallotBox.FindAsync(roundId, voter, given, default)).Ballot!.Choices.Single(choices => choices.HeadingId == sheet.HeadingId).Projects);
        }
    }

    [Fact]
    public async Task Whoever_walks_away_is_asked_and_then_forgotten()
    {
        var (world, roundId, _, codes, stationCode) = await LibraryAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        var round = $"/rounds/{roundId}";
        await using var tablet = await chromium.VisitAsync(site, "station, walked away", phone: true);
        var page = tablet.Page;
        await page.Clock.InstallAsync();
        await StartAsync(tablet, stationCode, round);
        await EnterAsync(tablet, codes[0], round);
        await ChooseAsync(tablet, 0);
        await page.Clock.RunForAsync(58_000);
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Clock.RunForAsync(3_000);
        await Expect(page.Locator("dialog[open]")).ToBeVisibleAsync();
        await Expect(page.Locator("dialog [data-still-continue]")).ToBeFocusedAsync();
        await tablet.LookAsync("asked");
        await page.Clock.RunForAsync(10_000);
        await Expect(page.Locator("dialog [data-still-announce]")).ToContainTextAsync("20");
        // Whoever goes on keeps what they chose, and has another minute.
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Expect(page.Locator("main .ballot input:checked")).ToHaveCountAsync(1);
        await page.Clock.RunForAsync(55_000);
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Clock.RunForAsync(20_000);
        await Expect(page.Locator("dialog[open]")).ToBeVisibleAsync();
        // Nobody answers.
        await page.Clock.RunForAsync(25_000);
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await tablet.LookAsync("forgotten");
        await tablet.GoAsync($"{round}/vote");
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        // A code half typed is not left to the next either.
        await page.FillAsync("#Input_Code", codes[0][..8]);
        await page.Clock.RunForAsync(62_000);
        await Expect(page.Locator("#Input_Code")).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("Suuri teksti", "reading-large")]
    [InlineData("Selkokieli", "reading-plain")]
    public async Task In_large_type_and_in_plain_language_people_vote_at_a_station_and_the_next_finds_it_as_it_was(string reading, string look)
    {
        var (world, roundId, _, codes, stationCode) = await LibraryAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        var round = $"/rounds/{roundId}";
        await using var tablet = await chromium.VisitAsync(site, $"station, {look}", phone: true, narrow: 320);
        var page = tablet.Page;
        await StartAsync(tablet, stationCode, round);
        await page.Locator(".languages a", new() { HasTextString = reading }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveClassAsync(look);
        await tablet.LookAsync("start");
        await EnterAsync(tablet, codes[0], round);
        await page.Locator("main details summary").First.ClickAsync();
        await tablet.LookAsync("ballot");
        await ChooseAsync(tablet, 0);
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await tablet.LookAsync("review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page.Locator(".receipt-code")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-keep-receipt]")).ToHaveCountAsync(0);
        await tablet.LookAsync("receipt");
        await page.Locator("main form[action$='handler=Leave'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/code$"));
        await Expect(page.Locator("html")).ToHaveClassAsync("reading-normal");
    }

    [Fact]
    public async Task Without_JavaScript_the_station_asks_and_forgets_by_itself()
    {
        var (world, roundId, _, codes, stationCode) = await LibraryAsync();
        await using var _ = world;
        await using var site = Site.Over(world);
        var round = $"/rounds/{roundId}";
        await using var tablet = await chromium.VisitAsync(site, "station without script", javaScript: false, phone: true);
        await StartAsync(tablet, stationCode, round);
        await EnterAsync(tablet, codes[0], round);
        await ChooseAsync(tablet, 1);
        var receipt = await CastAsync(tablet, round);
        await Expect(tablet.Page.Locator("[data-keep-receipt]")).ToHaveCountAsync(0);
        await tablet.LookAsync("receipt");
        await tablet.GoAsync("/station/still");
        await tablet.LookAsync("asked");
        await tablet.Page.Locator("main a.hds-button--primary").ClickAsync();
        await Expect(tablet.Page.Locator("main")).ToContainTextAsync(receipt);
        await tablet.GoAsync("/station/still");
        // The page goes on by itself after its thirty seconds.
        await Expect(tablet.Page).ToHaveURLAsync(new Regex($"{round}/code$"), new() { Timeout = 45_000 });
        await tablet.GoAsync($"{round}/vote");
        await Expect(tablet.Page).ToHaveURLAsync(new Regex($"{round}/code$"));
    }
}
