using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Voting in the demonstration's open round, where both kinds of ballots are.</summary>
[Collection(nameof(Chromium))]
public sealed class VotingJourney(Chromium chromium)
{
    private static async Task<(Site Site, Visitor Visitor, string Round)> AtTheBallotAsync(Chromium chromium, string journey, bool javaScript)
    {
        var site = await Site.StartAsync(new(2027, 3, 24, 10, 0, 0, TimeSpan.Zero), demo: true);
        var visitor = await chromium.VisitAsync(site, journey, "sv", javaScript);
        await visitor.GoAsync("/");
        var vote = await visitor.Page.Locator("main a[href$='/vote']").First.GetAttributeAsync("href");
        await visitor.GoAsync(vote!);
        // Whoever is not signed in yet comes back to the ballot afterwards.
        await visitor.Page.Locator("form[action*='Demo'] button").First.ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex($"{vote}$"));
        return (site, visitor, vote![..^"/vote".Length]);
    }

    private static async Task ClickBoxesAsync(ILocator heading, int count)
    {
        var boxes = heading.Locator("input[type=checkbox]");
        for (var i = 0; i < count; i++)
            await heading.Locator($"label[for='{await boxes.Nth(i).GetAttributeAsync("id")}']").ClickAsync();
    }

    [Fact]
    public async Task Without_JavaScript_the_total_is_updated_by_a_button_and_nothing_chosen_is_lost()
    {
        var (site, visitor, round) = await AtTheBallotAsync(chromium, "vote without script", javaScript: false);
        await using var _ = site;
        await using var __ = visitor;
        var page = visitor.Page;
        var approval = page.Locator(".ballot__heading").First;

        await ClickBoxesAsync(page.Locator(".ballot__heading").Nth(0), 6);
        await approval.Locator("[data-update]").ClickAsync();
        await Expect(approval.Locator(".vote-total")).ToHaveClassAsync(new Regex("vote-total--over"));
        await Expect(page.Locator("main input:checked")).ToHaveCountAsync(6);
        await visitor.LookAsync("too many");
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await Expect(page.Locator("main .ballot__error")).ToBeVisibleAsync();
        await Expect(page.Locator("main input:checked")).ToHaveCountAsync(6);
        await visitor.LookAsync("too many refused");
        await ClickBoxesAsync(page.Locator(".ballot__heading").Nth(0), 2);
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/vote/receipt$"));
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(new Regex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$"));
        await visitor.LookAsync("receipt");
    }

    [Fact]
    public async Task With_JavaScript_the_total_follows_every_choice_and_a_withdrawn_vote_is_gone()
    {
        var (site, visitor, round) = await AtTheBallotAsync(chromium, "vote with script", javaScript: true);
        await using var _ = site;
        await using var __ = visitor;
        var page = visitor.Page;
        var knapsack = page.Locator(".ballot__heading").Nth(1);
        await Expect(knapsack.Locator("[data-update]")).ToBeHiddenAsync();
        await ClickBoxesAsync(page.Locator(".ballot__heading").Nth(1), 7);
        await Expect(knapsack.Locator(".vote-total")).ToHaveClassAsync(new Regex("vote-total--over"));
        await Expect(knapsack.Locator("[data-total-over]")).ToContainTextAsync("€");
        await visitor.LookAsync("over the money");
        await ClickBoxesAsync(page.Locator(".ballot__heading").Nth(1), 6);
        await Expect(knapsack.Locator(".vote-total")).Not.ToHaveClassAsync(new Regex("vote-total--over"));
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await visitor.LookAsync("review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{round}/vote/receipt$"));

        await visitor.GoAsync($"{round}/vote/withdraw");
        await page.Locator("main form button.hds-button--danger").ClickAsync();
        await visitor.LookAsync("withdrawn");
        await visitor.GoAsync($"{round}/vote");
        await Expect(page.Locator("main input:checked")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_form_that_has_expired_says_so_and_stores_nothing()
    {
        var (site, visitor, round) = await AtTheBallotAsync(chromium, "expired form", javaScript: true);
        await using var _ = site;
        await using var __ = visitor;
        var page = visitor.Page;
        await ClickBoxesAsync(page.Locator(".ballot__heading").Nth(0), 1);
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await page.EvaluateAsync("for (const token of document.getElementsByName('__RequestVerificationToken')) token.value = 'expired'");
        var answer = page.WaitForResponseAsync("**handler=Cast");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        Assert.Equal(400, (await answer).Status);
        await visitor.LookAsync("form expired");
        await visitor.GoAsync($"{round}/vote");
        await Expect(page.Locator("main input:checked")).ToHaveCountAsync(0);
    }
}
