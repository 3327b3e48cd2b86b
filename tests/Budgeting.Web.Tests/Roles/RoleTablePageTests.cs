using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Attachments;
using Budgeting.Core.Tests.People;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.Roles;

/// <summary>Opens every page and sends to every handler as everybody, and compares with the table of docs/roles.md.</summary>
public sealed partial class RoleTablePageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_page_lets_in_those_whom_the_table_names_and_nobody_else()
    {
        var table = await RoleTable.ReadAsync();
        await using var world = await RoleWorld.CreateAsync(DatabaseKind.Sqlite);
        await using var site = Site.Over(world.World,
            ("RateLimits:SignIn:Permits", "100000"), ("RateLimits:Downloads:AtATime", "100"), ("RateLimits:Downloads:PerAddress", "100"), ("SignIn:Providers:0:Key", "nowhere"), ("SignIn:Providers:0:Name:fi", "Ei missään"), ("SignIn:Providers:0:Authority", "http://localhost:1"), ("SignIn:Providers:0:ClientId", "site"), ("Attempts:PerAddress", "100000"), ("Attempts:PerAccount", "100000"), ("Attempts:PerEntry", "100000"), ("Attempts:PerClerk", "100000"));
        var doors = await DoorsAsync(site);
        var rows = table.Doors.Where(door => door.Contains(" /", StringComparison.Ordinal)).ToList();
        Assert.True(!doors.Except(rows.Select(RoleTable.Bare)).Any(), string.Join("\n", doors.Except(rows.Select(RoleTable.Bare))));
        Assert.Empty(rows.Select(RoleTable.Bare).Except(doors));
        Assert.All(rows, row => Assert.Equal(RoleTable.None, table.Cell(row, RoleTable.Columns[^1])));

        var findings = new RoleFindings(table);
        // A column a worker: a sign-in that fails waits on purpose.
        await Parallel.ForEachAsync(RoleTable.Columns.SkipLast(1), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (column, _) =>
        {
            Dictionary<Core.Actor, Visitor> visitors = [];
            foreach (var row in rows)
            {
                await findings.TryAsync(row, column, world, async (person, own) =>
                {
                    if (!visitors.TryGetValue(person.Actor, out var visitor))
                        visitors[person.Actor] = visitor = await Visitor.ComeAsync(site, person.Actor);
                    return await visitor.IsLetInAsync(RoleTable.Bare(row), world.Things(RoleTable.SituationOf(row), person, own));
                });
            }
        });
        output.WriteLine($"{findings.Cells} cells of pages, {findings.Tries} tries");
        findings.AssertNone();
    }

    /// <summary>Every page with each of its handlers: <c>POST /admin/rounds/{roundId}/desk Find</c>.</summary>
    private static async Task<IReadOnlyList<string>> DoorsAsync(Site site)
    {
        var loader = site.Services.GetRequiredService<PageLoader>();
        List<string> doors = [];
        foreach (var endpoint in site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page)
                continue;
            // Overriding OnPageHandlerExecuting looks to the framework like handling the method PAGE.
            var handlers = (await loader.LoadAsync(page, endpoint.Metadata)).HandlerMethods.Where(handler => handler.HttpMethod != "Page")
                .Select(handler => (Method: handler.HttpMethod.ToUpperInvariant(), handler.Name)).Distinct().ToList();
            if (handlers.Count == 0)
                handlers.Add(("GET", null));
            var address = "/" + Constraints().Replace(endpoint.RoutePattern.RawText!, "{${name}}").TrimStart('/');
            doors.AddRange(handlers.Select(handler => $"{handler.Method} {address}{(handler.Name is null ? "" : $" {handler.Name}")}"));
        }
        return [.. doors.Distinct()];
    }

    [GeneratedRegex(@"\{(?<name>\w+)[^{}/]*\}")]
    private static partial Regex Constraints();

    /// <summary>Somebody's browser, with a form's token that is good for all forms.</summary>
    private sealed class Visitor(HttpClient client, string token)
    {
        // A file's address has the hash of its bytes, and here all pictures are the same.
        private static readonly string Picture = $"{Convert.ToHexStringLower(SHA256.HashData(Files.Png()))}.png";

        public static async Task<Visitor> ComeAsync(Site site, Core.Actor person)
        {
            var client = site.Client(person, redirects: false);
            // Every page has the form for signing out, or the way to sign in.
            var page = await new HtmlParser().ParseDocumentAsync(await client.GetStreamAsync(person.AccountId is null ? "/register" : "/regions"));
            return new(client, page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!);
        }

        public async Task<bool> IsLetInAsync(string door, Things things)
        {
            var parts = door.Split(' ');
            Dictionary<string, string> values = new()
            {
                ["roundId"] = $"{things.RoundId}", ["headingId"] = $"{things.HeadingId}", ["proposalId"] = $"{things.ProposalId}", ["batchId"] = $"{things.BatchId}",
                ["entryId"] = $"{things.EntryId}", ["grantId"] = $"{things.GrantId}", ["confirmationId"] = $"{things.ConfirmationId}",
                ["attachmentId"] = $"{things.AttachmentId}", ["actId"] = $"{things.ActId}", ["name"] = Picture,
                ["id"] = parts[1] == "/account/sign-ins" ? $"{things.SessionId}" : things.PasskeyId,
                ["slug"] = "town", ["provider"] = "nowhere", ["code"] = "500", ["file"] = "result.json", ["typing"] = "first", ["number"] = "1",
            };
            var address = Constraints().Replace(parts[1], match => values[match.Groups["name"].Value]);
            HttpResponseMessage answer;
            if (parts[0] == "GET")
            {
                answer = await client.GetAsync(address);
            }
            else
            {
                // Nothing is filled in but a remark that is too long, so that nothing changes.
                var form = values.Append(new("__RequestVerificationToken", token)).Append(new("Input.Remark", new string('x', 1_001)));
                answer = await client.PostAsync(address + (parts.Length > 2 ? $"?handler={parts[2]}" : ""), new FormUrlEncodedContent(form));
                // What a script sends is answered by a status alone.
                var toScript = parts is [.., "Options" or "Here"];
                Assert.False(answer.StatusCode == HttpStatusCode.BadRequest && !toScript && !address.EndsWith("/import", StringComparison.Ordinal), $"{door}: the form was not taken");
            }
            Assert.True((int)answer.StatusCode is not (429 or >= 500), $"{door}: {(int)answer.StatusCode}");
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => false,
                HttpStatusCode.Found or HttpStatusCode.Redirect => !answer.Headers.Location!.ToString().Contains("/sign-in?returnUrl", StringComparison.Ordinal),
                _ => true,
            };
        }
    }
}
