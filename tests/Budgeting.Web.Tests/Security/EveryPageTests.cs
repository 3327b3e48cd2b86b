using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.Security;

/// <summary>What holds for every address of the site, those added later too: the list comes from the site itself.</summary>
public sealed partial class EveryPageTests
{
    private static readonly string[] Policy = ["default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"];

    private static async Task<(Site Site, long RoundId)> OpenAsync()
    {
        // Production's names of cookies, behind https.
        var site = await Site.CreateAsync(("Site:Https", "true"));
        var (roundId, _) = await site.World.VotingAsync(costs: [10, 20]);
        return (site, roundId);
    }

    private static HttpClient Https(Site site, Actor? person = null)
    {
        var client = site.Client(person, redirects: false);
        client.BaseAddress = new("https://localhost");
        return client;
    }

    private static IEnumerable<RouteEndpoint> Endpoints(Site site) => site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null);

    private static string Address(RouteEndpoint endpoint, long roundId) =>
        Parameter().Replace('/' + endpoint.RoutePattern.RawText!.TrimStart('/'), parameter => parameter.Groups["name"].Value switch
        {
            "roundId" => roundId.ToString(CultureInfo.InvariantCulture),
            "language" => "sv",
            "reading" => "large",
            "typing" => "first",
            _ => "1",
        });

    private static List<string> Readable(Site site, long roundId) =>
        [.. Endpoints(site)
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods || methods.HttpMethods.Contains("GET"))
            .Select(endpoint => Address(endpoint, roundId)).Distinct()];

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    [Fact]
    public async Task No_page_runs_or_styles_anything_of_its_own_and_every_answer_says_that_nothing_may()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        var pages = 0;
        foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official })
        {
            var client = Https(site, person);
            foreach (var address in Readable(site, roundId))
            {
                var answer = await client.GetAsync(address);
                if (address.StartsWith("/health", StringComparison.Ordinal))
                    continue;
                Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
                // Where the address itself is a secret not even this site is told it.
                Assert.Contains(Header(answer, "Referrer-Policy"), new[] { "same-origin", "no-referrer" });
                Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
                Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
                Assert.Contains("publickey-credentials-get=(self)", Header(answer, "Permissions-Policy"));
                var policy = Header(answer, "Content-Security-Policy")!;
                Assert.DoesNotContain("unsafe", policy);
                Assert.All(Policy, part => Assert.Contains(part, policy));
                Assert.Null(Header(answer, "Server"));
                Assert.Null(Header(answer, "X-Powered-By"));
                if (answer.Content.Headers.ContentType?.MediaType != "text/html")
                    continue;
                pages++;
                if (person != Actor.Visitor)
                    Assert.Equal("no-store", Header(answer, "Cache-Control"));
                var html = await answer.Content.ReadAsStringAsync();
                var page = await BrowsingContext.New().OpenAsync(response => response.Content(html));
                Assert.Empty(page.QuerySelectorAll("script:not([src]), style, iframe, object, embed, base, [style], [src^='http:'], [src^='//'], link[href^='http']"));
                Assert.All(page.QuerySelectorAll("form[method=post]"), form => Assert.NotNull(form.QuerySelector("input[name=__RequestVerificationToken]")));
                Assert.DoesNotContain(page.All.SelectMany(part => part.Attributes), attribute =>
                    attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
            }
        }
        Assert.True(pages > 60, $"Only {pages} pages were looked at");
    }

    [Fact]
    public async Task Every_page_with_a_star_says_what_it_means()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        HashSet<string> starred = [];
        foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official })
        {
            foreach (var address in Readable(site, roundId))
            {
                // A browser of its own each time: some addresses change its language.
                var answer = await Https(site, person).GetAsync(address);
                if (answer.Content.Headers.ContentType?.MediaType != "text/html")
                    continue;
                var page = await BrowsingContext.New().OpenAsync(async response => response.Content(await answer.Content.ReadAsStringAsync()));
                if (page.QuerySelector("main [class$='__required']") is null)
                    continue;
                starred.Add(address);
                Assert.True(page.QuerySelector("main")!.TextContent.Contains("Fields marked with *", StringComparison.Ordinal), address);
            }
        }
        Assert.True(starred.Count > 10, $"Only {starred.Count} pages have fields that must be filled in");
    }

    [Fact]
    public async Task Every_cookie_of_every_page_is_kept_from_scripts_from_plain_http_and_from_other_sites()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        HashSet<string> names = [];
        foreach (var person in new[] { Actor.Visitor, site.World.Resident, site.World.Official })
        {
            foreach (var address in Readable(site, roundId))
            {
                // A browser of its own each time, so that every page gives what it would give first.
                var answer = await Https(site, person).GetAsync(address);
                foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var given) ? given : [])
                {
                    var parts = cookie.Split(';').Select(part => part.Trim().ToLowerInvariant()).ToList();
                    names.Add(cookie.Split('=')[0]);
                    Assert.StartsWith("__Host-", cookie);
                    Assert.Contains("secure", parts);
                    Assert.Contains("httponly", parts);
                    Assert.Contains("path=/", parts);
                    Assert.True(parts.Contains("samesite=lax") || parts.Contains("samesite=strict"), cookie);
                    Assert.DoesNotContain(parts, part => part.StartsWith("domain=", StringComparison.Ordinal));
                }
            }
        }
        Assert.Contains("__Host-budgeting-form", names);
        Assert.Contains("__Host-budgeting-language", names);
    }

    [Fact]
    public async Task No_page_does_anything_for_a_form_without_its_token()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        var loader = site.Services.GetRequiredService<PageLoader>();
        var client = Https(site, site.World.Official);
        var tried = 0;
        foreach (var endpoint in Endpoints(site))
        {
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page || page.ViewEnginePath.StartsWith("/Errors", StringComparison.Ordinal))
                continue;
            var handlers = (await loader.LoadAsync(page, EndpointMetadataCollection.Empty)).HandlerMethods;
            // Reading is the only other thing a page does.
            Assert.All(handlers, handler => Assert.Contains(handler.HttpMethod, new[] { "Get", "Post" }));
            foreach (var handler in handlers.Where(handler => handler.HttpMethod == "Post"))
            {
                var address = Address(endpoint, roundId) + (handler.Name is { } name ? $"?handler={name}" : "");
                var answer = await client.PostAsync(address, new FormUrlEncodedContent([new("a", "b")]));
                Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{address}: {(int)answer.StatusCode}");
                Assert.Contains("<h1", await answer.Content.ReadAsStringAsync());
                tried++;
            }
        }
        Assert.True(tried > 25, $"Only {tried} handlers were tried");
    }

    [Fact]
    public async Task No_page_leads_to_another_site()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        foreach (var person in new[] { Actor.Visitor, site.World.Official })
        {
            var client = Https(site, person);
            foreach (var address in Readable(site, roundId))
            {
                foreach (var elsewhere in new[] { "https://evil.example/", "//evil.example/", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)", "https:evil.example" })
                {
                    var answer = await client.GetAsync($"{address}?returnUrl={Uri.EscapeDataString(elsewhere)}");
                    if (answer.Headers.Location is { } led)
                        Assert.True(led.OriginalString.StartsWith('/') && led.OriginalString is not ['/', '/' or '\\', ..], $"{address} leads to {led.OriginalString}");
                }
            }
        }
    }

    [Fact]
    public async Task The_host_that_a_request_names_is_in_no_page_and_no_redirect()
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        foreach (var person in new[] { Actor.Visitor, site.World.Resident })
        {
            var client = Https(site, person);
            foreach (var address in Readable(site, roundId))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = "evil.example" } };
                request.Headers.Add("X-Forwarded-Host", "evil.example");
                var answer = await client.SendAsync(request);
                Assert.DoesNotContain("evil.example", answer.Headers.Location?.OriginalString ?? "");
                Assert.DoesNotContain("evil.example", await answer.Content.ReadAsStringAsync());
            }
        }
    }

    [Fact]
    public async Task Nobodys_e_mail_address_is_shown_to_others()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        await world.Sql(async context =>
        {
            foreach (var account in context.Users)
                account.Email = $"secret-{account.Id}@example.org";
            return await context.SaveChangesAsync();
        });
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        foreach (var person in new[] { Actor.Visitor, world.Resident, world.Official })
        {
            var client = site.Client(person);
            foreach (var address in Readable(site, roundId))
            {
                var text = await (await client.GetAsync(address)).Content.ReadAsStringAsync();
                var found = Mail().Matches(text).Select(match => match.Value).Where(mail => mail != $"secret-{person.AccountId}@example.org" && mail != $"{person.Name}@example.org").ToList();
                Assert.True(found.Count == 0 || address == "/account", $"{address} as {person.Name}: {string.Join(", ", found)}");
            }
        }
    }

    [Theory]
    [InlineData("/../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/lib/..%2f..%2fappsettings.json")]
    [InlineData("/appsettings.json")]
    [InlineData("/site.css/..%5c..%5cProgram.cs")]
    [InlineData("/rounds/%252e%252e/")]
    [InlineData("/attachments/1/..%2f..%2fsecret")]
    [InlineData("/.git/config")]
    public async Task Paths_lead_to_nothing_but_pages(string path)
    {
        await using var site = await Site.CreateAsync();
        var answer = await site.Client().GetAsync(path);
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {answer.StatusCode}");
        Assert.DoesNotContain("ConnectionString", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task Other_methods_change_nothing_and_tell_nothing(string method)
    {
        var (site, roundId) = await OpenAsync();
        await using var disposed = site;
        foreach (var address in new[] { "/", $"/rounds/{roundId}", $"/rounds/{roundId}/vote", "/my/proposals", "/proposals/1/withdraw" })
        {
            using var request = new HttpRequestMessage(new(method), address) { Headers = { { "X-HTTP-Method-Override", "POST" }, { "X-Secret", "sesame" } } };
            var answer = await Https(site, site.World.Resident).SendAsync(request);
            Assert.DoesNotContain("sesame", await answer.Content.ReadAsStringAsync());
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{method} {address}: {answer.StatusCode}");
        }
        Assert.Equal(Budgeting.Core.Proposals.ProposalStatus.Feasible, (await site.World.Do<Budgeting.Core.Proposals.IProposals, Budgeting.Core.Proposals.ProposalView?>(
            proposals => proposals.FindAsync(site.World.Resident, 1, default)))!.Status);
    }

    [GeneratedRegex(@"\{\*{0,2}(?<name>\w+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[\w.+-]+@example\.org")]
    private static partial Regex Mail();
}
