using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Somebody takes their data along and deletes everything, on a phone.</summary>
[Collection(nameof(Chromium))]
public sealed class DeletionJourney(Chromium chromium)
{
    [Theory, InlineData("fi", "entinen osallistuja"), InlineData("sv", "tidigare deltagare"), InlineData("en", "former participant")]
    public async Task Somebody_downloads_their_data_and_deletes_everything(string language, string former)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(1_000));
        world.Clock.Now = World.Weeks(World.Start).First(period => period.Phase == Phase.Proposing).StartsAt.AddHours(1);
        await using var site = Site.Over(world);
        await using var visitor = await chromium.VisitAsync(site, $"deletion {language}", language, phone: true);
        var page = visitor.Page;
        await visitor.PlugInAsync();
        await visitor.GoAsync("/register");
        await page.FillAsync("#Input_Email", "anna@example.org");
        await page.FillAsync("#Input_DisplayName", "Anna Asukas");
        await page.SelectOptionAsync("#Input_HomeRegionId", new SelectOptionValue { Index = 2 });
        await page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
        var id = await world.Sql(context => context.Users.Where(account => account.Email == "anna@example.org").Select(account => account.Id).SingleAsync());
        var proposalId = (await world.Do<Core.Proposals.IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
            Actor.Person(id), roundId, new(headingId, "fi", "Penkki joen rantaan", "Rannalla kävelevät kaipaavat paikkaa, jossa levähtää.", null), Guid.NewGuid(), default))).Value;
        Assert.True((await world.Do<Core.Proposals.IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(Actor.Person(id), proposalId, default))).Granted);

        await visitor.GoAsync("/account");
        await visitor.LookAsync("1 account");
        await page.Locator("main a[href='/account/data']").ClickAsync();
        await visitor.LookAsync("2 my data");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("main form button").First.ClickAsync());
        Assert.Contains("anna@example.org", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);

        // The passkey was shown too long ago: it is asked for again, and nothing that was chosen is lost.
        world.Clock.Now += TimeSpan.FromMinutes(11);
        await page.Locator("main a[href='/account/delete']").ClickAsync();
        await visitor.LookAsync("3 what goes and what stays");
        await page.Locator("main form button").ClickAsync();
        await Expect(page.Locator(".error-summary")).ToHaveCountAsync(1);
        await visitor.LookAsync("4 not confirmed");
        await page.Locator("#Input_Confirmed").CheckAsync();
        await page.Locator("main form button.hds-button--danger").ClickAsync();
        await Expect(page.Locator("#step-up")).ToHaveCountAsync(1);
        await visitor.LookAsync("5 passkey again");
        await page.Locator("button[data-passkey='confirm']").ClickAsync();
        // With that the form goes on by itself.
        await Expect(page).ToHaveURLAsync(new Regex("/$"));
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(0);
        await visitor.LookAsync("6 deleted");

        await visitor.GoAsync($"/proposals/{proposalId}");
        await Expect(page.Locator("main")).ToContainTextAsync(former);
        await Expect(page.Locator("main")).Not.ToContainTextAsync("Anna Asukas");
        await visitor.LookAsync("7 the proposal stays");
    }
}
