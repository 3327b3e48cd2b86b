using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;

namespace Budgeting.Core.Tests.Proposals;

public sealed class ProposalTests
{
    private static readonly string Text = "Tämä on ehdotus, jossa on tarpeeksi tekstiä.";

    private static async Task<(World World, long RoundId, ProposalInput Input)> ProposingAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        return (world, roundId, new(headingId, "fi", "Lisää penkkejä", Text, "Kauppatori"));
    }

    [Theory, EachDatabase]
    public async Task A_form_sent_twice_writes_one_draft(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        var writing = Guid.NewGuid();
        var written = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(world.Resident, roundId, input, writing, default))));
        Assert.Single(written.Select(outcome => outcome.Value).Distinct());
        Assert.Single(await world.Do<IProposals, IReadOnlyList<ProposalView>>(proposals => proposals.OwnAsync(world.Resident, default)));
    }

    [Theory, EachDatabase]
    public async Task A_draft_is_its_authors_alone_and_public_once_submitted(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        var id = (await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(world.Resident, roundId, input, Guid.NewGuid(), default))).Value;
        Task<ProposalView?> Find(Actor actor) => world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(actor, id, default));
        Assert.Null(await Find(Actor.Visitor));
        Assert.Null(await Find(world.Official));
        Assert.Equal(ProposalStatus.Draft, (await Find(world.Resident))!.Status);
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(world.Official, id, default))).RefusedFor("NotFound"));
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(world.Resident, id, default))).Granted);
        var seen = (await Find(Actor.Visitor))!;
        Assert.Equal((ProposalStatus.Submitted, false, "resident"), (seen.Status, seen.Own, seen.AuthorName));
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.WithdrawAsync(world.Resident, id, default))).Granted);
        Assert.Null(await Find(Actor.Visitor));
    }

    [Theory, EachDatabase]
    public async Task Proposals_are_written_only_while_the_round_is_in_proposing(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        Task<Outcome<long>> Write(Actor actor) => world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(actor, roundId, input, Guid.NewGuid(), default));
        var id = (await Write(world.Resident)).Value;
        Assert.True((await Write(Actor.Visitor)).RefusedFor("SignIn.Needed"));
        world.TravelTo(Phase.Evaluating);
        Assert.True((await Write(world.Resident)).RefusedFor("Proposal.NotOpen"));
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(world.Resident, id, default))).RefusedFor("Proposal.NotOpen"));
    }

    [Theory]
    [InlineData("Title", "Proposal.Title", "Äh")]
    [InlineData("Title", "Proposal.Title", "Rivi\nvaihtuu otsikossa")]
    [InlineData("Title", "Proposal.Title", "Kääntyvä \u202e teksti")]
    [InlineData("Text", "Proposal.Text", "Lyhyt")]
    [InlineData("Language", "Proposal.Language", "xx")]
    public async Task What_is_wrong_with_a_proposal_is_said_beside_its_field(string field, string key, string value)
    {
        var (world, roundId, input) = await ProposingAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        var bad = field switch { "Title" => input with { Title = value }, "Text" => input with { Text = value }, _ => input with { Language = value } };
        var outcome = await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(world.Resident, roundId, bad, Guid.NewGuid(), default));
        var refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((key, field), (refusal.Key, refusal.Field));
        Assert.Empty(await world.Do<IProposals, IReadOnlyList<ProposalView>>(proposals => proposals.OwnAsync(world.Resident, default)));
    }

    [Theory, EachDatabase]
    public async Task A_search_finds_every_word_whatever_its_case_and_the_filters_narrow_it(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        await world.ProposalAsync(roundId, input.HeadingId, "ÄÄNEKÄS Lintutorni", Money.FromEuros(5));
        await world.ProposalAsync(roundId, input.HeadingId, "Hiljainen lintutorni 100%");
        var refused = await world.ProposalAsync(roundId, input.HeadingId, "Lentokenttä torille");
        await world.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(world.Official, refused, new(false, null, "Tori on pieni"), default));
        async Task<string[]> Search(ProposalFilter filter) =>
            [.. (await world.Do<IProposals, ProposalList>(proposals => proposals.SearchAsync(filter, default))).Proposals.Select(proposal => proposal.Title.Split(' ')[0])];
        Assert.Equal(["ÄÄNEKÄS", "Hiljainen", "Lentokenttä"], await Search(new(roundId)));
        Assert.Equal(["ÄÄNEKÄS"], await Search(new(roundId, "lintu äänekäs")));
        Assert.Equal(["Hiljainen"], await Search(new(roundId, "100%")));
        Assert.Empty(await Search(new(roundId, "100_")));
        Assert.Equal(["Hiljainen"], await Search(new(roundId, Status: ProposalStatus.Submitted)));
        Assert.Equal(["ÄÄNEKÄS"], await Search(new(roundId, Status: ProposalStatus.Feasible)));
        Assert.Equal(["Lentokenttä"], await Search(new(roundId, Status: ProposalStatus.NotFeasible)));
        Assert.Equal(["Lentokenttä"], await Search(new(roundId, Page: 2, PageSize: 2)));
        Assert.Empty(await Search(new(roundId, Language: "sv")));
    }

    [Theory, EachDatabase]
    public async Task An_answer_is_to_the_words_that_were_read(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        var id = await world.ProposalAsync(roundId, input.HeadingId, "Lisää penkkejä");
        var read = (await world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(world.Official, id, default)))!.Revision;
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.ChangeAsync(world.Resident, id, input with { Title = "Aivan toinen asia" }, default))).Granted);
        Task<Outcome<Done>> Answer(int revision) => world.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(world.Official, id, new(true, Money.FromEuros(5), null, revision), default));
        Assert.True((await Answer(read)).RefusedFor("Evaluation.ProposalChanged"));
        Assert.True((await Answer(read + 1)).Granted);
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.ChangeAsync(world.Resident, id, input, default))).RefusedFor("Proposal.Answered"));
    }

    [Theory, EachDatabase]
    public async Task An_answer_needs_a_cost_or_a_reason(DatabaseKind kind)
    {
        var (world, roundId, input) = await ProposingAsync(kind);
        await using var _ = world;
        var id = await world.ProposalAsync(roundId, input.HeadingId, "Lisää penkkejä");
        Task<Outcome<Done>> Answer(bool feasible, Money? cost, string? reason, Actor? actor = null) => world.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(actor ?? world.Official, id, new(feasible, cost, reason), default));
        Assert.True((await Answer(true, null, "Sopii")).RefusedFor("Evaluation.CostNeeded"));
        Assert.True((await Answer(true, Money.Zero, null)).RefusedFor("Evaluation.CostNotPositive"));
        Assert.True((await Answer(true, new(long.MaxValue), null)).RefusedFor("Money.TooLarge"));
        Assert.True((await Answer(false, null, "  ")).RefusedFor("Evaluation.ReasonNeeded"));
        Assert.True((await Answer(true, Money.FromEuros(5), null, world.Resident)).RefusedFor("Forbidden"));
        Assert.True((await Answer(false, null, "Ei ole kunnan maata")).Granted);
        Assert.True((await Answer(true, Money.FromEuros(5), null)).Granted);
        var view = (await world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(Actor.Visitor, id, default)))!;
        Assert.Equal((ProposalStatus.Feasible, Money.FromEuros(5)), (view.Status, view.Evaluation!.Cost!.Value));
    }
}
