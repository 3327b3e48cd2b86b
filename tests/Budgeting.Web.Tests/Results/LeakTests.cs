using System.Globalization;
using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.Results;

public sealed partial class LeakTests
{
    private static readonly int[] Votes = [137, 149, 151, 113];

    [Fact]
    public async Task No_address_of_the_site_tells_anyone_a_projects_votes_before_publishing()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var (roundId, sheet) = await world.VotingAsync(maximum: 4, costs: [10, 20, 30, 40]);
        // So many votes for each project that no other number on the site is the same.
        var voters = await world.AdmitManyAsync(roundId, 211);
        for (var i = 0; i < voters.Count; i++)
            Assert.True((await world.CastAsync(sheet, voters[i], [.. Enumerable.Range(1, 4).Where(project => (i + ((project - 1) * 74)) % 211 < Votes[project - 1])])).Granted);
        List<Actor> people = [Actor.Visitor, world.Resident, world.Official];
        foreach (var role in Enum.GetValues<Role>())
        {
            var person = await world.PersonAsync($"role-{role}", world.TownId);
            await world.GrantAsync(person, role);
            people.Add(person);
        }
        var addresses = Addresses(site, roundId, sheet);
        Assert.Contains($"/rounds/{roundId}/results", addresses);

        var answered = 0;
        foreach (var phase in new[] { Phase.Voting, Phase.Counting })
        {
            world.TravelTo(phase);
            await world.CarryOutAllAsync(roundId);
            foreach (var person in people)
            {
                var client = site.Client(person);
                foreach (var address in addresses)
                {
                    var response = await client.GetAsync(address);
                    var text = await response.Content.ReadAsStringAsync();
                    Assert.False(VoteNumber().IsMatch(text), $"{address} in {phase} as {person.Name} says {VoteNumber().Match(text).Value}");
                    answered += response.IsSuccessStatusCode ? 1 : 0;
                }
            }
        }
        Assert.True(answered > addresses.Count, $"Only {answered} answers of {addresses.Count} addresses were pages");

        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.Matches(VoteNumber(), await site.Client().GetStringAsync($"/rounds/{roundId}/results"));
    }

    // Every address that can be read, with this round's numbers in it.
    private static List<string> Addresses(Site site, long roundId, BallotSheet sheet) =>
        [.. site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods || methods.HttpMethods.Contains("GET"))
            .Select(endpoint => Parameter().Replace('/' + endpoint.RoutePattern.RawText!.TrimStart('/'), parameter => parameter.Groups["name"].Value switch
            {
                "roundId" => roundId.ToString(CultureInfo.InvariantCulture),
                "headingId" => sheet.HeadingId.ToString(CultureInfo.InvariantCulture),
                "proposalId" => sheet.Projects[0].ProposalId.ToString(CultureInfo.InvariantCulture),
                "language" => "sv",
                _ => "1",
            }))
            .Distinct()];

    [GeneratedRegex(@"\b(137|149|151|113)\b")]
    private static partial Regex VoteNumber();

    [GeneratedRegex(@"\{\*{0,2}(?<name>\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
