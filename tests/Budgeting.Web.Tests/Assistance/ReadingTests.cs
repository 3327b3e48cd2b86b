using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Web.Tests.Electorate;

namespace Budgeting.Web.Tests.Assistance;

public sealed class ReadingTests
{
    [Fact]
    public async Task Whoever_chooses_plain_language_reads_it_on_every_page_until_they_choose_otherwise()
    {
        await using var site = await Site.CreateAsync();
        var world = site.World;
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        var proposalId = await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50));
        var official = new Forms(site.Client(world.Official));
        Assert.True((await official.OpenAsync($"/admin/rounds/{roundId}")).Links($"/admin/rounds/{roundId}/plain"));
        var page = await official.SendAsync(await official.OpenAsync($"/admin/rounds/{roundId}/plain"), ".form", ("Input.Text.Fi", "Lyhyt"));
        Assert.Contains("10 to 1", page.Text("#Input_Text_Fi-error"));
        page = await official.SendAsync(page, ".form", ("Input.Text.Fi", "Nyt äänestetään puistosta."), ("Input.Text.En", "We vote on the park."));
        Assert.Contains("is saved", page.Text());
        page = await official.SendAsync(await official.OpenAsync($"/admin/proposals/{proposalId}/plain"), ".form", ("Input.Text.Fi", "Puistoon tulee penkki."), ("Input.Text.En", "The park gets a bench."));
        Assert.Contains("written", page.Text(".plain-list"));
        world.TravelTo(Phase.Voting);

        var voter = new Forms(site.Client(world.Resident));
        page = await voter.OpenAsync($"/rounds/{roundId}");
        Assert.Equal("reading-normal", page.DocumentElement.ClassName);
        Assert.DoesNotContain("We vote on the park", page.Text());
        page = await voter.OpenAsync(page.QuerySelectorAll(".languages a").Single(link => link.TextContent == "Plain language").GetAttribute("href")!);
        Assert.Equal($"/rounds/{roundId}", page.Path());
        Assert.Equal("reading-plain", page.DocumentElement.ClassName);
        // Before anything else.
        Assert.StartsWith("Round We vote on the park.", page.Text(), StringComparison.Ordinal);
        Assert.Contains("Vote here", page.Text(".now"));
        Assert.Contains("The park gets a bench", (await voter.OpenAsync($"/proposals/{proposalId}")).Text(".plain-summary"));
        page = await voter.OpenAsync($"/rounds/{roundId}/vote");
        Assert.Contains("Choose the projects you like", page.Text());
        Assert.Equal("The park gets a bench.", page.Text(".ballot__plain"));
        // What the page of the ballot says when something is wrong is plain as well.
        page = await voter.SendAsync(page, ".ballot");
        Assert.Contains("Choose at least one project. This vote was not stored. If you voted before, that vote is safe.", page.Text());
        Assert.Contains("Voting is easy", (await voter.OpenAsync("/help/voting")).Text());

        page = await voter.OpenAsync($"/reading/large?returnUrl=%2Frounds%2F{roundId}%2Fvote");
        Assert.Equal("reading-large", page.DocumentElement.ClassName);
        Assert.DoesNotContain("Choose the projects you like", page.Text());
        page = await voter.OpenAsync($"/reading/normal?returnUrl=%2Frounds%2F{roundId}");
        Assert.Equal("reading-normal", page.DocumentElement.ClassName);
        Assert.Equal(404, await site.Browse().StatusAsync("/reading/tiny"));
    }

    [Fact]
    public async Task A_text_that_falls_back_to_another_language_says_which_it_is()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        site.World.TravelTo(Phase.Proposing);
        await site.World.Do<IPlainSummaries, Outcome<Done>>(plain => plain.WriteRoundAsync(site.World.Official, roundId, new("Nyt äänestetään puistosta."), default));
        site.World.TravelTo(Phase.Voting);
        var official = new Forms(site.Client(site.World.Official));
        // The region's name and the summary have no English text.
        Assert.Equal("fi", (await official.OpenAsync("/admin/roles/county")).QuerySelector(".lead > span")!.GetAttribute("lang"));
        var page = await official.OpenAsync($"/admin/rounds/{roundId}/plain");
        Assert.Equal("Round", page.Text(".lead"));
        Assert.Equal("Nyt äänestetään puistosta.", page.Text("main p > span[lang=fi]"));
    }

    [Theory]
    [InlineData("fi", "Valitse hankkeet, joista pidät")]
    [InlineData("sv", "Välj de projekt som du tycker om")]
    public async Task Plain_language_stands_in_every_language(string language, string text)
    {
        await using var site = await Site.CreateAsync();
        var (roundId, _) = await site.World.VotingAsync(costs: [10]);
        var voter = new Forms(site.Client(site.World.Resident, language));
        Assert.Contains(text, (await voter.OpenAsync($"/reading/plain?returnUrl=%2Frounds%2F{roundId}%2Fvote")).Text());
    }
}
