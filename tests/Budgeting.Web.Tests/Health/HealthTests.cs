using System.Diagnostics;
using System.Net;
using Budgeting.Core.Tests;

namespace Budgeting.Web.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task A_healthy_server_says_so_in_one_word_to_anybody_and_sets_no_cookie()
    {
        await using var site = await Site.CreateAsync();
        foreach (var address in new[] { "/health/live", "/health/ready" })
        {
            var answer = await site.Client().GetAsync(address);
            Assert.Equal((HttpStatusCode.OK, "Healthy"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
            Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.True(answer.Headers.Contains("X-Content-Type-Options"));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task A_server_whose_database_is_away_lives_on_unready_says_nothing_of_the_inside_and_is_ready_when_it_is_back()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TestDatabase.ServerVariable)), $"{TestDatabase.ServerVariable} names no PostgreSQL server; tests/run starts one.");
        await using var postgres = await PostgresServer.StartAsync();
        await using var database = await TestDatabase.CreateOnAsync(postgres.ConnectionString);
        await using var server = ServerProcess.Start(database, "--Jobs:Enabled=false");
        using var client = await server.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);

        await postgres.KillAsync();
        var asked = Stopwatch.StartNew();
        foreach (var accept in new[] { "text/html", "application/json" })
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, "/health/ready") { Headers = { { "Accept", accept } } };
            var unready = await client.SendAsync(question);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (unready.StatusCode, await unready.Content.ReadAsStringAsync()));
        }
        Assert.InRange(asked.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);

        await postgres.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
    }
}
