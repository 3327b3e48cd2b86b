using AngleSharp.Dom;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Microsoft.Data.Sqlite;

namespace Budgeting.Web.Tests.Admin;

public sealed class DutyPageTests
{
    [Fact]
    public async Task A_duty_that_a_reader_holds_up_is_said_to_have_failed_and_the_others_are_done()
    {
        await using var site = await Site.CreateAsync(("Jobs:Enabled", "false"));
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        site.World.TravelTo(Phase.Counting);
        var official = site.Browse(site.World.Official);
        async Task<string> RunAsync(string address)
        {
            var page = await official.OpenAsync(address);
            var button = page.QuerySelectorAll("main form[method=post] button").Single(button => button.TextContent.Trim().StartsWith("Do what is due now", StringComparison.Ordinal)
                && (button.GetAttribute("name") ?? "roundId") == "roundId");
            return (await official.PressAsync(page, button.TextContent.Trim())).Body!.Text();
        }

        await using (var reader = new SqliteConnection(site.World.Database.ConnectionString))
        {
            await reader.OpenAsync();
            await using var reading = reader.BeginTransaction(deferred: true);
            await using var command = new SqliteCommand("SELECT count(*) FROM rounds", reader, reading);
            await command.ExecuteScalarAsync();

            Assert.Contains("A duty failed", await RunAsync("/admin/jobs"));
            var round = await RunAsync($"/admin/rounds/{roundId}");
            Assert.Contains("A duty failed", round);
            Assert.Contains("Somebody reads the database", round);
        }
        Assert.Contains("Duties done: 1.", await RunAsync($"/admin/rounds/{roundId}"));
        Assert.DoesNotContain("Somebody reads the database", (await official.OpenAsync($"/admin/rounds/{roundId}")).Body!.Text());
    }
}
