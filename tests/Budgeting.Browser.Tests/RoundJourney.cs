using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>A whole round in a real browser: each phase by the people whose phase it is, with the jobs doing what follows.</summary>
[Collection(nameof(Chromium))]
public sealed class RoundJourney(Chromium chromium)
{
    // Over the autumn's change of clocks, which falls into the voting phase.
    private static readonly DateTimeOffset Start = new(2027, 9, 20, 9, 0, 0, TimeSpan.Zero);

    private static readonly (Phase Phase, string? Starts, string? Ends)[] Schedule =
    [
        (Phase.Announced, "2027-09-20T11:00", "2027-09-27T08:00"),
        (Phase.Proposing, "2027-09-27T08:00", "2027-10-11T08:00"),
        (Phase.CoDeveloping, null, null),
        (Phase.Evaluating, "2027-10-11T08:00", "2027-10-25T08:00"),
        (Phase.Voting, "2027-10-25T08:00", "2027-11-08T20:00"),
        (Phase.Counting, "2027-11-08T20:00", null),
    ];

    private static async Task<Site> SiteAsync()
    {
        var site = await Site.StartAsync(Start);
        async Task RegionAsync(string slug, RegionKind kind, LocalizedText name, string? parent) => await site.Do<IRegions, long>(async regions =>
            (await regions.CreateAsync(Actor.Platform, new(slug, kind, name, parent is null ? null : (await regions.FindAsync(parent, default))!.Region.Id), default)).Value);
        await RegionAsync("saaristo", RegionKind.County, new("Saariston hyvinvointialue", "Skärgårdens välfärdsområde"), null);
        await RegionAsync("luoto", RegionKind.Municipality, new("Luoto", "Holmen"), "saaristo");
        await site.PersonAsync("koordinaattori@example.org", "Koordinaattori", "luoto", Role.Coordinator, "saaristo");
        await site.PersonAsync("koordinaattori2@example.org", "Toinen koordinaattori", "luoto", Role.Coordinator, "saaristo");
        await site.PersonAsync("talous@example.org", "Talous", "luoto", Role.FinanceOfficer, "saaristo");
        await site.PersonAsync("asukas@example.org", "Asukas", "luoto", Role.Resident, "luoto");
        return site;
    }

