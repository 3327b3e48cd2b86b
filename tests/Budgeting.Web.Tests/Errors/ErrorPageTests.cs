using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Budgeting.Core;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Errors;

public sealed class ErrorPageTests
{
    private static async Task<string> PageAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal(expected, answer.StatusCode);
        Assert.Contains("<h1", html);
        Assert.DoesNotContain("   at ", html);
        Assert.DoesNotContain("Exception", html);
        return html;
    }

    [Theory]
    [InlineData("fi", "Sivua ei löytynyt")]
    [InlineData("sv", "Sidan hittades inte")]
    [InlineData("en", "The page was not found")]
    public async Task What_is_not_there_is_said_in_the_persons_language(string language, string title)
    {
        await using var site = await Site.CreateAsync();
        foreach (var address in new[] { "/nowhere", "/rounds/999", "/rounds/999/results", "/proposals/999", "/regions/nowhere", "/rounds/99999999999999999999", "/rounds/-1" })
            Assert.Contains(title, WebUtility.HtmlDecode(await PageAsync(await site.Client(language: language).GetAsync(address), HttpStatusCode.NotFound)));
    }

    [Fact]
    public async Task A_resident_is_told_that_the_administration_is_not_theirs()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        foreach (var address in new[] { $"/admin/rounds/{roundId}", $"/admin/rounds/{roundId}/envelope", $"/admin/rounds/{roundId}/publish", $"/admin/rounds/{roundId}/evaluation", "/admin/audit", "/admin/jobs" })
        {
            var answer = await site.Client(site.World.Resident).GetAsync(address);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{address}: {answer.StatusCode}");
        }
        await PageAsync(await site.Client(site.World.Resident).GetAsync($"/admin/rounds/{roundId}/envelope"), HttpStatusCode.Forbidden);
        var visitor = await site.Client(redirects: false).GetAsync($"/admin/rounds/{roundId}");
        Assert.StartsWith("/sign-in?", visitor.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page_that_helps()
    {
        await using var site = await Site.CreateAsync();
        var answer = await site.Client().PostAsync("/sign-in", new FormUrlEncodedContent([new("Input.Email", "a@example.org")]));
        await PageAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_form_beyond_any_sense_is_refused_before_it_is_read()
    {
        await using var site = await Site.CreateAsync();
        var answer = await site.Client(site.World.Resident).PostAsync("/rounds/1/vote", new FormUrlEncodedContent([new("projects-1", new string('1', 2_000_000))]));
        await PageAsync(answer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("/rounds/1/proposals?Words=%00x")]
    [InlineData("/rounds/1/proposals?Words=%25_&PageNumber=-5&Heading=x&Status=Winner")]
    [InlineData("/regions?Region=%00")]
    public async Task Odd_searches_are_no_faults(string address)
    {
        await using var site = await Site.CreateAsync();
        await site.World.RoundAsync();
        Assert.InRange(await site.Browse().StatusAsync(address), 200, 404);
    }

    [Fact]
    public async Task Too_many_sign_in_attempts_are_told_when_to_come_back()
    {
        await using var site = await Site.CreateAsync(("RateLimits:SignIn:Permits", "3"));
        var browser = site.Browse();
        var client = site.Client();
        HttpResponseMessage answer;
        var attempts = 0;
        do
            answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("Input.Email", "a@example.org")]));
        while (answer.StatusCode == HttpStatusCode.BadRequest && attempts++ < 10);
        await PageAsync(answer, HttpStatusCode.TooManyRequests);
        Assert.Equal(3, attempts);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal(200, await browser.StatusAsync("/sign-in"));
    }

    [Fact]
    public async Task A_fault_of_ours_shows_a_number_to_report_and_nothing_of_the_inside()
    {
        await using var site = await Site.CreateAsync();
        await site.World.Sql(context => context.Database.ExecuteSqlRawAsync("ALTER TABLE rounds RENAME TO gone"));
        var html = await PageAsync(await site.Client().GetAsync("/rounds"), HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("no such table", html);
    }

    [Fact]
    public async Task A_program_gets_problem_details()
    {
        await using var site = await Site.CreateAsync();
        var client = site.Client();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var answer = await client.GetAsync("/rounds/999");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(404, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task No_page_lets_in_scripts_or_frames_from_elsewhere()
    {
        await using var site = await Site.CreateAsync();
        foreach (var address in new[] { "/", "/sign-in", "/nowhere" })
        {
            var answer = await site.Client().GetAsync(address);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'self'", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain(" style=\"", html);
            Assert.DoesNotContain(" onclick=\"", html);
        }
    }

    [Fact]
    public async Task A_language_once_chosen_stays_and_leads_only_to_our_own_pages()
    {
        await using var site = await Site.CreateAsync();
        var client = site.Client(language: "en", redirects: false);
        Assert.Contains("lang=\"en\"", await client.GetStringAsync("/"));
        foreach (var (asked, led) in new[] { ("/rounds?Phase=Voting", "/rounds?Phase=Voting"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/") })
        {
            var answer = await client.GetAsync($"/language/sv?returnUrl={Uri.EscapeDataString(asked)}");
            Assert.Equal(led, answer.Headers.Location!.OriginalString);
        }
        Assert.Contains("lang=\"sv\"", await client.GetStringAsync("/"));
    }
}
