using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Tests.Proposals;

public sealed class ProposalTests
{
    private const string Words = "Keinut ja pöytä <script>alert(1)</script> lasten leikkipuistoon.";

    private static async Task<(Site Site, long RoundId, long HeadingId)> ProposingAsync()
    {
        var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var headingId = await site.World.HeadingAsync(roundId, Money.FromEuros(100));
        await site.World.HeadingAsync(roundId, Money.FromEuros(100));
        site.World.TravelTo(Phase.Proposing);
        return (site, roundId, headingId);
    }

    private static (string, string)[] Filled(long headingId, string title = "Keinut puistoon", string text = Words) =>
        [("Input.HeadingId", $"{headingId}"), ("Input.Title", title), ("Input.Text", text), ("Input.Place", "Puistotie")];

    [Fact]
    public async Task A_proposal_is_written_checked_and_submitted()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var (author, other) = (site.Browse(site.World.Resident), site.Browse());
        var preview = await author.SendAsync(await author.OpenAsync($"/rounds/{roundId}/proposals/new"), Filled(headingId));
        var address = preview.Path().Replace("/preview", "");
        Assert.EndsWith("/preview", preview.Path());
        Assert.Contains("Not submitted yet", preview.Text());
        Assert.Contains(Words, preview.Text(".preview"));
        Assert.Null(preview.QuerySelector("main script"));
        Assert.Equal(404, await other.StatusAsync(address));
        Assert.Contains("Not submitted yet", (await author.OpenAsync("/my/proposals")).Text(".card--unsent"));

