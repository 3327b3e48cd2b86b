using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Rounds;

namespace Budgeting.Core.Tests.PlainLanguage;

public sealed class PlainSummaryTests
{
    private static readonly LocalizedText Easy = new("Puistoon tulee penkki. Penkillä voi istua.", "Parken får en bänk.", null);

    private static async Task<(World World, long RoundId, long ProposalId)> ProposingAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        return (world, roundId, await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50)));
    }

    private static Task<PlainSummaries> ReadAsync(World world, long roundId) => world.Do<IPlainSummaries, PlainSummaries>(summaries => summaries.OfRoundAsync(roundId, default));

    private static Task<Outcome<Done>> RoundAsync(World world, long roundId, LocalizedText text, Actor? actor = null) =>
        world.Do<IPlainSummaries, Outcome<Done>>(summaries => summaries.WriteRoundAsync(actor ?? world.Official, roundId, text, default));

    private static Task<Outcome<Done>> ProposalAsync(World world, long proposalId, LocalizedText text, Actor? actor = null) =>
        world.Do<IPlainSummaries, Outcome<Done>>(summaries => summaries.WriteProposalAsync(actor ?? world.Official, proposalId, text, default));

    [Theory, EachDatabase]
    public async Task Officials_write_change_and_take_away_summaries_until_voting_opens(DatabaseKind kind)
    {
        var (world, roundId, proposalId) = await ProposingAsync(kind);
        await using var _ = world;
        Assert.True((await RoundAsync(world, roundId, new("Asukkaat päättävät rahasta."))).Granted);
        Assert.True((await RoundAsync(world, roundId, Easy)).Granted);
        Assert.True((await ProposalAsync(world, proposalId, Easy)).Granted);
        var read = await ReadAsync(world, roundId);
        Assert.Equal((Easy, Easy), (read.Round, read.Of(proposalId)));
        Assert.True((await RoundAsync(world, roundId, new(""))).Granted);
        Assert.Null((await ReadAsync(world, roundId)).Round);
        world.TravelTo(Phase.Voting);
        Assert.True((await RoundAsync(world, roundId, Easy)).RefusedFor("Plain.Frozen"));
        Assert.True((await ProposalAsync(world, proposalId, new(""))).RefusedFor("Plain.Frozen"));
        Assert.Equal(Easy, (await ReadAsync(world, roundId)).Of(proposalId));
    }

    [Theory, EachDatabase]
    public async Task What_is_too_short_too_long_or_not_in_Finnish_is_refused_and_so_is_anybody_else(DatabaseKind kind)
    {
        var (world, roundId, proposalId) = await ProposingAsync(kind);
        await using var _ = world;
        foreach (var wrong in new LocalizedText[] { new("Lyhyt"), new(new string('x', 1_001)), new("", "Bara på svenska här."), new("Tämä on kyllä selkokieltä.", "kort") })
            Assert.True((await RoundAsync(world, roundId, wrong)).RefusedFor("Plain.Text"));
        Assert.True((await RoundAsync(world, roundId, Easy, world.Resident)).RefusedFor("Forbidden"));
        Assert.True((await ProposalAsync(world, proposalId, Easy, world.Resident)).RefusedFor("Forbidden"));
        Assert.True((await ProposalAsync(world, proposalId + 100, Easy)).RefusedFor("NotFound"));
        Assert.Equal((null, 0), ((await ReadAsync(world, roundId)).Round, (await ReadAsync(world, roundId)).Proposals.Count));
    }
}
