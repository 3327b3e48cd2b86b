using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Electorate;

public sealed class DeskTests
{
    private const string Rows = "AA-000001,2000-01-02,town,fi,0\nB-2,1950-02-01,county,sv,1\n";

    private static async Task<(Site Site, long RoundId, Forms Clerk)> AtTheDeskAsync()
    {
        var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.RegisteredAsync(Rows);
        return (site, roundId, new Forms(site.Client(await site.World.ClerkAsync())));
    }

    private static async Task<IDocument> FindAsync(Forms clerk, long roundId, string identifier) =>
        await clerk.SendAsync(await clerk.OpenAsync($"/admin/rounds/{roundId}/desk"), "form[action$='handler=Find']", ("Input.Identifier", identifier));

    [Fact]
    public async Task A_clerk_gives_a_code_with_which_the_voter_votes_alone()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        Assert.True((await clerk.OpenAsync($"/admin/rounds/{roundId}")).Links($"/admin/rounds/{roundId}/desk"));
        var page = await FindAsync(clerk, roundId, "aa-000001");
        Assert.Contains("Ballothas not voted", page.Texts(".facts > div"));
        // What was searched for does not stay on the screen.
        Assert.DoesNotContain("aa-000001", page.DocumentElement.OuterHtml, StringComparison.OrdinalIgnoreCase);
        page = await clerk.PressAsync(page, "handler=Session");
        var code = page.Text(".receipt-code");