        var submitted = await author.SendAsync(preview);
        Assert.Equal(address, submitted.Path());
        Assert.Contains("has been submitted", submitted.Text(".notice[role=status]"));
        Assert.Equal("Keinut puistoon", (await other.OpenAsync(address)).Text("h1"));
        Assert.Null((await author.OpenAsync("/my/proposals")).QuerySelector(".card--unsent"));
    }

    [Fact]
    public async Task A_form_sent_twice_stores_one_proposal_and_loses_no_words()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var author = site.Browse(site.World.Resident);
        var form = await author.OpenAsync($"/rounds/{roundId}/proposals/new");
        var first = await author.SendAsync(form, Filled(headingId));
        var second = await author.SendAsync(form, Filled(headingId));
        var third = await author.SendAsync(form, Filled(headingId, "Keinut ja kiikku puistoon"));
        Assert.Equal(first.Path(), second.Path());
        Assert.Equal(first.Path(), third.Path());
        Assert.Equal("Keinut ja kiikku puistoon", third.Text(".preview h2"));
        Assert.Single(await site.World.Do<IProposals, IReadOnlyList<ProposalView>>(proposals => proposals.OwnAsync(site.World.Resident, default)));
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_and_what_was_typed_stays()
    {
        var (site, roundId, _) = await ProposingAsync();
        await using var disposed = site;
        var author = site.Browse(site.World.Resident);
        var page = await author.SendAsync(
            await author.OpenAsync($"/rounds/{roundId}/proposals/new"), ("Input.HeadingId", ""), ("Input.Title", "Lyh"), ("Input.Text", "Liian lyhyt."));
        Assert.Equal(["#Input_HeadingId", "#Input_Title", "#Input_Text"], page.QuerySelectorAll(".error-summary a").Select(link => link.GetAttribute("href")));
        Assert.Equal("Lyh", page.QuerySelector("#Input_Title")!.GetAttribute("value"));
        Assert.Equal("true", page.QuerySelector("#Input_Text")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Words_typed_before_the_phase_ended_are_not_lost_to_their_author()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var author = site.Browse(site.World.Resident);
        var form = await author.OpenAsync($"/rounds/{roundId}/proposals/new");
        site.World.TravelTo(Phase.Evaluating);
        var page = await author.SendAsync(form, Filled(headingId));
        Assert.NotNull(page.QuerySelector(".error-summary"));
        Assert.Equal(Words, page.Text("#Input_Text"));
        Assert.Null((await author.OpenAsync($"/rounds/{roundId}/proposals/new")).QuerySelector("main form"));
    }

    [Fact]
    public async Task Only_its_author_changes_a_proposal_and_only_while_it_may_be()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var address = $"/proposals/{await site.World.ProposalAsync(roundId, headingId, "Keinut puistoon")}";
        var (author, stranger) = (site.Browse(site.World.Resident), site.Browse(site.World.Official));
        foreach (var act in new[] { "/edit", "/withdraw", "/preview" })
            Assert.Equal(404, await stranger.StatusAsync(address + act));
        Assert.False((await stranger.OpenAsync(address)).Links(address + "/edit"));

        var edited = await author.SendAsync(await author.OpenAsync(address + "/edit"), ("Input.Title", "Uudet keinut puistoon"));
        Assert.Equal((address, "Uudet keinut puistoon"), (edited.Path(), edited.Text("h1")));

        var stale = await author.OpenAsync(address + "/withdraw");
        site.World.TravelTo(Phase.Evaluating);
        Assert.NotNull((await author.SendAsync(stale)).QuerySelector(".error-summary"));
        Assert.Equal(address, (await author.OpenAsync(address + "/edit")).Path());
        Assert.False((await author.OpenAsync(address)).Links(address + "/edit"));
    }

    [Fact]
    public async Task A_withdrawn_proposal_is_gone_for_everybody_else()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var address = $"/proposals/{await site.World.ProposalAsync(roundId, headingId, "Keinut puistoon")}";
        var author = site.Browse(site.World.Resident);
        var page = await author.SendAsync(await author.OpenAsync(address + "/withdraw"));
        Assert.Equal("/my/proposals", page.Path());
        Assert.Contains("Withdrawn", page.Text(".card"));
        Assert.Equal(404, await site.Browse().StatusAsync(address));
        Assert.Contains("You have withdrawn", (await author.OpenAsync(address)).Text());
    }

    [Fact]
    public async Task The_answer_is_public_with_its_reason()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        var proposalId = await site.World.ProposalAsync(roundId, headingId, "Keinut puistoon");
        Assert.Contains("No answer yet", (await site.Browse().OpenAsync($"/proposals/{proposalId}")).Text());
        await site.World.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(site.World.Official, proposalId, new(false, null, "Puisto on <suojeltu>."), default));
        var page = await site.Browse().OpenAsync($"/proposals/{proposalId}");
        Assert.Contains("Cannot be carried out", page.Text());
        Assert.Contains("Puisto on <suojeltu>.", page.Text());
    }

    [Fact]
    public async Task The_list_is_searched_filtered_and_paged_whatever_the_address_says()
    {
        var (site, roundId, headingId) = await ProposingAsync();
        await using var disposed = site;
        for (var i = 1; i <= 21; i++)
            await site.World.ProposalAsync(roundId, headingId, $"Ehdotus {i:00}", i == 21 ? Money.FromEuros(5) : null);
        async Task<IReadOnlyList<string>> FoundAsync(string query) =>
            (await site.Browse().OpenAsync($"/rounds/{roundId}/proposals{query}")).Texts(".card h3");
        Assert.Equal(20, (await FoundAsync("")).Count);
        Assert.Equal(["Ehdotus 21"], await FoundAsync("?PageNumber=2"));
        Assert.Equal(["Ehdotus 21"], await FoundAsync("?PageNumber=900"));
        Assert.Equal(["Ehdotus 21"], await FoundAsync("?Status=Feasible"));
        Assert.Equal(["Ehdotus 07"], await FoundAsync("?Words=07%20EHDOTUS"));
        foreach (var query in new[] { "?PageNumber=-1", "?PageNumber=99999999999999999999", "?PageNumber=x", "?Status=Draft", "?Language=de", "?Heading=x", "?Heading=" })
            Assert.Equal(20, (await FoundAsync(query)).Count);
        Assert.Empty(await FoundAsync("?Heading=999"));
        Assert.Contains("No proposal matches", (await site.Browse().OpenAsync($"/rounds/{roundId}/proposals?Words=%25")).Text());
    }

    [Theory]
    [InlineData("/rounds/1/proposals/new")]
    [InlineData("/my/proposals")]
    [InlineData("/proposals/1/preview")]
    [InlineData("/proposals/1/edit")]
    [InlineData("/proposals/1/withdraw")]
    public async Task A_visitor_is_asked_to_sign_in(string address)
    {
        await using var site = await Site.CreateAsync();
        Assert.Equal("/sign-in", (await site.Browse().OpenAsync(address)).Path());
    }
}
