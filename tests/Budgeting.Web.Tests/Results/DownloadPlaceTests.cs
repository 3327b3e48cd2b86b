using System.Net;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Voting;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.Results;

/// <summary>Downloads that are begun and not read, by people who are slow or mean it.</summary>
public sealed class DownloadPlaceTests
{
    // More than what lies between the database and a reader who takes nothing.
    private const int Voters = 4_000;

    [Fact]
    public async Task Whoever_does_not_read_two_downloads_is_given_no_third_until_one_has_ended()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await PublishedAsync(site.World);
        var record = $"/rounds/{roundId}/record/commitments.txt";
        var first = await BeginAsync(site, record);
        using var second = await BeginAsync(site, record);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));

        using (var third = await site.Client().GetAsync(record))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(30), third.Headers.RetryAfter!.Delta);
            Assert.Null(third.Content.Headers.ContentDisposition);
            Assert.True(third.Headers.CacheControl!.NoStore);
            Assert.Contains("There is a queue right now", await third.Content.ReadAsStringAsync());
        }
        // Another address has places of its own, and so has what holds none.
        using (var elsewhere = await BeginAsync(site, record, "192.0.2.7"))
            Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
        Assert.Equal(200, await site.Browse().StatusAsync($"/rounds/{roundId}/results"));
        using (var log = await site.Client(site.World.Official).GetAsync("/admin/audit/log.jsonl"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, log.StatusCode);

        first.Dispose();
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (await site.Browse().StatusAsync(record) != 200)
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, "The place did not become free.");
        Assert.Equal(Voters, System.Text.Encoding.ASCII.GetString(await site.Browse().DownloadAsync(record)).Count(letter => letter == '\n'));
    }

    [Theory, EachDatabase]
    public async Task Downloads_that_nobody_reads_keep_nobody_from_voting(DatabaseKind kind)
    {
        await using var site = Site.Over(await World.CreateAsync(kind));
        var world = site.World;
        var roundId = await PublishedAsync(world);
        var (openId, sheet) = await world.VotingUntilAsync(World.Weeks(World.Start)[^1].StartsAt.AddHours(2));
        world.TravelTo(Phase.Counting);
        var voter = Assert.Single(await world.AdmitManyAsync(openId, 1));

        // More than the connections that a process has.
        List<HttpResponseMessage> begun = [];
        for (var i = 0; i < 45; i++)
            begun.Add(await BeginAsync(site, $"/rounds/{roundId}/record/commitments.txt", $"192.0.2.{i + 1}"));
        var cast = await site.Services.GetRequiredService<IBallotBox>()
            .CastAsync(new(openId, voter, [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid()), default).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(cast.Granted);
        Assert.Equal(200, await site.Browse().StatusAsync($"/rounds/{openId}"));
        Assert.Equal((8, 37), (begun.Count(answer => answer.StatusCode == HttpStatusCode.OK), begun.Count(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable)));
        begun.ForEach(answer => answer.Dispose());
    }

    private static Task<HttpResponseMessage> BeginAsync(Site site, string address, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return site.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<long> PublishedAsync(World world)
    {
        var (roundId, sheet) = await world.VotingAsync(costs: [50, 20]);
        var casts = await Task.WhenAll((await world.AdmitManyAsync(roundId, Voters)).Select(voter => world.CastAsync(sheet, voter, 1)));
        Assert.All(casts, cast => Assert.True(cast.Granted));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        return roundId;
    }
}
