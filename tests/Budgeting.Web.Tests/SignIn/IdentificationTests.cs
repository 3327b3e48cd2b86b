using System.Net;
using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Web.Tests.Electorate;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.SignIn;

/// <summary>Signing in by e-identification, against a provider that speaks over a real connection.</summary>
public sealed class IdentificationTests
{
    private const string Rows = "131052-308T,1952-10-13,town,fi,0\n010594-9021,1994-05-01,town,sv,0\n";
    private const string Anna = "subject-anna-4711", Bo = "subject-bo-4712", Cecilia = "subject-cecilia-4713";

    private static async Task<(Site Site, IdentificationProvider Provider)> StartAsync(params IReadOnlyList<(string, string)> settings)
    {
        var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var provider = await IdentificationProvider.StartAsync(world.Clock);
        return (Site.Over(world, [.. provider.Settings, ("RateLimits:SignIn:Permits", "1000"), .. settings]), provider);
    }

    private static async Task<Uri> BeginAsync(HttpClient client, string returnUrl = "/regions")
    {
        var begun = await client.GetAsync($"/sign-in/with/suomi-fi?returnUrl={Uri.EscapeDataString(returnUrl)}");
        Assert.True(begun.StatusCode == HttpStatusCode.Redirect, $"{(int)begun.StatusCode}");
        return begun.Headers.Location!;
    }

    /// <summary>Identifies, and gives the site's answer to what the provider sent the browser back with.</summary>
    private static async Task<HttpResponseMessage> IdentifyAsync(HttpClient client, IdentificationProvider provider, string subject, string returnUrl = "/regions") =>
        await client.GetAsync((await provider.ChooseAsync(await BeginAsync(client, returnUrl), subject)).PathAndQuery);

