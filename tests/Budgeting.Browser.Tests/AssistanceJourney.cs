using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>What officials do so that everybody can vote: plain summaries, helpers, invitations and stations, in the demonstration's rounds.</summary>
[Collection(nameof(Chromium))]
public sealed class AssistanceJourney(Chromium chromium)
{
    [Fact]
    public async Task A_coordinator_prepares_a_round_for_everybody_and_a_clerk_opens_a_station()
    {
        await using var site = await Site.StartAsync(new(2027, 3, 24, 10, 0, 0, TimeSpan.Zero), demo: true);
        await site.PersonAsync("cecilia@example.org", "Cecilia", "turku", Role.Coordinator, "varsinais-suomi");
        await site.PersonAsync("anna@example.org", "Anna", "turku", Role.Clerk, "varsinais-suomi");
        var listed = await site.Do<IRounds, IReadOnlyList<RoundSummary>>(rounds => rounds.ListAsync(new(), default));
        var coming = listed.First(round => round.Phase is Phase.Proposing or Phase.Evaluating or Phase.CoDeveloping).Id;
        var open = listed.First(round => round.Phase == Phase.Voting).Id;

        await using var cecilia = await chromium.VisitAsync(site, "assistance", "en", narrow: 320);
        await cecilia.SignInAsync("cecilia@example.org");
        await cecilia.GoAsync($"/admin/rounds/{coming}/plain");
        await cecilia.LookAsync("plain summaries");
        await cecilia.Page.FillAsync("#Input_Text_Fi", "Nyt päätetään yhdessä, mihin rahaa käytetään.");
        await cecilia.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(cecilia.Page.Locator("main .notice").First).ToContainTextAsync("saved");
        await cecilia.Page.Locator("main .plain-list a").First.ClickAsync();
        await cecilia.LookAsync("plain summary of a proposal");
        await cecilia.GoAsync($"/admin/rounds/{coming}/helpers");
        await cecilia.Page.Locator("main form button").ClickAsync();
        await Expect(cecilia.Page.Locator("main")).ToContainTextAsync("helpers are allowed");
        await cecilia.LookAsync("helpers");
        await cecilia.GoAsync($"/admin/rounds/{coming}/invitations");
        await cecilia.LookAsync("invitations");
        await cecilia.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(cecilia.Page.Locator(".error-summary")).ToBeVisibleAsync();
        await cecilia.LookAsync("invitations, refused");

        await using var anna = await chromium.VisitAsync(site, "assistance, clerk", "fi", narrow: 320);
        await anna.SignInAsync("anna@example.org");
        await anna.GoAsync($"/admin/rounds/{open}/desk");
        await anna.LookAsync("desk");
        await anna.GoAsync($"/admin/rounds/{open}/stations");
        await anna.LookAsync("stations");
        await anna.Page.FillAsync("#Input_Name", "Kirjasto");
        await anna.Page.FillAsync("#Input_Pin", "111111");
        await anna.Page.Locator("main form.form button.hds-button--primary").ClickAsync();
        await Expect(anna.Page.Locator("#Input_Pin-error")).ToBeVisibleAsync();
        await anna.LookAsync("stations, a weak pin");
        await anna.GoAsync($"/admin/rounds/{open}/helpers");
        await anna.LookAsync("helpers");
    }
}
