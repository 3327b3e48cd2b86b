using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Signing in without passwords, on a phone.</summary>
[Collection(nameof(Chromium))]
public sealed class SignInJourney(Chromium chromium)
{
    private static readonly DateTimeOffset Now = World.Weeks(World.Start).First(period => period.Phase == Phase.Proposing).StartsAt.AddHours(1);

    private static async Task<(World World, Site Site, string Round)> ProposingAsync()
    {
        var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var roundId = await world.RoundAsync();
        await world.HeadingAsync(roundId, Money.FromEuros(1_000));
        world.Clock.Now = Now;
        return (world, Site.Over(world), $"/rounds/{roundId}");
    }

    private static async Task RegisterAsync(Visitor visitor, string email, string? look = null)
    {
        await visitor.GoAsync("/register");
        if (look is not null)
            await visitor.LookAsync($"{look}, empty");
        await visitor.Page.FillAsync("#Input_Email", email);
        await visitor.Page.FillAsync("#Input_DisplayName", "Anna");
        await visitor.Page.SelectOptionAsync("#Input_HomeRegionId", new SelectOptionValue { Index = 2 });
        await visitor.Page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(visitor.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
    }

    private static Task SignOutAsync(Visitor visitor) => visitor.Page.Locator("form[action='/sign-out'] button").ClickAsync();

    [Fact]
    public async Task Somebody_creates_a_passkey_and_proposes()
    {
        var (world, site, round) = await ProposingAsync();
        await using var _ = world;
        await using var __ = site;
        await using var visitor = await chromium.VisitAsync(site, "passkey", "en", phone: true);
        var page = visitor.Page;
        var authenticator = await visitor.PlugInAsync();

        await visitor.GoAsync("/sign-in");
        await visitor.LookAsync("sign in");
        await visitor.GoAsync("/register");
        await page.FillAsync("#Input_Email", "not an address");
        await page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(page.Locator("#Input_Email")).ToHaveAttributeAsync("aria-invalid", "true");
        await visitor.LookAsync("register, wrong");
        // Somebody who is not known to the device makes no passkey, and loses nothing typed.
        await authenticator.KnowsOwnerAsync(false);
        await page.FillAsync("#Input_Email", "Anna+1@Example.org");
        await page.FillAsync("#Input_DisplayName", "Anna");
        await page.SelectOptionAsync("#Input_HomeRegionId", new SelectOptionValue { Index = 2 });
        await page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(page.Locator("[data-passkey-message]")).ToContainTextAsync("No passkey was given", new() { Timeout = 30_000 });
        await Expect(page.Locator("#Input_DisplayName")).ToHaveValueAsync("Anna");
        await visitor.LookAsync("register, no passkey");
        await authenticator.KnowsOwnerAsync(true);
        await page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
        await visitor.LookAsync("registered");

        await visitor.GoAsync("/account");
        await Expect(page.Locator("main")).ToContainTextAsync("not confirmed");
        await visitor.LookAsync("account");
        await visitor.GoAsync((await site.Mail.WaitAsync("Anna+1@example.org")).Link);
        await visitor.LookAsync("link");
        await page.Locator("main form[action='/sign-in/link'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/account$"));
        // Who was signed in keeps the passkey.
        await Expect(page.Locator("main .facts")).ToContainTextAsync("confirmed");
        await Expect(page.Locator("main .facts div", new() { HasText = "Passkeys" })).ToContainTextAsync("1");

        await visitor.GoAsync($"{round}/proposals/new");
        await page.SelectOptionAsync("#Input_Language", "fi");
        await page.FillAsync("#Input_Title", "Penkki joen rantaan");
        await page.FillAsync("#Input_Text", "Rannalla kävelevät kaipaavat paikkaa, jossa levähtää ja katsella vettä.");
        await visitor.LookAsync("proposal");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/preview$"));
        await visitor.LookAsync("preview");
        await page.Locator("main form button.hds-button--primary").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/proposals/\\d+$"));
        await Expect(page.Locator("main")).ToContainTextAsync("Anna");
        await visitor.LookAsync("proposed");

        await SignOutAsync(visitor);
        await visitor.GoAsync("/sign-in");
        await page.Locator("button[data-passkey='get']").ClickAsync();
        await Expect(page.Locator(".account__name")).ToContainTextAsync("Anna");
        await visitor.LookAsync("signed in");
    }

