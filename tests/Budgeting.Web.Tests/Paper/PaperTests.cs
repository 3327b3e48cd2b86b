using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Tests.Paper;

public sealed partial class PaperTests
{
    private const string Numbers = "Input.Headings[0].Numbers";

    [Fact]
    public async Task Paper_goes_from_the_box_to_the_published_result()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var (roundId, sheet) = await world.VotingAsync(BallotKind.Knapsack, euros: 60, costs: [10, 20, 30, 40]);
        var (anna, bertta, cecilia) = (await ClerkAsync(world, "anna"), await ClerkAsync(world, "bertta"), await ClerkAsync(world, "cecilia"));
        var voters = await world.AdmitManyAsync(roundId, 5);
        Assert.True((await world.CastAsync(sheet, voters[0], 4)).Granted);
        foreach (var voter in voters.Skip(1))
            Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)).Granted);
        var paper = $"/admin/rounds/{roundId}/paper";

        // Anna opens a batch of three papers, after a slip of the finger.
        var first = site.Browse(anna);
        Assert.True((await first.OpenAsync("/admin/paper")).Links(paper));
        Assert.Contains("Papers handed out4", (await first.OpenAsync(paper)).Text());
        var slipped = await first.SendAsync(await first.OpenAsync($"{paper}/open"), ("Input.Place", ""), ("Input.Papers", "kolme"));
        Assert.Contains("kolme", slipped.Text("#Input_Papers-error"));
        slipped = await first.SendAsync(slipped, ("Input.Place", ""), ("Input.Papers", "3"));
        Assert.Contains("2 to 120", slipped.Text("#Input_Place-error"));
        var batch = await first.SendAsync(slipped, ("Input.Place", "Pääkirjasto"), ("Input.Papers", "3"));
        Assert.Matches(@"/paper/\d+$", batch.Path());
        var batchAddress = batch.Path();

        // She types: each paper leads to the next, and the field to type in has the focus.
        var page = await first.OpenAsync($"{batchAddress}/first");
        Assert.Equal($"{batchAddress}/first/1", page.Path());
        Assert.Equal("Paper 1 of 3", page.Text("h1"));
        Assert.True(page.QuerySelector($"[name=\"{Numbers}\"]")!.HasAttribute("autofocus"));
        Assert.Contains("Hanke numero 2, 20 €", page.Text(".paper-key"));
        page = await first.SendAsync(page, (Numbers, "1, 2"));
        Assert.Equal(("Paper 2 of 3", "Paper 1 is stored."), (page.Text("h1"), page.Text("main .notice [class$=label]")));
        // The second paper costs too much: the limit is said beside the field, and one button records it.
        page = await first.SendAsync(page, (Numbers, "3 4"));
        Assert.Contains("70 € and there is 60 € to use: 10 € too much", page.Text("#Input_Headings_0__Numbers-error"));
        Assert.Equal("3 4", page.QuerySelector($"[name=\"{Numbers}\"]")!.GetAttribute("value"));
        page = await first.PressAsync(page, "Record as invalid: costs more than there is money");
        Assert.Equal("Paper 3 of 3", page.Text("h1"));
        // The third is blank; before that she mistypes, and steps back to look at the second.
        page = await first.SendAsync(page, (Numbers, "1 o"));
        Assert.Contains("“o” is not a number", page.Text("#Input_Headings_0__Numbers-error"));
        Assert.Contains("record it as invalid", (await first.SendAsync(page, (Numbers, " "))).Text(".error-summary"));
        Assert.Contains("You have recorded this paper as invalid: costs more than there is money", (await first.OpenAsync($"{batchAddress}/first/2")).Text());
        page = await first.PressAsync(page, "Record as invalid and next", ("Input.Invalid", "Other"));
        Assert.Contains("3 to 200", page.Text("#Input_Remark-error"));
        page = await first.PressAsync(page, "Record as invalid and next", ("Input.Invalid", "Blank"));
        Assert.Equal(batchAddress, page.Path());
        Assert.Contains("3 of 3 typed", page.Text());

        // What is Anna's is not Bertta's to see, nor Anna's to type twice.
        Assert.Contains("Another clerk does this one", (await first.OpenAsync($"{batchAddress}/second/1")).Text());
        var second = site.Browse(bertta);
        var theirs = await second.OpenAsync($"{batchAddress}/first/1");
        Assert.Contains("Another clerk has typed this paper", theirs.Text());
        Assert.Null(theirs.QuerySelector("main form"));
        foreach (var address in new[] { batchAddress, paper })
            Assert.DoesNotMatch(@"Valid ?1|costs more", (await second.OpenAsync(address)).Text());

        // Bertta types the first alike, the second as valid, the third alike.
        page = await second.SendAsync(await second.OpenAsync($"{batchAddress}/second"), (Numbers, "2 1"));
        page = await second.SendAsync(page, (Numbers, "3"));
        page = await second.PressAsync(page, "Record as invalid and next", ("Input.Invalid", "Blank"));
        Assert.Contains("The typings differ on some papers", page.Text());
        Assert.Contains("You typed this paper", page.Text("tbody"));
        Assert.Equal(batchAddress, (await second.OpenAsync($"{batchAddress}/differences/2")).Path());

        // Cecilia looks at the paper.
        var third = site.Browse(cecilia);
        Assert.True((await third.OpenAsync(batchAddress)).Links($"{batchAddress}/differences/2"));
        page = await third.OpenAsync($"{batchAddress}/differences/2");
        Assert.Equal(["–", "3"], page.Texts("tbody tr:first-child td"));
        Assert.Equal(["costs more than there is money", "–"], page.Texts("tbody tr:last-child td"));
        page = await third.PressAsync(page, "Settle with these numbers", (Numbers, "3"));
        Assert.Contains("3 to 500", page.Text("#Input_Note-error"));
        page = await third.PressAsync(page, "Settle with these numbers", (Numbers, "3"), ("Input.Note", "Nelonen on viivattu yli"));
        Assert.Contains("Its ballots are ready to be counted", page.Text());

        // Voting ends; counting waits and says so, to those who run the round.
        var official = site.Browse(world.Official);
        Assert.Contains("batches ready 1 of 1", (await official.OpenAsync($"/admin/rounds/{roundId}")).Text());
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.Contains("Waits until the paper ballots are reconciled", (await official.OpenAsync($"/admin/rounds/{roundId}")).Text());
        var jobs = await official.OpenAsync("/admin/jobs");
        Assert.Contains("Waits until the paper ballots are reconciled", jobs.Text("tbody"));
        Assert.Null(jobs.QuerySelector("tbody button[name=roundId]"));
        Assert.Equal(403, await first.StatusAsync($"{paper}/reconcile"));

        Assert.True((await official.OpenAsync($"/admin/rounds/{roundId}")).Links(paper));

        // The coordinator reconciles: four were handed out, three came back.
        page = await official.OpenAsync($"{paper}/reconcile");
        Assert.Contains("Not returned1", page.Text());
        page = await official.SendAsync(page);
        Assert.Contains("3 to 500", page.Text("#Input_Reason-error"));
        page = await official.SendAsync(page, ("Input.Reason", "Yksi lippu jäi äänestäjälle"));
        Assert.Equal(paper, page.Path());
        Assert.Contains("Papers handed out4 Valid2 Invalid1 Not returned1: Yksi lippu jäi äänestäjälle", page.Text());
        Assert.False(page.Links($"{paper}/open"));
        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.Contains("Paper ballots Papers handed out4 Valid2 Invalid1 Not returned1: Yksi lippu jäi äänestäjälle", (await site.Browse().OpenAsync($"/rounds/{roundId}/results")).Text());
        var result = (await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Value;
        Assert.Equal(3, result.Voters);
        Assert.Equal([(1, 1L), (2, 1L), (3, 1L), (4, 1L)], result.Headings[0].Projects.Select(project => (project.Number, project.Votes)).Order());
    }

    [Fact]
    public async Task A_batch_is_corrected_and_reopened_with_reasons_and_too_many_papers_cannot_be_confirmed()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var (roundId, _) = await world.VotingAsync(costs: [10, 20]);
        var (anna, bertta) = (site.Browse(await ClerkAsync(world, "anna")), site.Browse(await ClerkAsync(world, "bertta")));
        var official = site.Browse(world.Official);
        var paper = $"/admin/rounds/{roundId}/paper";
        var batchAddress = (await anna.SendAsync(await anna.OpenAsync($"{paper}/open"), ("Input.Place", "Uurna 1"), ("Input.Papers", "2"))).Path();
        var corrected = await anna.SendAsync(await anna.OpenAsync($"{batchAddress}/count"), ("Input.Papers", "1"));
        Assert.Contains("3 to 500", corrected.Text("#Input_Reason-error"));
        Assert.Contains("0 of 1 typed", (await anna.SendAsync(corrected, ("Input.Reason", "Laskuvirhe"))).Text());
        await anna.SendAsync(await anna.OpenAsync($"{batchAddress}/first"), (Numbers, "1"));
        Assert.Contains("Its ballots are ready", (await bertta.SendAsync(await bertta.OpenAsync($"{batchAddress}/second"), (Numbers, "1"))).Text());

        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        var refused = await official.OpenAsync($"{paper}/reconcile");
        Assert.Contains("There are more papers than were handed out: 1.", refused.Text());
        Assert.Null(refused.QuerySelector("main form"));

        Assert.Equal(403, await anna.StatusAsync($"{batchAddress}/reopen"));
        Assert.Equal(batchAddress, (await official.SendAsync(await official.OpenAsync($"{batchAddress}/reopen"), ("Input.Reason", "Leima puuttuu"))).Path());
        foreach (var (browser, typing) in new[] { (anna, "first"), (bertta, "second") })
            await browser.PressAsync(await browser.OpenAsync($"{batchAddress}/{typing}/1"), "Record as invalid and next", ("Input.Invalid", "NotIssued"));
        Assert.Contains("Its ballots are ready", (await anna.PressAsync(await anna.OpenAsync(batchAddress), "Compare the typings")).Text());
        Assert.Contains("counting goes on", (await official.SendAsync(await official.OpenAsync($"{paper}/reconcile"))).Text());
        Assert.Contains("Not ballots that were handed out1", (await official.OpenAsync(paper)).Text());
    }

    [Fact]
    public async Task Others_do_not_get_to_the_paper_ballots()
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        var clerk = await ClerkAsync(site.World, "anna");
        var batchId = (await site.World.Do<IPaperBallots, Outcome<long>>(ballots => ballots.OpenBatchAsync(clerk, roundId, new("Uurna 1", 1), default))).Value;
        foreach (var address in new[] { "", "/open", "/reconcile", $"/{batchId}", $"/{batchId}/first", $"/{batchId}/first/1", $"/{batchId}/differences/1", $"/{batchId}/count", $"/{batchId}/reopen" })
        {
            Assert.Equal(403, await site.Browse(site.World.Resident).StatusAsync($"/admin/rounds/{roundId}/paper{address}"));
            using var visitor = site.Client(redirects: false);
            Assert.Equal(302, (int)(await visitor.GetAsync($"/admin/rounds/{roundId}/paper{address}")).StatusCode);
        }
        foreach (var address in new[] { $"/admin/rounds/{roundId}/paper/999", $"/admin/rounds/{roundId}/paper/{batchId}/third/1", "/admin/rounds/999/paper", $"/admin/rounds/999/paper/{batchId}" })
            Assert.Equal(404, await site.Browse(clerk).StatusAsync(address));
        Assert.Contains("numbered from 1 to 1", (await site.Browse(clerk).OpenAsync($"/admin/rounds/{roundId}/paper/{batchId}/first/2")).Text());
        // Who coordinates sees how far it is, and does not type.
        Assert.Equal(200, await site.Browse(site.World.Official).StatusAsync($"/admin/rounds/{roundId}/paper/{batchId}"));
        Assert.Equal(403, await site.Browse(site.World.Official).StatusAsync($"/admin/rounds/{roundId}/paper/{batchId}/first/1"));
    }

    [Theory]
    [InlineData("fi")]
    [InlineData("sv")]
    [InlineData("en")]
    public async Task Every_page_has_its_texts(string language)
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var (anna, bertta, cecilia) = (await ClerkAsync(world, "anna"), await ClerkAsync(world, "bertta"), await ClerkAsync(world, "cecilia"));
        Task<T> Do<T>(Func<IPaperBallots, Task<T>> act) => world.Do(act);
        PaperEntry Choose(int number) => new([new(sheet.HeadingId, [number])]);
        var typed = (await Do(ballots => ballots.OpenBatchAsync(anna, roundId, new("Uurna 1", 2), default))).Value;
        var differing = (await Do(ballots => ballots.OpenBatchAsync(anna, roundId, new("Uurna 2", 1), default))).Value;
        var clean = (await Do(ballots => ballots.OpenBatchAsync(anna, roundId, new("Uurna 3", 1), default))).Value;
        await Do(ballots => ballots.TypeAsync(anna, typed, Typing.First, 1, PaperEntry.Of(InvalidReason.Unreadable), default));
        foreach (var (clerk, typing) in new[] { (anna, Typing.First), (bertta, Typing.Second) })
        {
            await Do(ballots => ballots.TypeAsync(clerk, differing, typing, 1, Choose((int)typing + 1), default));
            await Do(ballots => ballots.TypeAsync(clerk, clean, typing, 1, Choose(1), default));
        }
        var paper = $"/admin/rounds/{roundId}/paper";
        async Task CheckAsync(Actor actor, params string[] addresses)
        {
            foreach (var address in addresses)
            {
                var page = await site.Browse(actor, language).OpenAsync(address);
                Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
                Assert.Single(page.QuerySelectorAll("h1"));
                // A key that has no text shows itself.
                Assert.DoesNotMatch(Key(), page.DocumentElement.TextContent);
                Assert.DoesNotContain(page.QuerySelectorAll("button, label, legend, th, dt, h1, h2, h3"), part => Key().IsMatch(part.TextContent));
            }
        }
        string[] pages = [
            "/admin/paper", paper, $"{paper}/open", $"{paper}/{typed}", $"{paper}/{typed}/first/1", $"{paper}/{typed}/first/2", $"{paper}/{typed}/second/1",
            $"{paper}/{typed}/count", $"{paper}/{differing}", $"{paper}/{clean}", $"{paper}/{clean}/first/1",
        ];
        await CheckAsync(anna, pages);
        await CheckAsync(cecilia, $"{paper}/{differing}", $"{paper}/{differing}/differences/1");
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        await CheckAsync(world.Official, paper, $"{paper}/reconcile", $"{paper}/{clean}/reopen", $"/admin/rounds/{roundId}", "/admin/jobs");
        await Do(ballots => ballots.CorrectCountAsync(anna, typed, 1, "Laskuvirhe", default));
        await Do(ballots => ballots.TypeAsync(bertta, typed, Typing.Second, 1, PaperEntry.Of(InvalidReason.Unreadable), default));
        await Do(ballots => ballots.SettleAsync(cecilia, differing, 1, Choose(1), "Ykkönen", default));
        await CheckAsync(world.Official, paper, $"{paper}/reconcile");
    }

    private static async Task<Actor> ClerkAsync(World world, string name)
    {
        var clerk = await world.PersonAsync(name, world.TownId);
        await world.GrantAsync(clerk, Role.Clerk);
        return clerk;
    }

    [GeneratedRegex(@"\b[A-Z][a-zA-Z0-9]+\.[A-Za-z-]+\b")]
    private static partial Regex Key();
}
