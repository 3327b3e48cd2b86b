using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core;
using Budgeting.Core.Tests;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Tests;

/// <summary>The site within the test's process, over a <see cref="World"/>'s database and by its clock.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;

    private Site(World world, IReadOnlyList<(string Name, string Value)> settings)
    {
        World = world;
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Database:Provider", world.Database.Provider);
            host.UseSetting("Database:ConnectionString", world.Database.ConnectionString);
            host.UseSetting("Database:Clock", "Application");
            host.UseSetting("Demo:Enabled", "false");
            host.UseSetting("Logging:LogLevel:Default", "None");
            foreach (var (name, value) in settings)
                host.UseSetting(name, value);
            host.ConfigureTestServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(world.Clock));
                // People are told apart by a header; how they really sign in is another test's matter.
                services.AddAuthentication(options => options.DefaultAuthenticateScheme = HeaderSignIn.Name)
                    .AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(HeaderSignIn.Name, null);
            });
        });
    }

    public World World { get; }

    /// <summary>What the site runs on.</summary>
    public IServiceProvider Services => _factory.Services;

    public static async Task<Site> CreateAsync(params IReadOnlyList<(string Name, string Value)> settings) =>
        new(await World.CreateAsync(DatabaseKind.Sqlite), settings);

    /// <summary>The site over a world that is there already, and that the site disposes of with itself.</summary>
    public static Site Over(World world, params IReadOnlyList<(string Name, string Value)> settings) => new(world, settings);

    /// <summary>A browser of somebody, or of a visitor.</summary>
    public Browser Browse(Actor? person = null, string language = "en") => new(Client(person, language));

    /// <summary>The same, for tests of answers rather than pages.</summary>
    /// <param name="person">Who, or nobody.</param>
    /// <param name="language">The browser's language.</param>
    /// <param name="redirects">Whether redirects are followed.</param>
    /// <param name="stale">Whether the passkey stays shown when the actor says; else one is shown with every request of those who have one.</param>
    public HttpClient Client(Actor? person = null, string language = "en", bool redirects = true, bool stale = false)
    {
        var client = _factory.CreateClient(new() { AllowAutoRedirect = redirects });
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        if (person?.AccountId is { } id)
            client.DefaultRequestHeaders.Add(HeaderSignIn.Name, id.ToString(CultureInfo.InvariantCulture));
        if (person?.PasskeyAt is not null && !stale)
            client.DefaultRequestHeaders.Add(HeaderSignIn.Passkey, "now");
        else if (person?.PasskeyAt is { } shown)
            client.DefaultRequestHeaders.Add(HeaderSignIn.Passkey, shown.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return client;
    }

    /// <summary>A client whose cookies the test sees.</summary>
    public HttpClient ClientWith(CookieContainer cookies)
    {
        var client = _factory.CreateDefaultClient(new RedirectHandler(), new CookieContainerHandler(cookies));
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await World.DisposeAsync();
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TimeProvider time)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public const string Name = "Test-Account";

        public const string Passkey = "Test-Passkey";

        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            // Who has no header may have signed in.
            if (Request.Headers[Name].ToString() is not { Length: > 0 } id)
                return await Context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], Name);
            if (Request.Headers[Passkey].ToString() is { Length: > 0 } shown)
            {
                identity.AddClaim(new(SignedInPeople.PasskeyClaim,
                    shown == "now" ? time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) : shown));
            }
            return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Name));
        }
    }
}

/// <summary>Opens pages and sends forms, as a browser without JavaScript does.</summary>
public sealed class Browser(HttpClient client)
{
    public async Task<IDocument> OpenAsync(string address)
    {
        var response = await client.GetAsync(address);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {(int)response.StatusCode}");
        return await ReadAsync(response);
    }

    public async Task<int> StatusAsync(string address) => (int)(await client.GetAsync(address)).StatusCode;

    public Task<byte[]> DownloadAsync(string address) => client.GetByteArrayAsync(address);

    /// <summary>Fills in the page's form and sends it; where the answer leads is the new page's address.</summary>
    public async Task<IDocument> SendAsync(IDocument page, params IReadOnlyList<(string Name, string Value)> values)
    {
        var form = page.QuerySelector<IHtmlFormElement>("main form[method=post]")!;
        return await ReadAsync(await client.PostAsync(new Uri(page.Url).PathAndQuery, new FormUrlEncodedContent(Fill(form, values))));
    }

    /// <summary>Fills in the form of a button and presses it, one that sends a value or an address of its own.</summary>
    public async Task<IDocument> PressAsync(IDocument page, string button, params IReadOnlyList<(string Name, string Value)> values)
    {
        var pressed = page.QuerySelectorAll<IHtmlButtonElement>("main form[method=post] button").Single(found => found.TextContent.Trim() == button);
        var fields = Fill(pressed.Form!, values);
        if (pressed.Name is { Length: > 0 } named)
            fields[named] = pressed.Value;
        var action = (pressed.GetAttribute("formaction") ?? pressed.Form!.GetAttribute("action")) is { Length: > 0 } given ? given : new Uri(page.Url).PathAndQuery;
        return await ReadAsync(await client.PostAsync(action, new FormUrlEncodedContent(fields)));
    }

    private static Dictionary<string, string> Fill(IHtmlFormElement form, IReadOnlyList<(string Name, string Value)> values)
    {
        var fields = form.Elements.OfType<IHtmlElement>()
            .Select(field => (Name: field.GetAttribute("name"), Value: field switch
            {
                // Of choices of one name the one that is made, or none.
                IHtmlInputElement { Type: "radio" or "checkbox", IsChecked: false } => "",
                IHtmlInputElement input => input.Value,
                IHtmlTextAreaElement area => area.Value,
                IHtmlSelectElement select => select.Value,
                _ => null,
            }))
            .Where(field => field is { Name: not null, Value: not null })
            .GroupBy(field => field.Name!)
            .ToDictionary(fields => fields.Key, fields => fields.Select(field => field.Value!).FirstOrDefault(value => value.Length > 0) ?? "");
        foreach (var (name, value) in values)
        {
            Assert.True(fields.ContainsKey(name), $"The form has no field {name}.");
            fields[name] = value;
        }
        return fields;
    }

    private static async Task<IDocument> ReadAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync();
        return await BrowsingContext.New().OpenAsync(answer => answer.Content(html).Address(response.RequestMessage!.RequestUri!.ToString()));
    }
}

/// <summary>What tests read from a page.</summary>
public static class PageReading
{
    /// <summary>The text of the first part that matches, with single spaces; of the page's content when no part is named.</summary>
    public static string Text(this IParentNode page, string selector = "main") =>
        string.Join(' ', page.QuerySelector(selector)?.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? []);

    public static IReadOnlyList<string> Texts(this IParentNode page, string selector) =>
        [.. page.QuerySelectorAll(selector).Select(part => string.Join(' ', part.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

    public static bool Links(this IParentNode page, string address) => page.QuerySelector($"main a[href=\"{address}\"]") is not null;

    public static string Path(this IDocument page) => new Uri(page.Url).AbsolutePath;
}