    [Fact]
    public async Task Several_passkeys_have_names_and_the_last_way_in_stays()
    {
        var (world, site, _) = await ProposingAsync();
        await using var __ = world;
        await using var ___ = site;
        await using var visitor = await chromium.VisitAsync(site, "passkeys", "en", phone: true);
        var page = visitor.Page;
        var authenticator = await visitor.PlugInAsync();
        await RegisterAsync(visitor, "anna@example.org");
        await visitor.GoAsync("/account/passkeys");
        await visitor.LookAsync("one");
        await page.Locator("form[action$='handler=Remove'] button").ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("last way into your account");
        await visitor.LookAsync("the last stays");

        // The device already holds one for this account.
        await page.FillAsync("#Input_Name", "Work laptop");
        await page.Locator("button[data-passkey='create']").ClickAsync();
        await Expect(page.Locator("[data-passkey-message]")).ToContainTextAsync("already has a passkey");
        await authenticator.EmptyAsync();
        await page.Locator("button[data-passkey='create']").ClickAsync();
        await Expect(page.Locator("main .cards > li")).ToHaveCountAsync(2);
        await Expect(page.Locator("main .cards")).ToContainTextAsync("Work laptop");
        await page.Locator("main .cards > li").First.Locator("input[name=name]").FillAsync("Old phone");
        await page.Locator("main .cards > li").First.Locator("form[action$='handler=Rename'] button").ClickAsync();
        await Expect(page.Locator("main .cards > li").First).ToContainTextAsync("Old phone");
        await visitor.LookAsync("two");
        await page.Locator("main .cards > li").First.Locator("form[action$='handler=Remove'] button").ClickAsync();
        await Expect(page.Locator("main .cards > li")).ToHaveCountAsync(1);

        await visitor.GoAsync("/account/recovery-codes");
        await visitor.LookAsync("recovery codes");
        await page.Locator("main form button").ClickAsync();
        await Expect(page.Locator(".recovery-codes li")).ToHaveCountAsync(10);
        await visitor.LookAsync("recovery codes shown");
        await visitor.GoAsync("/account/sign-ins");
        await Expect(page.Locator("main .cards > li")).ToHaveCountAsync(1);
        await visitor.LookAsync("sign-ins");
        await visitor.GoAsync("/account/email");
        await visitor.LookAsync("address");
    }

    [Fact]
    public async Task A_copy_of_an_authenticator_is_refused()
    {
        var (world, site, _) = await ProposingAsync();
        await using var __ = world;
        await using var ___ = site;
        await using var visitor = await chromium.VisitAsync(site, "copied passkey", "en", phone: true);
        var authenticator = await visitor.PlugInAsync();
        await RegisterAsync(visitor, "anna@example.org");
        await SignOutAsync(visitor);
        await visitor.GoAsync("/sign-in");
        await visitor.Page.Locator("button[data-passkey='get']").ClickAsync();
        await Expect(visitor.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
        await SignOutAsync(visitor);
        await authenticator.TurnBackAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.Page.Locator("button[data-passkey='get']").ClickAsync();
        await Expect(visitor.Page.Locator(".error-summary")).ToContainTextAsync("could not be checked");
        await Expect(visitor.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(0);
        await visitor.LookAsync("refused");
    }

    [Fact]
    public async Task An_official_confirms_in_place_and_nothing_typed_is_lost()
    {
        var (world, site, _) = await ProposingAsync();
        await using var __ = world;
        await using var ___ = site;
        await site.PersonAsync("koordinaattori@example.org", "Koordinaattori", "town", Role.Coordinator, "county");
        await using var visitor = await chromium.VisitAsync(site, "confirm", "en", phone: true);
        var page = visitor.Page;
        var authenticator = await visitor.PlugInAsync();
        await authenticator.HoldAsync(site.PasskeyOf("koordinaattori@example.org"));
        await visitor.SignInByLinkAsync("koordinaattori@example.org");
        await visitor.GoAsync("/account/email");
        await page.FillAsync("#Input_Email", "uusi@example.org");
        await page.Locator("main form.form button").ClickAsync();
        await Expect(page.Locator("#step-up")).ToBeVisibleAsync();
        await Expect(page.Locator("#Input_Email")).ToHaveValueAsync("uusi@example.org");
        await visitor.LookAsync("confirmation needed");
        await page.Locator("button[data-passkey='confirm']").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in/sent$"));
        await site.Mail.WaitAsync("uusi@example.org");

        await visitor.GoAsync("/sign-in/confirm?returnUrl=%2Faccount%2Fpasskeys");
        await visitor.LookAsync("confirm page");
        await page.Locator("button[data-passkey='get']").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/account/passkeys$"));
    }

    [Fact]
    public async Task A_passkey_is_offered_in_the_address_field()
    {
        var (world, site, _) = await ProposingAsync();
        await using var __ = world;
        await using var ___ = site;
        await using var visitor = await chromium.VisitAsync(site, "autofill", "en", phone: true);
        await visitor.PlugInAsync(autofill: true);
        await RegisterAsync(visitor, "anna@example.org");
        await SignOutAsync(visitor);
        // Which questions the page asks; the browser answers them itself.
        await visitor.Page.AddInitScriptAsync("""
            const get = navigator.credentials.get.bind(navigator.credentials);
            navigator.credentials.get = (question) => { sessionStorage.asked = question.mediation ?? "button"; return get(question); };
            """);
        await visitor.GoAsync("/sign-in");
        await Expect(visitor.Page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
        Assert.Equal("conditional", await visitor.Page.EvaluateAsync<string>("sessionStorage.asked"));
    }
}
