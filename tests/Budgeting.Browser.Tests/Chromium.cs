using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Budgeting.Browser.Tests;

/// <summary>One Chromium for all browser tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var executable = Environment.GetEnvironmentVariable("BUDGETING_TEST_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(executable), $"There is no Chromium at {executable}; tests/run installs it.");
        _playwright = await Playwright.CreateAsync();
        // A loaded machine is slow, not wrong.
        Assertions.SetDefaultExpectTimeout(15_000);
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task<Visitor> VisitAsync(Site site, string journey, string language = "fi", bool javaScript = true, bool phone = false, int narrow = 360)
    {
        ViewportSize screen = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 900 };
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = site.Address, Locale = language, JavaScriptEnabled = javaScript, ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = screen, HasTouch = phone,
        });
        context.SetDefaultTimeout(15_000);
        return new(site, context, await context.NewPageAsync(), journey, javaScript, screen) { Narrow = narrow };
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

[CollectionDefinition(nameof(Chromium))]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>;

/// <summary>Someone with a browser of their own. Every step they take is checked for accessibility and kept as pictures.</summary>
public sealed class Visitor(Site site, IBrowserContext context, IPage page, string journey, bool javaScript, ViewportSize screen) : IAsyncDisposable
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private int _step;

    /// <summary>How narrow the small phone is on which every step is looked at, in CSS pixels.</summary>
    public int Narrow { get; init; } = 360;
    private Authenticator? _authenticator;

    public IPage Page => page;

    /// <summary>Checks the page as it now is with axe, and keeps a picture of it on the visitor's screen and on a small phone's.</summary>
    public async Task LookAsync(string name)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("BUDGETING_TEST_OUTPUT") ?? AppContext.BaseDirectory, "screenshots", journey);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{++_step:00} {name}");
        await page.ScreenshotAsync(new() { Path = file + ".png", FullPage = true });
        // Axe is itself JavaScript: without it there are only the pictures.
        if (javaScript)
            await CheckAsync(name, $"{screen.Width} px");
        await page.SetViewportSizeAsync(Narrow, 780);
        await page.ScreenshotAsync(new() { Path = file + ", phone.png", FullPage = true });
        if (javaScript)
        {
            await CheckAsync(name, "small phone");
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{journey}, {name}: the page is {overflow} px wider than a phone");
        }
        await page.SetViewportSizeAsync(screen.Width, screen.Height);
    }

    public async Task<IResponse?> GoAsync(string address) => await page.GotoAsync(address);

    /// <summary>The visitor's authenticator. It answers the question behind the address field unasked, so pages do without that unless it is what is looked at.</summary>
    public async Task<Authenticator> PlugInAsync(bool autofill = false)
    {
        if (_authenticator is null && !autofill)
            await page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        return _authenticator ??= await Authenticator.PlugInAsync(context, page);
    }

    /// <summary>Signs in by a passkey; without JavaScript by a link.</summary>
    public async Task SignInAsync(string email)
    {
        if (!javaScript)
        {
            await SignInByLinkAsync(email);
            return;
        }
        await (await PlugInAsync()).HoldAsync(site.PasskeyOf(email));
        await page.GotoAsync("/sign-in");
        await page.Locator("button[data-passkey='get']").ClickAsync();
        await Assertions.Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
    }

    /// <summary>Goes on, perhaps without JavaScript, where somebody else signed in: a passkey itself cannot do without it.</summary>
    public async Task GoOnAfterAsync(Visitor other) =>
        await context.AddCookiesAsync((await other.Page.Context.CookiesAsync()).Select(cookie => new Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly, Secure = cookie.Secure, SameSite = cookie.SameSite,
        }));

    public async Task SignInByLinkAsync(string email)
    {
        // Notices of a new role or passkey may still be under way.
        const string link = "/sign-in/link";
        var before = site.Mail.Mails.Count(mail => mail.To == email && mail.Text.Contains(link, StringComparison.Ordinal));
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#Input_Email", email);
        await page.Locator("main form:has(#Input_Email) button").ClickAsync();
        await page.GotoAsync((await site.Mail.WaitAsync(email, before, link)).Link);
        await page.Locator("main form[action='/sign-in/link'] button").ClickAsync();
        await Assertions.Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    // The package's own way of running opens a second page for every check, for the sake of frames of other sites; there are none here.
    private async Task CheckAsync(string name, string width)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(Axe);
        var violations = await page.EvaluateAsync<string[]>("""
            async tags => (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })).violations
                .map(violation => [`${violation.id}: ${violation.help}`, ...violation.nodes.map(node => `  ${node.html}`)].join('\n'))
            """, new[] { "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa" });
        Assert.True(violations.Length == 0, $"{journey}, {name}, {width}:\n{string.Join('\n', violations)}");
    }
}
