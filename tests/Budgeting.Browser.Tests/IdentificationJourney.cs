using System.Text.RegularExpressions;
using Budgeting.Core.People;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Web.Tests.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Signing in by e-identification and voting, on a phone; and what clerks and coordinators do where that is not enough.</summary>
[Collection(nameof(Chromium))]
public sealed class IdentificationJourney(Chromium chromium)
{
    private const string Rows = "131052-308T,1952-10-13,town,fi,0\n010594-9021,1994-05-01,town,sv,0\n";

    [Fact]
    public async Task Somebody_signs_in_by_e_identification_and_votes()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await using var provider = await IdentificationProvider.StartAsync(world.Clock);
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var codes = await world.CodesAsync(roundId, Rows);
        await using var site = Site.Over(world, provider.Settings);
        provider.SendBack = address => address.Replace("http://localhost/", $"{site.Address}/", StringComparison.Ordinal);
        await using var visitor = await chromium.VisitAsync(site, "e-identification", "en", phone: true);
        var page = visitor.Page;

        await visitor.GoAsync("/sign-in");
        await visitor.LookAsync("sign in");
        await visitor.GoAsync($"/rounds/{roundId}/vote");
        await visitor.LookAsync("way in to the vote");
        await page.Locator("main a[href^='/sign-in/with/suomi-fi']").ClickAsync();
        await page.Locator("button", new() { HasText = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("You broke off");
        await visitor.LookAsync("broken off");
        await visitor.GoAsync($"/rounds/{roundId}/code");
        await page.Locator("main a[href^='/sign-in/with/suomi-fi']").ClickAsync();
        await page.Locator("button", new() { HasText = "Anna Virtanen" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in/identified"));
        await visitor.LookAsync("identified");
        await page.Locator("main form[action$='handler=Create'] button").ClickAsync();
        await Expect(page.Locator("#Input_Email")).ToHaveAttributeAsync("aria-invalid", "true");
        await visitor.LookAsync("identified, wrong");
        await page.FillAsync("#Input_Email", "anna@example.org");
        await page.SelectOptionAsync("#Input_HomeRegionId", new Microsoft.Playwright.SelectOptionValue { Index = 2 });
        await page.Locator("main form[action$='handler=Create'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/rounds/{roundId}/vote$"));
        var box = page.Locator("main .ballot input[type=checkbox]").First;
        await page.Locator($"label[for='{await box.GetAttributeAsync("id")}']").TapAsync();
        await visitor.LookAsync("ballot");
        await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
        await visitor.LookAsync("review");
        await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(new Regex("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$"));
        await visitor.LookAsync("receipt");
        await visitor.GoAsync("/account/identities");
        await page.Locator("main form[action$='handler=Code'] button").ClickAsync();
        await Expect(page.Locator(".receipt-code")).ToHaveTextAsync(new Regex("^[0-9A-Z]{4}-[0-9A-Z]{4}$"));
        await visitor.LookAsync("identities");

        // Somebody else is linked to the entry that Bo proves; with an account signed in, linking takes a button.
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[1])).Granted);
        await world.AccountAsync("bo@example.org");
        await using var other = await chromium.VisitAsync(site, "e-identification, dispute", "en", phone: true);
        await other.SignInByLinkAsync("bo@example.org");
        await other.GoAsync("/sign-in/with/suomi-fi?returnUrl=/account/identities");
        await other.Page.Locator("button", new() { HasText = "Bo Holm" }).ClickAsync();
        await other.LookAsync("link");
        await other.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(other.Page.Locator("main .cards").Last).ToContainTextAsync("Being decided");
        await other.LookAsync("being decided");

        await site.PersonAsync("koordinaattori@example.org", "Koordinaattori", "town", Role.Coordinator, "county");
        await site.PersonAsync("virkailija@example.org", "Virkailija", "town", Role.Clerk, "county");
        await using var coordinator = await chromium.VisitAsync(site, "e-identification, coordinator", "en", phone: true);
        await coordinator.SignInAsync("koordinaattori@example.org");
        await coordinator.GoAsync($"/admin/rounds/{roundId}/links");
        await coordinator.LookAsync("claims");
        await coordinator.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(coordinator.Page.Locator("#Input_Reason")).ToHaveAttributeAsync("aria-invalid", "true");
        await coordinator.LookAsync("claims, wrong");
        await coordinator.Page.Locator("main form.form label", new() { HasText = "Move the link" }).TapAsync();
        await coordinator.Page.FillAsync("#Input_Reason", "The identity was checked again");
        await coordinator.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(coordinator.Page.Locator("main")).ToContainTextAsync("Nothing waits");
        await coordinator.LookAsync("decided");
        await using var clerk = await chromium.VisitAsync(site, "e-identification, clerk", "en", phone: true);
        await clerk.SignInAsync("virkailija@example.org");
        await clerk.GoAsync($"/admin/rounds/{roundId}/desk");
        await clerk.Page.FillAsync("#Input_Identifier", "010594-9021");
        await clerk.Page.Locator("main form[action$='handler=Find'] button").ClickAsync();
        await clerk.Page.FillAsync("#Input_Account", "nobody@example.org");
        await clerk.Page.Locator("main form[action$='handler=Link'] button").ClickAsync();
        await clerk.LookAsync("desk, no such account");
    }
}