    [Fact]
    public async Task A_round_goes_from_a_coordinators_idea_to_a_published_result_that_says_why()
    {
        await using var site = await SiteAsync();
        string round;
        await using (var coordinator = await chromium.VisitAsync(site, "1 set up"))
        {
            await coordinator.SignInAsync("koordinaattori@example.org");
            round = await CreateRoundAsync(coordinator);
        }
        await using (var finance = await chromium.VisitAsync(site, "2 money"))
        {
            await finance.SignInAsync("talous@example.org");
            await SetMoneyAsync(finance, round);
        }

        site.Clock.Now = new(2027, 9, 28, 9, 0, 0, TimeSpan.Zero);
        await using (var resident = await chromium.VisitAsync(site, "3 propose"))
        {
            await resident.SignInAsync("asukas@example.org");
            await ProposeAsync(resident, round, "Uimalaituri lapsille", look: true);
            await ProposeAsync(resident, round, "Talvella valaistu latu", look: false);
            await ProposeAsync(resident, round, "Lentokenttä saareen", look: false);
            await resident.GoAsync("/my/proposals");
            await resident.LookAsync("own proposals");
            await resident.GoAsync($"{round}/proposals?Words=latu");
            await Expect(resident.Page.Locator("main")).ToContainTextAsync("Talvella valaistu latu");
            await Expect(resident.Page.Locator("main")).Not.ToContainTextAsync("Uimalaituri");
            await resident.LookAsync("search");
        }

        site.Clock.Now = new(2027, 10, 12, 9, 0, 0, TimeSpan.Zero);
        await using (var coordinator = await chromium.VisitAsync(site, "4 evaluate"))
        {
            await coordinator.SignInAsync("koordinaattori@example.org");
            await EvaluateAsync(coordinator, round);
        }

        site.Clock.Now = new(2027, 10, 26, 9, 0, 0, TimeSpan.Zero);
        await using (var resident = await chromium.VisitAsync(site, "5 vote"))
        {
            await resident.SignInAsync("asukas@example.org");
            await VoteChangeAndCheckAsync(resident, round);
        }

        // The clock jumps to just after closing; the job closes and counts without anybody's hand.
        site.Clock.Now = new(2027, 11, 8, 18, 0, 5, TimeSpan.Zero);
        await using (var resident = await chromium.VisitAsync(site, "6 closed", "sv"))
        {
            await resident.SignInAsync("asukas@example.org");
            await resident.GoAsync($"{round}/vote");
            await Expect(resident.Page.Locator("main input[type=checkbox]")).ToHaveCountAsync(0);
            await resident.LookAsync("voting has ended");
            await resident.GoAsync($"{round}/results");
            await Expect(resident.Page.Locator("main table")).ToHaveCountAsync(0);
            await resident.LookAsync("no result yet");
        }
        await using (var coordinator = await chromium.VisitAsync(site, "7 publish"))
        {
            await coordinator.SignInAsync("koordinaattori@example.org");
            await AskToPublishAsync(coordinator, round);
        }
        await using (var coordinator = await chromium.VisitAsync(site, "7b confirm"))
        {
            await coordinator.SignInAsync("koordinaattori2@example.org");
            await ConfirmAsync(coordinator, round);
        }
        foreach (var language in new[] { "fi", "sv", "en" })
        {
            await using var reader = await chromium.VisitAsync(site, $"8 read {language}", language);
            await ReadAsync(reader, round, language);
        }
    }

    // The design system lays the label over its box; a person clicks what they see.
    private static async Task ChooseAsync(ILocator box)
    {
        await box.Page.Locator($"label[for='{await box.GetAttributeAsync("id")}']").ClickAsync();
        await Expect(box).ToBeCheckedAsync();
    }