    private static async Task<string> RefusalAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await Forms.ReadAsync(answer);
        Assert.Contains(page.QuerySelectorAll("main a"), link => link.GetAttribute("href")!.StartsWith("/sign-in/with/suomi-fi", StringComparison.Ordinal));
        Assert.True(page.Links("/sign-in"));
        return page.Text(".error-summary");
    }

    private static async Task<bool> IsSignedInAsync(HttpClient client) => (await client.GetAsync("/account")).StatusCode == HttpStatusCode.OK;

    /// <summary>Opens an account with what was proved.</summary>
    private static async Task OpenAccountAsync(HttpClient client, string email)
    {
        var forms = new Forms(client);
        var page = await forms.OpenAsync("/sign-in/identified?returnUrl=%2Fregions");
        var region = page.QuerySelectorAll("#Input_HomeRegionId option").Select(option => option.GetAttribute("value")!).First(value => value.Length > 0);
        var answer = await forms.PostAsync(page, "form[action$='handler=Create']", ("Input.Email", email), ("Input.HomeRegionId", region));
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, (await Forms.ReadAsync(answer)).Text());
        Assert.Equal("/regions", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Somebody_unknown_opens_an_account_and_votes_and_is_signed_in_the_next_time()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var (roundId, ___) = await site.World.RegisteredAsync(Rows);
        var client = site.Client(redirects: false);
        var page = await new Forms(client).OpenAsync($"/sign-in?returnUrl=%2Fregions");
        Assert.Contains("Suomi.fi e-Identification", page.Text(), StringComparison.Ordinal);
        Assert.True(page.Links("/sign-in/with/suomi-fi?returnUrl=%2Fregions"));

        var answer = await IdentifyAsync(client, provider, Anna, $"/rounds/{roundId}/vote");
        Assert.Equal($"/sign-in/identified?returnUrl=%2Frounds%2F{roundId}%2Fvote", answer.Headers.Location!.OriginalString);
        Assert.False(await IsSignedInAsync(client));
        page = await new Forms(client).OpenAsync(answer.Headers.Location!.OriginalString);
        Assert.Equal("Anna Virtanen", page.QuerySelector("#Input_DisplayName")!.GetAttribute("value"));
        Assert.DoesNotContain("131052", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        await OpenAccountAsync(client, "anna@example.org");
        Assert.True(await IsSignedInAsync(client));
        Assert.NotNull((await new Forms(client).OpenAsync($"/rounds/{roundId}/vote")).QuerySelector(".ballot"));

        var elsewhere = site.Client(redirects: false);
        answer = await IdentifyAsync(elsewhere, provider, Anna, $"/rounds/{roundId}/vote");
        Assert.Equal($"/rounds/{roundId}/vote", answer.Headers.Location!.OriginalString);
        Assert.True(await IsSignedInAsync(elsewhere));
        Assert.Contains("by e-identification", (await new Forms(elsewhere).OpenAsync("/account/sign-ins")).Text(), StringComparison.Ordinal);
        page = await new Forms(elsewhere).OpenAsync("/account/identities");
        Assert.Contains("You can vote by signing in", page.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_breaks_off_may_begin_again_and_still_comes_to_where_they_were_going()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var client = site.Client(redirects: false);
        var begun = (await client.GetAsync("/sign-in/with/suomi-fi?returnUrl=%2Fregions%2Ftown")).Headers.Location!;
        var state = QueryHelpers.ParseQuery(begun.Query)["state"];
        var answer = await client.GetAsync($"/sign-in/with/suomi-fi/return?error=access_denied&state={state}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await Forms.ReadAsync(answer)).Links("/sign-in/with/suomi-fi?returnUrl=%2Fregions%2Ftown"));
        // The answer is used up, and of one that nobody began nothing is known.
        answer = await client.GetAsync($"/sign-in/with/suomi-fi/return?error=access_denied&state={state}");
        Assert.True((await Forms.ReadAsync(answer)).Links("/sign-in/with/suomi-fi"));
    }

    [Fact]
    public async Task A_signed_in_person_links_by_a_button_and_not_without_one()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var client = site.Client(site.World.Resident, redirects: false);
        var answer = await IdentifyAsync(client, provider, Anna, "/account/identities");
        Assert.StartsWith("/sign-in/identified", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Empty(await site.World.Sql(context => context.AccountIdentities.ToListAsync()));
        var forms = new Forms(client);
        var page = await forms.OpenAsync(answer.Headers.Location!.OriginalString);
        answer = await forms.PostAsync(page, "form.form");
        Assert.Equal("/account/identities", answer.Headers.Location!.OriginalString);
        page = await forms.OpenAsync("/account/identities");
        Assert.Contains("Suomi.fi e-Identification", page.Text(".cards"), StringComparison.Ordinal);
        // The proof is used up, and somebody else's account stays theirs.
        Assert.Contains("too old or was used", (await forms.OpenAsync("/sign-in/identified")).Text(".error-summary"), StringComparison.Ordinal);
        Assert.Contains("linked to another account", await RefusalAsync(await IdentifyAsync(site.Client(site.World.Colleague, redirects: false), provider, Anna)), StringComparison.Ordinal);
        answer = await forms.PostAsync(page, "form[action$='handler=Code']");
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}$", (await Forms.ReadAsync(answer)).Text(".receipt-code"));
        // Without its passkey the account has no other way in.
        await site.World.Sql(context => context.UserPasskeys.Where(passkey => passkey.UserId == site.World.Resident.AccountId).ExecuteDeleteAsync());
        page = await forms.OpenAsync("/account/identities");
        answer = await client.PostAsync("/account/identities?handler=Unlink", new FormUrlEncodedContent(
            [new("unlinked", "suomi-fi"), new("__RequestVerificationToken", page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!)]));
        Assert.Contains("last way into your account", (await Forms.ReadAsync(answer)).Text(".error-summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identification_is_no_passkey_and_gives_no_powers_of_an_office()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var official = site.Client(site.World.Official, redirects: false);
        var forms = new Forms(official);
        await forms.PostAsync(await forms.OpenAsync((await IdentifyAsync(official, provider, Bo)).Headers.Location!.OriginalString), "form.form");
        var client = site.Client(redirects: false);
        Assert.Equal("/regions", (await IdentifyAsync(client, provider, Bo)).Headers.Location!.OriginalString);
        Assert.True(await IsSignedInAsync(client));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/admin/rounds/new")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await official.GetAsync("/admin/rounds/new")).StatusCode);
    }

    [Fact]
    public async Task Somebody_under_protection_order_is_let_in_and_no_name_is_suggested()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var client = site.Client(redirects: false);
        var page = await new Forms(client).OpenAsync((await IdentifyAsync(client, provider, Cecilia)).Headers.Location!.OriginalString);
        Assert.DoesNotContain("Cecilia", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Contains("wrong", await TryAsync("x"), StringComparison.Ordinal);
        async Task<string> TryAsync(string name)
        {
            var region = page.QuerySelectorAll("#Input_HomeRegionId option").Select(option => option.GetAttribute("value")!).First(value => value.Length > 0);
            var answer = await new Forms(client).PostAsync(page, "form[action$='handler=Create']", ("Input.Email", "cecilia@example.org"), ("Input.DisplayName", name), ("Input.HomeRegionId", region));
            return answer.StatusCode == HttpStatusCode.Redirect ? "done" : "wrong: " + (await Forms.ReadAsync(answer)).Text(".error-summary");
        }
        Assert.Equal("done", await TryAsync("Nimimerkki"));
        Assert.True(await IsSignedInAsync(client));
        Assert.True(Assert.Single(await site.World.Sql(context => context.AccountIdentities.ToListAsync())).IsProtected);
    }

    [Theory]
    [InlineData(ProviderFault.WrongNonce, "could not be trusted")]
    [InlineData(ProviderFault.NoNonce, "could not be trusted")]
    [InlineData(ProviderFault.WrongAudience, "could not be trusted")]
    [InlineData(ProviderFault.ForeignParty, "could not be trusted")]
    [InlineData(ProviderFault.WrongIssuer, "could not be trusted")]
    [InlineData(ProviderFault.Expired, "could not be trusted")]
    [InlineData(ProviderFault.NotYet, "could not be trusted")]
    [InlineData(ProviderFault.Endless, "could not be trusted")]
    [InlineData(ProviderFault.Unsigned, "could not be trusted")]
    [InlineData(ProviderFault.HmacByPublicKey, "could not be trusted")]
    [InlineData(ProviderFault.UnknownKey, "could not be trusted")]
    [InlineData(ProviderFault.OtherKeyUnderKnownName, "could not be trusted")]
    [InlineData(ProviderFault.BrokenSignature, "could not be trusted")]
    [InlineData(ProviderFault.NoSubject, "could not be trusted")]
    [InlineData(ProviderFault.WeakAssurance, "could not be trusted")]
    [InlineData(ProviderFault.TokenDown, "does not answer now")]
    [InlineData(ProviderFault.NoToken, "does not answer now")]
    [InlineData(ProviderFault.NotJson, "does not answer now")]
    public async Task An_answer_that_is_not_right_signs_nobody_in_and_the_next_right_one_does(ProviderFault fault, string said)
    {
        var (site, provider) = await StartAsync(("SignIn:Providers:0:AcrValues", "substantial high"));
        await using var _ = site;
        await using var __ = provider;
        var known = site.Client(redirects: false);
        await IdentifyAsync(known, provider, Anna);
        await OpenAccountAsync(known, "anna@example.org");
        var client = site.Client(redirects: false);
        provider.Fault = fault;
        Assert.Contains(said, await RefusalAsync(await IdentifyAsync(client, provider, Anna)), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(client));
        provider.Fault = ProviderFault.None;
        Assert.Equal("/regions", (await IdentifyAsync(client, provider, Anna)).Headers.Location!.OriginalString);
        Assert.True(await IsSignedInAsync(client));
    }

    [Fact]
    public async Task An_answer_is_taken_once_in_the_browser_that_began_and_not_too_late()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        const string stale = "begun in another browser";
        var client = site.Client(redirects: false);
        var back = await provider.ChooseAsync(await BeginAsync(client), Anna);
        // Another browser that has begun nothing, and one that has begun its own.
        Assert.Contains(stale, await RefusalAsync(await site.Client(redirects: false).GetAsync(back.PathAndQuery)), StringComparison.Ordinal);
        var other = site.Client(redirects: false);
        await BeginAsync(other);
        Assert.Contains(stale, await RefusalAsync(await other.GetAsync(back.PathAndQuery)), StringComparison.Ordinal);
        // Somebody else's code with one's own state: the provider knows whose verifier belongs to it.
        var victim = site.Client(redirects: false);
        var query = QueryHelpers.ParseQuery((await BeginAsync(victim)).Query);
        Assert.Contains(stale, await RefusalAsync(await victim.GetAsync(
            $"{back.AbsolutePath}?code={QueryHelpers.ParseQuery(back.Query)["code"]}&state={query["state"]}")), StringComparison.Ordinal);
        back = await provider.ChooseAsync(await BeginAsync(client), Anna);
        Assert.Contains("could not be trusted", await RefusalAsync(await client.GetAsync(QueryHelpers.AddQueryString(back.PathAndQuery.Replace("iss=", "was="), "iss", "https://other.example"))), StringComparison.Ordinal);

        back = await provider.ChooseAsync(await BeginAsync(client), Anna);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync(back.PathAndQuery)).StatusCode);
        Assert.Contains(stale, await RefusalAsync(await client.GetAsync(back.PathAndQuery)), StringComparison.Ordinal);

        // Who keeps the cookie and sends it again meets the provider, which takes no code twice.
        var cookies = site.Client(redirects: false);
        var begun = await cookies.GetAsync("/sign-in/with/suomi-fi");
        var cookie = begun.Headers.GetValues("Set-Cookie").Single(set => set.Contains("budgeting-oidc=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        back = await provider.ChooseAsync(begun.Headers.Location!, Anna);
        Assert.Equal(HttpStatusCode.Redirect, (await cookies.GetAsync(back.PathAndQuery)).StatusCode);
        using var again = new HttpRequestMessage(HttpMethod.Get, back.PathAndQuery);
        again.Headers.Add("Cookie", cookie.Split(';')[0]);
        Assert.Contains(stale, await RefusalAsync(await site.Client(redirects: false).SendAsync(again)), StringComparison.Ordinal);

        back = await provider.ChooseAsync(await BeginAsync(client), Anna);
        site.World.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.Contains(stale, await RefusalAsync(await client.GetAsync(back.PathAndQuery)), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(client));
    }

    [Fact]
    public async Task Who_breaks_off_is_told_that_nothing_was_changed()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var client = site.Client(redirects: false);
        Assert.Contains("You broke off", await RefusalAsync(await IdentifyAsync(client, provider, "")), StringComparison.Ordinal);
        var swedish = site.Client(language: "sv", redirects: false);
        Assert.Contains("Du avbröt", await RefusalAsync(await IdentifyAsync(swedish, provider, "")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/sign-in/with/nobody")).StatusCode);
    }

    [Fact]
    public async Task A_provider_that_changes_its_keys_is_understood_at_once()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        Assert.Equal(HttpStatusCode.Redirect, (await IdentifyAsync(site.Client(redirects: false), provider, Anna)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await IdentifyAsync(site.Client(redirects: false), provider, Anna)).StatusCode);
        Assert.Equal(1, provider.KeysRead);
        provider.Rotate();
        Assert.Equal(HttpStatusCode.Redirect, (await IdentifyAsync(site.Client(redirects: false), provider, Anna)).StatusCode);
        Assert.Equal(2, provider.KeysRead);
    }

    [Fact]
    public async Task A_provider_that_is_down_or_does_without_the_challenge_is_said_not_to_answer()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var client = site.Client(redirects: false);
        provider.Down = true;
        Assert.Contains("does not answer now", (await new Forms(client).OpenAsync("/sign-in/with/suomi-fi")).Text(".error-summary"), StringComparison.Ordinal);
        (provider.Down, provider.PlainChallengesOnly) = (false, true);
        Assert.Contains("does not answer now", (await new Forms(client).OpenAsync("/sign-in/with/suomi-fi")).Text(".error-summary"), StringComparison.Ordinal);
        provider.PlainChallengesOnly = false;
        var authorise = await BeginAsync(client);
        using var browser = new HttpClient();
        // The provider gives no code to whoever asks without the challenge.
        var without = authorise.OriginalString.Replace("code_challenge=", "no_challenge=", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(without)).StatusCode);
    }

    [Theory]
    [InlineData("http://example.org", "https address")]
    [InlineData("", "https address")]
    public async Task A_provider_without_https_stops_the_server_with_a_sentence(string authority, string said)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await using var server = ServerProcess.Start(world.Database,
            "--SignIn:Providers:0:Key=x", "--SignIn:Providers:0:Name:fi=X", $"--SignIn:Providers:0:Authority={authority}", "--SignIn:Providers:0:ClientId=x");
        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains(said, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Even_the_most_talkative_logs_say_nothing_of_who_identified()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await using var provider = await IdentificationProvider.StartAsync(TimeProvider.System);
        await using var server = ServerProcess.Start(world.Database,
            ["--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", .. provider.Settings.Select(setting => $"--{setting.Name}={setting.Value}")]);
        var address = (await server.ListeningAsync()).BaseAddress;
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        var begun = await BeginAsync(client);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync((await provider.ChooseAsync(begun, Anna)).PathAndQuery)).StatusCode);
        await OpenAccountAsync(client, "anna@example.org");
        provider.Fault = ProviderFault.WrongNonce;
        Assert.Contains("could not be trusted", await RefusalAsync(await IdentifyAsync(client, provider, Anna)), StringComparison.Ordinal);
        provider.Fault = ProviderFault.HmacByPublicKey;
        Assert.Contains("could not be trusted", await RefusalAsync(await IdentifyAsync(client, provider, Bo)), StringComparison.Ordinal);
        await Task.Delay(500);
        var log = server.Output;
        Assert.Contains("An answer of the identification provider suomi-fi was refused: nonce", log, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(begun.Query);
        foreach (var telling in (string[])[.. provider.People.SelectMany(person => new[] { person.Subject, person.Name, person.Identifier! }), .. provider.Given, query["state"]!, query["nonce"]!, "s3cret"])
            Assert.DoesNotContain(telling, log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_clerk_links_at_the_desk_and_a_coordinator_decides_a_dispute()
    {
        var (site, provider) = await StartAsync();
        await using var _ = site;
        await using var __ = provider;
        var (roundId, ___) = await site.World.RegisteredAsync(Rows);
        var person = new Forms(site.Client(site.World.Resident));
        var code = (await person.SendAsync(await person.OpenAsync("/account/identities"), "form[action$='handler=Code']")).Text(".receipt-code");
        var clerk = new Forms(site.Client(await site.World.ClerkAsync()));
        var page = await clerk.SendAsync(await clerk.OpenAsync($"/admin/rounds/{roundId}/desk"), "form[action$='handler=Find']", ("Input.Identifier", "131052-308T"));
        page = await clerk.SendAsync(page, "form[action$='handler=Link']", ("Input.Account", "0000-0000"));
        Assert.Contains("no such account", page.Text("#Input_Account-error"), StringComparison.Ordinal);
        page = await clerk.SendAsync(page, "form[action$='handler=Link']", ("Input.Account", code));
        Assert.Contains("The account is linked", page.Text(), StringComparison.Ordinal);

        var claimant = site.Client(redirects: false);
        await IdentifyAsync(claimant, provider, Anna);
        await OpenAccountAsync(claimant, "anna@example.org");
        Assert.Contains("A coordinator will decide", (await new Forms(claimant).OpenAsync("/account/identities")).Text(), StringComparison.Ordinal);
        var coordinator = new Forms(site.Client(site.World.Official));
        Assert.True((await coordinator.OpenAsync($"/admin/rounds/{roundId}")).Links($"/admin/rounds/{roundId}/links"));
        page = await coordinator.OpenAsync($"/admin/rounds/{roundId}/links");
        Assert.Contains("an identity document seen by a clerk", page.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", page.Text(), StringComparison.Ordinal);
        page = await coordinator.SendAsync(page, "form.form", ("Input.Reason", "x"));
        Assert.Contains("5 to 500", page.Text("#Input_Reason-error"), StringComparison.Ordinal);
        page = await coordinator.SendAsync(page, "form.form", ("Input.Decision", "Moved"), ("Input.Reason", "Identity checked again"));
        Assert.Contains("The decision is stored", page.Text("body"), StringComparison.Ordinal);
        Assert.NotNull((await new Forms(claimant).OpenAsync($"/rounds/{roundId}/vote")).QuerySelector(".ballot"));
        Assert.Null((await person.OpenAsync($"/rounds/{roundId}/vote")).QuerySelector(".ballot"));
    }
}