        var device = new Forms(site.Client());
        var ballot = await device.SendAsync(await device.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code));
        Assert.Equal($"/rounds/{roundId}/vote", ballot.Path());
        Assert.Contains("code from a clerk", ballot.Text());
        // It was good once.
        var other = new Forms(site.Client());
        Assert.Contains("not valid", (await other.SendAsync(await other.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code))).Text());
        // The voter sits at the ballot, and the clerk sees nothing of it.
        Assert.Contains("Ballothas not voted", (await FindAsync(clerk, roundId, "AA-000001")).Texts(".facts > div"));
    }

    [Fact]
    public async Task A_clerk_who_enters_a_code_of_their_own_making_sees_that_there_is_a_vote_and_nothing_of_it()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        var voter = new Forms(site.Client());
        var page = await voter.SendAsync(await voter.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", (await site.World.CodesAsync(roundId, Rows))[0]));
        page = await voter.SendAsync(page, ".ballot", (page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!, "1"));
        var receipt = (await voter.SendAsync(page, "form[action$='handler=Cast']")).Text(".receipt-code");
        Assert.NotEmpty(receipt);

        var code = (await clerk.PressAsync(await FindAsync(clerk, roundId, "AA-000001"), "handler=Session")).Text(".receipt-code");
        var device = new Forms(site.Client());
        page = await device.SendAsync(await device.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code));
        foreach (var address in new[] { "vote", "vote/receipt", "vote/withdraw", "vote/review" })
        {
            page = await device.OpenAsync($"/rounds/{roundId}/{address}");
            Assert.DoesNotContain(receipt, page.DocumentElement.OuterHtml);
            Assert.Empty(page.QuerySelectorAll("input[checked]"));
        }
        Assert.Contains("Your vote is stored", page.Text());
        page = await device.SendAsync(page, ".ballot", (page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!, "2"));
        Assert.Contains("Your change is not stored yet", page.Text());
        // Whoever is taken for the voter at the desk after that, ends it.
        await clerk.PressAsync(await FindAsync(clerk, roundId, "AA-000001"), "handler=Letter");
        site.World.Clock.Now += TimeSpan.FromMinutes(6);
        page = await device.SendAsync(page, "form[action$='handler=Cast']");
        Assert.Contains("not stored", page.Text(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ReceiptStatus.Stored, await site.World.BallotBox.CheckReceiptAsync(roundId, receipt, default));
    }

    [Fact]
    public async Task An_ended_session_casts_no_vote_whoever_is_signed_in_beside_it()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        Assert.True((await site.World.LinkAsync(site.World.Resident, roundId, (await site.World.CodesAsync(roundId, Rows))[1])).Granted);
        var code = (await clerk.PressAsync(await FindAsync(clerk, roundId, "AA-000001"), "handler=Session")).Text(".receipt-code");
        var device = new Forms(site.Client(site.World.Resident));
        var page = await device.SendAsync(await device.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code), ("Input.Link", "false"));
        Assert.Contains("code from a clerk", page.Text());
        var review = await device.SendAsync(page, ".ballot", (page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!, "1"));

        await clerk.PressAsync(await FindAsync(clerk, roundId, "AA-000001"), "handler=Letter");
        site.World.Clock.Now += TimeSpan.FromMinutes(6);
        // What was chosen in the session is neither its voter's vote nor that of who is signed in.
        page = await device.SendAsync(review, "form[action$='handler=Cast']");
        Assert.Contains("not stored", page.Text(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await site.World.Sql(context => context.Ballots.CountAsync()));
        page = await device.OpenAsync($"/rounds/{roundId}/vote");
        Assert.DoesNotContain("code from a clerk", page.Text());
        page = await device.SendAsync(page, ".ballot", (page.QuerySelector<IHtmlInputElement>(".ballot input[type=checkbox]")!.Name!, "1"));
        Assert.NotEmpty((await device.SendAsync(page, "form[action$='handler=Cast']")).Text(".receipt-code"));
        Assert.Contains("Ballothas not voted", (await FindAsync(clerk, roundId, "AA-000001")).Texts(".facts > div"));
        Assert.DoesNotContain("Ballothas not voted", (await FindAsync(clerk, roundId, "B-2")).Texts(".facts > div"));
    }

    [Fact]
    public async Task A_paper_ballot_locks_out_the_letter_code_with_a_clear_page()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        var code = (await site.World.CodesAsync(roundId, Rows))[0];
        var voter = new Forms(site.Client());
        var page = await clerk.PressAsync(await FindAsync(clerk, roundId, "AA-000001"), "handler=Paper");
        Assert.Contains("marked as handed out", page.Text());
        var ballot = await voter.SendAsync(await voter.OpenAsync($"/rounds/{roundId}/code"), ".form", ("Input.Code", code));
        Assert.Contains("You were given a paper ballot", ballot.Text());
        Assert.Null(ballot.QuerySelector(".ballot"));
        page = await clerk.PressAsync(page, "handler=TakeBack");
        Assert.Contains("Ballothas not voted", page.Texts(".facts > div"));
        Assert.NotNull((await voter.OpenAsync($"/rounds/{roundId}/vote")).QuerySelector(".ballot"));
    }

    [Fact]
    public async Task A_new_letter_code_is_shown_once_and_the_old_one_is_dead()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        var old = (await site.World.CodesAsync(roundId, Rows))[1];
        var page = await FindAsync(clerk, roundId, "B-2");
        Assert.Contains("Regionnot shown (protection order)", page.Texts(".facts > div"));
        page = await clerk.PressAsync(page, "handler=Letter");
        var renewed = page.Text(".receipt-code");
        Assert.DoesNotContain(renewed, (await FindAsync(clerk, roundId, "B-2")).Text());
        Assert.True((await site.World.RedeemAsync(roundId, old)).RefusedFor("Electorate.CodeUnknown"));
        Assert.True((await site.World.RedeemAsync(roundId, renewed)).Granted);
    }

    [Fact]
    public async Task The_desk_is_for_clerks()
    {
        var (site, roundId, clerk) = await AtTheDeskAsync();
        await using var _ = site;
        Assert.Contains("Nobody in the register", (await FindAsync(clerk, roundId, "Z-9")).Text("#Input_Identifier-error"));
        foreach (var other in new[] { site.World.Resident, site.World.Official })
            Assert.Equal(HttpStatusCode.Forbidden, (await site.Client(other).GetAsync($"/admin/rounds/{roundId}/desk")).StatusCode);
        Assert.Equal("/sign-in", (await site.Browse(Actor.Visitor).OpenAsync($"/admin/rounds/{roundId}/desk")).Path());
    }
}