    private static async Task<string> CreateRoundAsync(Visitor coordinator)
    {
        var page = coordinator.Page;
        await coordinator.GoAsync("/admin");
        await coordinator.LookAsync("administration");
        await coordinator.GoAsync("/admin/rounds/new");
        await page.SelectOptionAsync("#Input_RegionId", new SelectOptionValue { Index = 1 });
        await page.FillAsync("[name='Input.Title.Fi']", "Saaristo päättää");
        await page.FillAsync("[name='Input.Title.Sv']", "Skärgården bestämmer");
        await page.FillAsync("[name='Input.Summary.Fi']", "Asukkaat ehdottavat ja äänestävät, mihin saariston yhteistä rahaa käytetään.");
        for (var i = 0; i < Schedule.Length; i++)
        {
            await page.FillAsync($"[name='Schedule.Rows[{i}].Starts']", Schedule[i].Starts ?? "");
            if (i < Schedule.Length - 1)
                await page.FillAsync($"[name='Schedule.Rows[{i}].Ends']", Schedule[i].Ends ?? "");
        }
        // First with a time that occurs twice: it is refused beside the field, and everything typed is still there.
        await page.FillAsync("[name='Schedule.Rows[3].Ends']", "2027-10-31T03:30");
        await page.FillAsync("[name='Schedule.Rows[4].Starts']", "2027-10-31T03:30");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page.Locator("[role=alert]").First).ToBeVisibleAsync();
        await Expect(page.Locator("[name='Schedule.Rows[4].StartsHour']")).ToBeVisibleAsync();
        await Expect(page.Locator("[name='Input.Title.Fi']")).ToHaveValueAsync("Saaristo päättää");
        await coordinator.LookAsync("a time that occurs twice");
        await page.FillAsync("[name='Schedule.Rows[3].Ends']", Schedule[3].Ends!);
        await page.FillAsync("[name='Schedule.Rows[4].Starts']", Schedule[4].Starts!);
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/admin/rounds/\\d+$"));
        await coordinator.LookAsync("round created");
        return new Uri(page.Url).AbsolutePath["/admin".Length..];
    }

    private static async Task SetMoneyAsync(Visitor finance, string round)
    {
        var page = finance.Page;
        await finance.GoAsync($"/admin{round}/envelope");
        await page.FillAsync("#Input_Amount", "-5");
        await page.FillAsync("#Input_Reason", "Valtuuston talousarvio");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page.Locator("#Input_Amount")).ToHaveAttributeAsync("aria-invalid", "true");
        await finance.LookAsync("a negative envelope");
        await page.FillAsync("#Input_Amount", "30 000");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/admin{round}$"));
        await HeadingAsync("Koko saaristo", "20000", "Approval", "2", "Greedy");
        await HeadingAsync("Liikunta", "10000", "Knapsack", null, "EqualShares");
        await finance.LookAsync("money divided");

        async Task HeadingAsync(string name, string amount, string kind, string? maximum, string rule)
        {
            await finance.GoAsync($"/admin{round}/headings/new");
            await page.FillAsync("[name='Input.Name.Fi']", name);
            await page.FillAsync("#Input_Amount", amount);
            await ChooseAsync(page.Locator($"[name='Input.BallotKind'][value={kind}]"));
            await page.FillAsync("#Input_MaximumChoices", maximum ?? "");
            await ChooseAsync(page.Locator($"[name='Input.Rule'][value={rule}]"));
            await finance.LookAsync($"heading {name}");
            await page.Locator("main form button.hds-button--primary").ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex($"/admin{round}$"));
        }
    }

    private static async Task ProposeAsync(Visitor resident, string round, string title, bool look)
    {
        var page = resident.Page;
        if (look)
        {
            await resident.GoAsync("/");
            await resident.LookAsync("home");
            await resident.GoAsync(round);
            await resident.LookAsync("round in proposing");
        }
        await resident.GoAsync($"{round}/proposals/new");
        await page.SelectOptionAsync("#Input_HeadingId", new SelectOptionValue { Index = title.Contains("latu") ? 2 : 1 });
        await page.SelectOptionAsync("#Input_Language", "fi");
        await page.FillAsync("#Input_Title", title);
        if (look)
        {
            await page.Locator("main form button.hds-button--primary").ClickAsync();
            await Expect(page.Locator("#Input_Text")).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(page.Locator("#Input_Title")).ToHaveValueAsync(title);
            await resident.LookAsync("text missing");
        }
        await page.FillAsync("#Input_Text", "Tätä on toivottu saaressa pitkään.\n\nSiitä olisi iloa kaikenikäisille, ja talkoolaisia löytyy.");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/preview$"));
        if (look)
            await resident.LookAsync("preview");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/proposals/\\d+$"));
        if (look)
            await resident.LookAsync("submitted");
    }

    private static async Task EvaluateAsync(Visitor coordinator, string round)
    {
        var page = coordinator.Page;
        await coordinator.GoAsync($"/admin{round}/evaluation");
        await coordinator.LookAsync("proposals waiting");
        foreach (var (title, cost) in new[] { ("Uimalaituri", "19000"), ("latu", "8000,50"), ("Lentokenttä", null) })
        {
            await coordinator.GoAsync($"/admin{round}/evaluation");
            await page.Locator("main a", new() { HasText = title }).First.ClickAsync();
            await ChooseAsync(page.Locator($"[name='Input.Answer'][value={(cost is null ? "NotFeasible" : "Feasible")}]"));
            if (cost is not null)
            {
                await page.FillAsync("#Input_Cost", cost);
            }
            else
            {
                await page.Locator("main form button.hds-button--primary").ClickAsync();
                await Expect(page.Locator("#Input_Reason")).ToHaveAttributeAsync("aria-invalid", "true");
                await coordinator.LookAsync("reason missing");
                await page.FillAsync("#Input_Reason", "Saaressa ei ole tilaa kentälle. Yhteysalusvuoroja lisätään keväällä.");
            }
            await page.Locator("main form button.hds-button--primary").ClickAsync();
        }
        await coordinator.GoAsync($"/admin{round}/evaluation");
        await coordinator.LookAsync("all answered");
    }

    private static async Task VoteChangeAndCheckAsync(Visitor resident, string round)
    {
        var page = resident.Page;
        await resident.GoAsync($"{round}/sheets");
        await resident.LookAsync("ballot sheets");
        await resident.GoAsync($"{round}/vote");
        await Expect(page.Locator("main input[type=checkbox]")).ToHaveCountAsync(2);
        await resident.LookAsync("ballot");
        await ChooseAsync(page.Locator("main input[type=checkbox]").Nth(0));
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/vote/review$"));
        await resident.LookAsync("review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/vote/receipt$"));
        var first = await page.Locator(".receipt-code").InnerTextAsync();
        await resident.LookAsync("receipt");

        await resident.GoAsync($"{round}/vote");
        await Expect(page.Locator("main input[type=checkbox]").Nth(0)).ToBeCheckedAsync();
        await resident.LookAsync("vote is stored");
        await ChooseAsync(page.Locator("main input[type=checkbox]").Nth(1));
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/vote/receipt$"));
        var second = await page.Locator(".receipt-code").InnerTextAsync();
        Assert.NotEqual(first, second);
        Assert.DoesNotContain("projects", page.Url);

        foreach (var (code, answer) in new[] { (first, "replaced"), (second, "stored") })
        {
            await resident.GoAsync($"{round}/receipt");
            await page.FillAsync("#Input_Code", code.ToLowerInvariant());
            await page.Locator("main form button.hds-button--primary").ClickAsync();
            await Expect(page.Locator("main .hds-notification").First).ToBeVisibleAsync();
            await resident.LookAsync($"receipt {answer}");
        }
        await resident.GoAsync($"{round}/vote/withdraw");
        await resident.LookAsync("withdraw");
    }

    private static async Task AskToPublishAsync(Visitor coordinator, string round)
    {
        var page = coordinator.Page;
        // The jobs have some seconds; the page is asked until it lets the coordinator ask.
        for (var i = 0; i < 60 && await page.Locator("main form button.hds-button--primary").CountAsync() == 0; i++)
        {
            await coordinator.GoAsync($"/admin{round}/publish");
            if (await page.Locator("main form button.hds-button--primary").CountAsync() == 0)
                await Task.Delay(500);
        }
        await coordinator.LookAsync("ready to publish");
        await page.FillAsync("#Input_Reason", "Laskenta on tarkastettu");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await coordinator.LookAsync("asked");
    }

    private static async Task ConfirmAsync(Visitor coordinator, string round)
    {
        var page = coordinator.Page;
        await coordinator.GoAsync("/admin");
        await coordinator.LookAsync("waits for a second official");
        await page.Locator("main table a[href^='/admin/confirmations/']").ClickAsync();
        await coordinator.LookAsync("decide");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await coordinator.GoAsync($"/admin{round}");
        await coordinator.LookAsync("published");
        await coordinator.GoAsync("/admin/audit");
        await coordinator.LookAsync("audit log");
    }

    private static async Task ReadAsync(Visitor reader, string round, string language)
    {
        var page = reader.Page;
        await reader.GoAsync(round);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await reader.LookAsync("round");
        await reader.GoAsync($"{round}/results");
        await Expect(page.Locator("main")).ToContainTextAsync("Uimalaituri lapsille");
        await Expect(page.Locator("main table")).ToHaveCountAsync(2);
        await reader.LookAsync("results");
        await reader.GoAsync("/regions/luoto");
        await reader.LookAsync("region");
        await reader.GoAsync("/rounds/999");
        await reader.LookAsync("not found");
    }
}
