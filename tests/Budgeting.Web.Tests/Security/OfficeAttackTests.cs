using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Web.Tests.Electorate;

namespace Budgeting.Web.Tests.Security;

public sealed class OfficeAttackTests
{
    private const string Mailbox = "virkailija@example.org";

    private static Task<Site> SiteAsync(SmtpServer smtp) => Site.CreateAsync(
        [("Site:Address", "https://osallistu.example"), ("RateLimits:SignIn:Permits", "1000"), .. smtp.Settings.Select(setting => (setting.Key, setting.Value!))]);

    private static async Task<(Forms Forms, HttpClient Client)> ByMailAsync(Site site, SmtpServer smtp)
    {
        var client = site.Client();
        var forms = new Forms(client);
        var before = smtp.Mails.Count(mail => mail.To == Mailbox && mail.Text.Contains("/sign-in/link"));
        await forms.SendAsync(await forms.OpenAsync("/sign-in"), ".form", ("Input.Email", Mailbox));
        await forms.SendAsync(await forms.OpenAsync((await smtp.WaitAsync(Mailbox, before, "/sign-in/link")).Link), "form");
        return (forms, client);
    }

    private static Task<Outcome<string>> AddPasskeyAsync(Site site, Actor person, byte id) =>
        site.World.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(person, SignInWorld.Passkey(id), "Avain", "en", default));

    [Fact]
    public async Task Who_reads_the_mail_of_an_official_without_a_passkey_makes_none_nor_codes_nor_another_address()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var official = await site.World.AccountAsync(Mailbox);
        var grant = await site.World.GrantAsync(official, Role.Administrator);
        var (thief, client) = await ByMailAsync(site, smtp);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/account/passkeys?handler=Options")).StatusCode);
        var page = await thief.SendAsync(await thief.OpenAsync("/account/passkeys"), ".form", ("Input.Name", "Avain"));
        Assert.Contains("must not be enough", page.Text(".error-summary"));
        page = await thief.SendAsync(await thief.OpenAsync("/account/recovery-codes"), "form");
        Assert.Contains("must not be enough", page.Text(".error-summary"));
        page = await thief.SendAsync(await thief.OpenAsync("/account/email"), ".form", ("Input.Email", "varas@example.org"));
        Assert.Contains("must not be enough", page.Text(".error-summary"));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/admin")).StatusCode);
        Assert.Contains("recovery code", (await thief.OpenAsync("/sign-in/confirm")).Text());

        // The way out: the role is taken back, and what is a resident's is open again.
        Assert.True((await site.World.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(site.World.Official, grant, "Pääsyavain puuttuu", default))).Granted);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account/passkeys?handler=Options")).StatusCode);
    }

    [Fact]
    public async Task An_official_who_removed_the_last_passkey_comes_back_by_a_recovery_code_only()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var official = await site.World.AccountAsync(Mailbox);
        await site.World.GrantAsync(official, Role.Clerk);
        var codes = (await site.World.Do<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(site.World.Fresh(official), "en", default))).Value;
        Assert.Equal(HttpStatusCode.BadRequest, (await (await ByMailAsync(site, smtp)).Client.GetAsync("/account/passkeys?handler=Options")).StatusCode);
        var client = site.Client();
        var forms = new Forms(client);
        await forms.SendAsync(await forms.OpenAsync("/sign-in/code"), ".form", ("Input.Email", Mailbox), ("Input.Code", codes[0]));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account/passkeys?handler=Options")).StatusCode);
        site.World.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/account/passkeys?handler=Options")).StatusCode);
    }

    [Fact]
    public async Task An_account_opened_beforehand_in_an_officials_name_is_given_no_office()
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        var impostor = await site.World.AccountAsync(Mailbox, confirmed: false);
        Assert.True((await AddPasskeyAsync(site, impostor, 1)).Granted);
        var page = await GrantAsync(site, "Administrator");
        Assert.Contains("has not been confirmed", page.Text("#Input_Email-error"));
        // Whom the mailbox belongs to comes by a link: the impostor's passkey is gone, and there is none yet.
        await ByMailAsync(site, smtp);
        Assert.Contains("has no passkey", (await GrantAsync(site, "Administrator")).Text("#Input_Email-error"));
        Assert.Equal("/admin/roles/town", (await GrantAsync(site, "ExpertByExperience")).Path());
        Assert.True((await AddPasskeyAsync(site, impostor, 2)).Granted);
        Assert.Equal("/admin/roles/town", (await GrantAsync(site, "Administrator")).Path());
    }

    private static async Task<IDocument> GrantAsync(Site site, string role)
    {
        var administrator = site.Browse(site.World.Official);
        return await administrator.SendAsync(await administrator.OpenAsync("/admin/roles/town/grant"), ("Input.Email", Mailbox), ("Input.Role", role), ("Input.Reason", "Uusi tehtävä"));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~//evil.example")]
    [InlineData("/.//evil.example")]
    [InlineData("\u2215/evil.example")]
    public async Task A_link_by_mail_leads_nowhere_else_afterwards(string evil)
    {
        await using var smtp = new SmtpServer();
        await using var site = await SiteAsync(smtp);
        await site.World.AccountAsync(Mailbox);
        var client = site.Client(redirects: false);
        client.DefaultRequestHeaders.Host = "evil.example";
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        var forms = new Forms(client);
        var page = await forms.OpenAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(evil));
        await forms.PostAsync(page, ".form", ("Input.Email", Mailbox));
        var mail = await smtp.WaitAsync(Mailbox);
        Assert.Contains("https://osallistu.example/sign-in/link?token=", mail.Text);
        Assert.DoesNotContain("evil", mail.Text);
        // The site's own cookie is this host's; the link is opened where it was asked for.
        var answer = await forms.PostAsync(await forms.OpenAsync(mail.Link), "form");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var onward = new Uri(new Uri("https://osallistu.example/sign-in/link"), answer.Headers.Location!.OriginalString);
        Assert.Equal("osallistu.example", onward.Host);
    }
}
