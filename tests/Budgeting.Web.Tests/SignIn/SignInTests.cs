using System.Diagnostics;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Web.Shell;
using Budgeting.Web.Tests.Electorate;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Tests.SignIn;

public sealed class SignInTests
{
    private static Task<Site> SiteAsync(SmtpServer smtp, params IReadOnlyList<(string, string)> settings) => Site.CreateAsync(
        [("Site:Address", "https://osallistu.example"), ("RateLimits:SignIn:Permits", "1000"), .. smtp.Settings.Select(setting => (setting.Key, setting.Value!)), .. settings]);

    private static async Task<IDocument> AskAsync(Forms forms, string email, string returnUrl = "/rounds") =>
        await forms.SendAsync(await forms.OpenAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl)), ".form", ("Input.Email", email));

    private static async Task<Forms> SignedInAsync(Site site, SmtpServer smtp, string email)
    {
        var forms = new Forms(site.Client());
        var before = smtp.Mails.Count(mail => mail.To == email && mail.Text.Contains("/sign-in/link"));
        await AskAsync(forms, email);
        var page = await forms.SendAsync(await forms.OpenAsync((await smtp.WaitAsync(email, before, "/sign-in/link")).Link), "form");
        Assert.Equal("/rounds", page.Path());
        return forms;
    }

    [Fact]
    public async Task A_link_signs_in_once_in_its_browser_and_says_what_is_wrong_with_any_other()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync("anna@example.org");
        var forms = new Forms(site.Client());
        Assert.Equal("/sign-in/sent", (await AskAsync(forms, "anna@example.org", "/rounds?Phase=Voting")).Path());
        var mail = await smtp.WaitAsync("anna@example.org");
        Assert.Contains("https://osallistu.example/sign-in/link?token=", mail.Text);

        var elsewhere = new Forms(site.Client());
        Assert.Contains("only in the browser where you asked", (await elsewhere.OpenAsync(mail.Link)).Text(".error-summary"));
        var page = await forms.OpenAsync(mail.Link);
        // The mail's text is seen by programs too; only the button uses the link up.
        Assert.Contains("anna@example.org", (await forms.OpenAsync(mail.Link)).Text());
        page = await forms.SendAsync(page, "form");
        Assert.Equal("/rounds?Phase=Voting", new Uri(page.Url).PathAndQuery);
        Assert.Contains("You are signed in", page.Text());
        Assert.Equal("/account", (await forms.OpenAsync("/account")).Path());
        foreach (var dead in new[] { mail.Link, "/sign-in/link?token=x", "/sign-in/link", "/sign-in/link?token=%00" })
        {
            page = await forms.OpenAsync(dead);
            Assert.Contains("no longer good", page.Text(".error-summary"));
            Assert.True(page.Links("/sign-in"));
        }
        Assert.Equal("/", (await AskEvilAsync(site, smtp)).Path());
    }

    private static async Task<IDocument> AskEvilAsync(Site site, SmtpServer smtp)
    {
        var forms = new Forms(site.Client());
        await AskAsync(forms, "anna@example.org", "https://evil.example/");
        return await forms.SendAsync(await forms.OpenAsync((await smtp.WaitAsync("anna@example.org", 1)).Link), "form");
    }

    [Fact]
    public async Task Who_has_no_account_is_answered_in_the_same_words_and_time()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync("anna@example.org");
        List<string> pages = [];
        foreach (var email in new[] { "anna@example.org", "nobody@example.org" })
        {
            var forms = new Forms(site.Client());
            var form = await forms.OpenAsync("/sign-in");
            var begun = Stopwatch.GetTimestamp();
            var page = await forms.SendAsync(form, ".form", ("Input.Email", email));
            Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(590));
            pages.Add(page.Text());
        }
        Assert.Equal(pages[0], pages[1]);
        await smtp.WaitAsync("anna@example.org");
        Assert.DoesNotContain(smtp.Mails, mail => mail.To == "nobody@example.org");
    }

    [Theory]
    [InlineData("anna+1@example.org", "anna+1@example.org")]
    [InlineData("\"anna b\"@example.org", "\"anna b\"@example.org")]
    [InlineData("ANNA@EXAMPLE.ORG", "ANNA@example.org")]
    [InlineData("anna@mäkelä.fi", "anna@mäkelä.fi")]
    public async Task An_account_is_opened_by_a_link_whatever_form_the_address_has(string typed, string kept)
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var forms = new Forms(site.Client());
        var page = await forms.SendAsync(await forms.OpenAsync("/register?returnUrl=%2Frounds"), ".form",
            ("Input.Email", typed), ("Input.DisplayName", "Anna"), ("Input.HomeRegionId", $"{site.World.TownId}"));
        Assert.Equal("/sign-in/sent", page.Path());
        Assert.False(await site.World.Sql(context => context.Users.AnyAsync(account => account.Email == kept)));
        for (var i = 0; i < 200 && smtp.Mails.Count == 0; i++)
            await Task.Delay(50);
        page = await forms.SendAsync(await forms.OpenAsync(smtp.Mails.Single().Link), "form");
        Assert.Equal("/rounds", page.Path());
        page = await forms.OpenAsync("/account");
        Assert.Contains($"{kept}, confirmed", page.Text(".facts"));
    }

    [Fact]
    public async Task Wrong_details_are_said_beside_their_fields_and_kept()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var forms = new Forms(site.Client());
        var page = await forms.OpenAsync("/register");
        foreach (var action in new[] { "/register", "/register?handler=Passkey" })
        {
            page.QuerySelector("main .form")!.SetAttribute("action", action);
            page = await forms.SendAsync(page, ".form", ("Input.Email", "anna"), ("Input.DisplayName", "A"), ("Input.HomeRegionId", ""));
            Assert.Contains("in the form name@example.org", page.Text("#Input_Email-error"));
            Assert.Contains("2 to 60", page.Text("#Input_DisplayName-error"));
            Assert.Contains("region", page.Text("#Input_HomeRegionId-error"));
            Assert.Equal("anna", page.QuerySelector<IHtmlInputElement>("#Input_Email")!.Value);
        }
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task An_answer_that_no_authenticator_gave_signs_nobody_in()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var client = site.Client();
        var forms = new Forms(client);
        var question = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/sign-in?handler=Options")).RootElement;
        Assert.Equal("required", question.GetProperty("options").GetProperty("userVerification").GetString());
        Assert.Equal("osallistu.example", question.GetProperty("options").GetProperty("rpId").GetString());
        var right = question.GetProperty("state").GetString()!;
        foreach (var (credential, state) in new[] { ("", ""), ("{}", right), ("not json", right), ("{\"id\":\"AA\",\"type\":\"public-key\"}", right), ("{}", "made up"), ("{}", right[..^3]) })
        {
            var page = await forms.OpenAsync("/sign-in");
            page.QuerySelector("main .passkey")!.SetAttribute("action", "/sign-in?handler=Passkey");
            page = await forms.SendAsync(page, ".passkey", ("credential", credential), ("state", state));
            Assert.Contains("could not be checked", page.Text(".error-summary"));
        }
        Assert.Equal("/sign-in", (await forms.OpenAsync("/account")).Path());
    }

    [Fact]
    public async Task Without_a_mail_server_the_pages_say_so_and_nothing_fails()
    {
        await using var site = await Site.CreateAsync();
        foreach (var address in new[] { "/sign-in", "/register" })
            Assert.Contains("E-mail is not set up", (await site.Browse().OpenAsync(address)).Text());
        Assert.Equal(404, await site.Browse().StatusAsync("/demo/mailbox"));
    }

    [Fact]
    public async Task Recovery_codes_are_shown_once_and_each_signs_in_once()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp, ("Attempts:PerAccount", "4"));
        await site.World.AccountAsync("anna@example.org");
        var anna = await SignedInAsync(site, smtp, "anna@example.org");
        var codes = (await anna.SendAsync(await anna.OpenAsync("/account/recovery-codes"), "form")).Texts(".recovery-codes li");
        Assert.Equal(10, codes.Count);
        Assert.DoesNotContain(codes[0], (await anna.OpenAsync("/account/recovery-codes")).Text());
        var forms = new Forms(site.Client());
        async Task<IDocument> TryAsync(string email, string code) =>
            await forms.SendAsync(await forms.OpenAsync("/sign-in/code"), ".form", ("Input.Email", email), ("Input.Code", code));
        Assert.Contains("code is not right", (await TryAsync("anna@example.org", "0000-0000-0000-0000")).Text(".error-summary"));
        Assert.Equal("/account/passkeys", (await TryAsync("anna@example.org", codes[0].ToLowerInvariant())).Path());
        Assert.Contains("code is not right", (await TryAsync("anna@example.org", codes[0])).Text(".error-summary"));
        // Addresses that nobody has are counted in the same way.
        for (var i = 0; i < 4; i++)
            Assert.Contains("code is not right", (await TryAsync("nobody@example.org", codes[1])).Text(".error-summary"));
        Assert.Contains("Wait 15 min", (await TryAsync("nobody@example.org", codes[1])).Text(".error-summary"));
    }

    [Fact]
    public async Task A_sign_in_that_is_ended_elsewhere_closes_within_a_minute()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync("anna@example.org");
        var phone = await SignedInAsync(site, smtp, "anna@example.org");
        var laptop = await SignedInAsync(site, smtp, "anna@example.org");
        var page = await laptop.OpenAsync("/account/sign-ins");
        Assert.Equal(2, page.QuerySelectorAll("main .cards > li").Length);
        page = await new PressedForm(laptop).SendAsync(page, "form[action$='handler=End']");
        Assert.Single(page.QuerySelectorAll("main .cards > li"));
        site.World.Clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal("/sign-in", (await phone.OpenAsync("/account")).Path());
        Assert.Equal("/account", (await laptop.OpenAsync("/account")).Path());
        var again = await SignedInAsync(site, smtp, "anna@example.org");
        await again.SendAsync(await again.OpenAsync("/account/sign-ins"), "form[action$='handler=EndAll']");
        Assert.Equal("/sign-in", (await again.OpenAsync("/account")).Path());
        site.World.Clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal("/sign-in", (await laptop.OpenAsync("/account")).Path());
    }

    [Fact]
    public async Task An_address_is_changed_by_a_link_and_only_by_its_owner()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync("anna@example.org");
        var anna = await SignedInAsync(site, smtp, "anna@example.org");
        await anna.SendAsync(await anna.OpenAsync("/account/email"), ".form", ("Input.Email", "uusi@example.org"));
        var mail = await smtp.WaitAsync("uusi@example.org");
        var page = await anna.SendAsync(await anna.OpenAsync(mail.Link), "form");
        Assert.Equal("/account", page.Path());
        Assert.Contains("uusi@example.org, confirmed", page.Text(".facts"));
        Assert.Contains("was changed", (await smtp.WaitAsync("anna@example.org", 1)).Text);
    }

    [Fact]
    public async Task Who_needs_a_fresh_passkey_gets_the_form_back_as_it_was_typed()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var official = await site.World.AccountAsync("virkailija@example.org");
        await site.World.GrantAsync(official, Role.Clerk, site.World.CountyId);
        var forms = await SignedInAsync(site, smtp, "virkailija@example.org");
        // Without any passkey the page says how one comes to be.
        var none = await forms.OpenAsync("/sign-in/confirm?returnUrl=%2Fadmin");
        Assert.Contains("The role needs a passkey", none.Text());
        Assert.True(none.Links("/account/passkeys?returnUrl=%2Fadmin"));
        await site.World.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(official with { RecoveredAt = site.World.Clock.Now }, SignInWorld.Passkey(1), "Avain", "en", default));

        var page = await forms.SendAsync(await forms.OpenAsync("/account/email"), ".form", ("Input.Email", "uusi+1@example.org"));
        Assert.Contains("First confirm with your passkey", page.Text(".error-summary"));
        Assert.Contains("Everything you typed", page.Text());
        Assert.Equal("uusi+1@example.org", page.QuerySelector<IHtmlInputElement>("#Input_Email")!.Value);
        Assert.DoesNotContain(smtp.Mails, mail => mail.To == "uusi+1@example.org");
        foreach (var (address, form) in new[] { ("/account/passkeys", "form[action$='handler=Remove']"), ("/account/recovery-codes", "form") })
            Assert.Contains("First confirm with your passkey", (await forms.SendAsync(await forms.OpenAsync(address), form)).Text(".error-summary"));
        // Whoever lost it comes in by a recovery code.
        var codes = (await site.World.Do<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(site.World.Fresh(official), "en", default))).Value;
        var recovered = new Forms(site.Client());
        page = await recovered.SendAsync(await recovered.OpenAsync("/sign-in/code"), ".form", ("Input.Email", "virkailija@example.org"), ("Input.Code", codes[0]));
        page = await recovered.SendAsync(page, "form[action$='handler=Remove']");
        Assert.Contains("The passkey is removed", page.Text());
    }

    [Fact]
    public async Task The_instant_of_the_passkey_stays_in_the_cookie_when_it_is_written_anew()
    {
        await using var site = await Site.CreateAsync(("Demo:Enabled", "true"));
        await site.World.AccountAsync("asukas@demo.example");
        var cookies = new CookieContainer();
        var client = site.ClientWith(cookies);
        var forms = new Forms(client);
        var page = await forms.OpenAsync("/sign-in");
        page.QuerySelector<IHtmlFormElement>("main form[action$='handler=Demo']")!.SetAttribute("class", "demo");
        await forms.SendAsync(page, ".demo", ("account", "asukas"));
        var begun = site.World.Clock.Now;
        Assert.Equal(begun, ActorIn(site, cookies).PasskeyAt);
        site.World.Clock.Now += TimeSpan.FromMinutes(5);
        page = await forms.OpenAsync("/account");
        Assert.Equal(begun, ActorIn(site, cookies).PasskeyAt);
        await forms.SendAsync(page, ".form", ("Input.DisplayName", "Uusi nimi"), ("Input.HomeRegionId", $"{site.World.TownId}"));
        Assert.Equal(begun, ActorIn(site, cookies).PasskeyAt);
        page = await forms.SendAsync(await forms.OpenAsync("/sign-in/confirm"), "form");
        Assert.Equal(site.World.Clock.Now, ActorIn(site, cookies).PasskeyAt);
        Assert.Contains("Uusi nimi", page.Text(".account__name"));
    }

    private static Actor ActorIn(Site site, CookieContainer cookies)
    {
        var options = site.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var cookie = cookies.GetAllCookies().Single(cookie => cookie.Name == options.Cookie.Name);
        return options.TicketDataFormat.Unprotect(cookie.Value)!.Principal.Actor();
    }

    [Fact]
    public async Task The_mailbox_of_the_demonstration_shows_what_was_sent()
    {
        await using var site = await Site.CreateAsync(("Demo:Enabled", "true"));
        await site.World.AccountAsync("anna@example.org");
        var forms = new Forms(site.Client());
        Assert.True((await AskAsync(forms, "anna@example.org")).Links("/demo/mailbox"));
        string? link = null;
        for (var i = 0; i < 100 && link is null; i++)
        {
            link = (await forms.OpenAsync("/demo/mailbox")).QuerySelector(".mailbox__link")?.GetAttribute("href");
            await Task.Delay(50);
        }
        Assert.Equal("/rounds", (await forms.SendAsync(await forms.OpenAsync(link!), "form")).Path());
    }

    [Fact]
    public async Task Accounts_of_a_demonstration_stay_shut_outside_of_it()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync("paakayttaja@demo.example");
        var forms = new Forms(site.Client());
        await AskAsync(forms, "paakayttaja@demo.example");
        var page = await forms.SendAsync(await forms.OpenAsync((await smtp.WaitAsync("paakayttaja@demo.example")).Link), "form");
        Assert.Contains("cannot be signed in to here", page.Text(".error-summary"));
        Assert.Equal("/sign-in", (await forms.OpenAsync("/account")).Path());
    }

    // A button that sends a value of its own.
    private sealed class PressedForm(Forms forms)
    {
        public Task<IDocument> SendAsync(IDocument page, string selector)
        {
            var button = page.QuerySelector<IHtmlButtonElement>($"main {selector} button")!;
            return forms.SendAsync(page, selector, (button.Name!, button.Value));
        }
    }
}
