namespace Budgeting.Tally.Tests;

/// <summary>What explanations claim, checked against the plain definitions; and outcomes that are not what they should be.</summary>
public sealed class ExplanationTests
{
    private static readonly TieBreak Ties = new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.ProjectId]);

    [Theory]
    [InlineData(Satisfaction.Cost)]
    [InlineData(Satisfaction.Cardinality)]
    public void What_would_have_made_a_project_win_is_the_least_that_would(Satisfaction satisfaction) =>
        NaiveElections.Hold(NaiveElections.OfTypes(VoteType.Approval), election =>
        {
            EqualSharesRule rule = new(satisfaction);
            TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
            Explanation explanation = Explanation.Of(election.Instance, election.Profile, rule, result);
            for (int p = 0; p < election.Ids.Length; p++)
            {
                ProjectExplanation project = explanation.Projects[p];
                if (project.FurtherVoters is long voters
                    && !(Wins(With(election, p, (int)voters), p) && Enumerable.Range(1, (int)voters - 1).All(fewer => !Wins(With(election, p, fewer), p))))
                {
                    return false;
                }

                if (project.HighestCost is Rational cost
                    && !(Wins(At(election, p, cost), p) && !Wins(At(election, p, cost + 1), p) && cost < election.Costs[p]) && election.Costs[p].IsInteger)
                {
                    return election.Costs.Any(c => !c.IsInteger);
                }
            }

            return true;

            bool Wins(NaiveElection changed, int p) => changed.EqualShares(result.PerVoter!.Value, satisfaction).Taken.Contains(p);
        }, 300);

    [Fact]
    public void Greedy_says_how_many_votes_were_missing() => NaiveElections.Hold(NaiveElections.OfTypes(VoteType.Approval), election =>
    {
        TallyResult result = new GreedyRule().Tally(election.Instance, election.Profile, Ties);
        Explanation explanation = Explanation.Of(election.Instance, election.Profile, new GreedyRule(), result);
        return Enumerable.Range(0, election.Ids.Length).All(p => explanation.Projects[p].FurtherVoters is not long voters
            || (With(election, p, (int)voters).Greedy(Satisfaction.Cost).Contains(p)
                && Enumerable.Range(1, (int)voters - 1).All(fewer => !With(election, p, fewer).Greedy(Satisfaction.Cost).Contains(p))));
    }, 300);

    [Fact]
    public void Right_outcomes_are_verified_and_wrong_ones_refuted() => NaiveElections.Hold(
        NaiveElections.OfTypes(VoteType.Approval, VoteType.Ordinal, VoteType.Cumulative), election =>
    {
        Satisfaction satisfaction = election.Type switch { VoteType.Ordinal => Satisfaction.Borda, VoteType.Cumulative => Satisfaction.Points, _ => Satisfaction.Cost };
        EqualSharesRule rule = new(satisfaction, election.Type) { Increase = new() };
        TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
        bool? Proven(TallyResult outcome) => Verification.Check(election.Instance, election.Profile, rule, outcome).First(f => f.Property == OutcomeProperty.Payments).Holds;
        bool refuted = result.Purchases.All(purchase => purchase.Price.IsZero
            || (Proven(result with { Purchases = [.. result.Purchases.Where(p => p != purchase)] }) == false
                && Proven(result with { Purchases = [.. result.Purchases.Select(p => p == purchase ? p with { Price = p.Price * new Rational(99, 100) } : p)] }) == false));
        return Proven(result) == true && refuted;
    }, 300);

    [Fact]
    public void Equal_shares_represent_justly_up_to_one_project() => NaiveElections.Hold(NaiveElections.OfTypes(VoteType.Approval), election =>
        new[] { Satisfaction.Cost, Satisfaction.Cardinality }.All(satisfaction =>
        {
            EqualSharesRule rule = new(satisfaction);
            TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
            return Verification.Check(election.Instance, election.Profile, rule, result)
                .First(f => f.Property == OutcomeProperty.JustifiedRepresentation).Holds == true;
        }), 500);

    [Fact]
    public void Every_reason_has_its_sentence_in_every_language()
    {
        foreach (OutcomeReason reason in Enum.GetValues<OutcomeReason>())
        {
            ProjectExplanation explanation = new(new ProjectOutcome("1", new Rational(2500, 2), 3, 1, 100, reason, []))
            {
                SupportersMoney = new Rational(100, 3),
                FurtherVoters = 1200,
                FurtherChoices = 7,
                HighestCost = 99,
            };
            string[] sentences = [.. ExplanationText.Languages.Select(language => ExplanationText.Of(explanation, language))];
            Assert.Equal(3, sentences.Distinct().Count());
            Assert.All(sentences, sentence => Assert.EndsWith(".", sentence));
            Assert.DoesNotContain(sentences, sentence => sentence.Contains('{'));
        }
    }

    private static NaiveElection With(NaiveElection election, int project, int voters) =>
        election with { Ballots = [.. election.Ballots, .. Enumerable.Repeat((new[] { project }, new[] { 1 }), voters)] };

    private static NaiveElection At(NaiveElection election, int project, Rational cost) =>
        election with { Costs = [.. election.Costs.Select((c, p) => p == project ? cost : c)] };
}
