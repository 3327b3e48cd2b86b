using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Tally.Tests;

/// <summary>Every rule against its definition taken word for word, and what must hold whatever the election.</summary>
public sealed class RuleProperties
{
    private static readonly TieBreak Ties = new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.ProjectId]);

    private static readonly VoteType[] AllTypes = [VoteType.Approval, VoteType.ChooseOne, VoteType.Ordinal, VoteType.Cumulative, VoteType.Scoring];

    public static TheoryData<Satisfaction> AllSatisfactions => [.. Enum.GetValues<Satisfaction>()];

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Greedy_is_its_definition(Satisfaction satisfaction) => NaiveElections.Hold(Elections(satisfaction), election =>
        new[] { (GreedyOrder.PerCost, false), (GreedyOrder.PerCost, true), (GreedyOrder.Total, false) }.All(variant =>
            Same(election, new GreedyRule(satisfaction, election.Type) { Order = variant.Item1, StopsAtFirstMisfit = variant.Item2 },
                election.Greedy(satisfaction, variant.Item1 == GreedyOrder.PerCost, variant.Item2))));

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Equal_shares_are_their_definition(Satisfaction satisfaction) => NaiveElections.Hold(Elections(satisfaction), election =>
    {
        (List<int> taken, List<Rational> prices) = election.EqualShares(election.Budget / election.Ballots.Length, satisfaction);
        TallyResult result = Count(election, new EqualSharesRule(satisfaction, election.Type));
        return Winners(election, taken).SequenceEqual(result.Winners) && prices.SequenceEqual(result.Purchases.Select(p => p.Price));
    });

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Increases_are_the_full_scan(Satisfaction satisfaction) => NaiveElections.Hold(Elections(satisfaction), election =>
        new BudgetIncrease[] { new(), new() { StopsWhenExhausted = false }, new() { StartsWhole = true }, new() { StopsWhenExhausted = false, Step = new(1, 4) } }
            .All(increase =>
            {
                (List<int> taken, List<Rational> prices, Rational perVoter) = election.Increased(satisfaction, increase);
                TallyResult result = Count(election, new EqualSharesRule(satisfaction, election.Type) { Increase = increase });
                return Winners(election, taken).SequenceEqual(result.Winners) && prices.SequenceEqual(result.Purchases.Select(p => p.Price))
                    && result.PerVoter == perVoter;
            }), 300);

    [Theory]
    [InlineData(Satisfaction.Cost)]
    [InlineData(Satisfaction.Cardinality)]
    public void Increases_that_are_left_out_would_have_changed_nothing(Satisfaction satisfaction) => NaiveElections.Hold(Elections(satisfaction), election =>
        new[] { true, false }.All(stops =>
        {
            BudgetIncrease increase = new() { StopsWhenExhausted = stops, Step = new(1, 37) };
            (List<int> taken, List<Rational> prices, Rational perVoter) = election.Increased(satisfaction, increase);
            TallyResult result = Count(election, new EqualSharesRule(satisfaction, election.Type) { Increase = increase });
            return Winners(election, taken).SequenceEqual(result.Winners) && prices.SequenceEqual(result.Purchases.Select(p => p.Price))
                && result.PerVoter == perVoter;
        }), 60);

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Completions_are_greedy_over_the_rest(Satisfaction satisfaction) => NaiveElections.Hold(Elections(satisfaction), election =>
    {
        List<int> taken = election.Increased(satisfaction, new()).Taken;
        EqualSharesRule rule = new(satisfaction, election.Type) { Increase = new() };
        return Same(election, rule with { Completion = Completion.GreedyBySupporters }, election.Greedy(Satisfaction.Cost, already: taken, ties: satisfaction))
            && Same(election, rule with { Completion = Completion.GreedyBySatisfaction }, election.Greedy(satisfaction, already: taken));
    }, 300);

    [Fact]
    public void Phragmen_is_its_definition() => NaiveElections.Hold(NaiveElections.OfTypes(VoteType.Approval, VoteType.ChooseOne), election =>
        Same(election, new PhragmenRule(election.Type), election.Phragmen()));

    [Theory]
    [InlineData(ComparisonMeasure.Count)]
    [InlineData(ComparisonMeasure.Cost)]
    public void The_comparison_takes_greedy_only_when_strictly_more_prefer_it(ComparisonMeasure measure) => NaiveElections.Hold(Elections(Satisfaction.Cost), election =>
    {
        List<int> shares = election.EqualShares(election.Budget / election.Ballots.Length, Satisfaction.Cost).Taken;
        List<int> greedy = election.Greedy(Satisfaction.Cost);
        Rational Gain(int[] ballot, List<int> outcome) => ballot.Distinct().Where(outcome.Contains)
            .Aggregate(Rational.Zero, (sum, p) => sum + (measure == ComparisonMeasure.Cost ? election.Costs[p] : 1));
        int forShares = election.Ballots.Count(b => Gain(b.Projects, shares) > Gain(b.Projects, greedy));
        int forGreedy = election.Ballots.Count(b => Gain(b.Projects, shares) < Gain(b.Projects, greedy));
        TallyResult result = Count(election, new EqualSharesRule { Comparison = measure });
        return Winners(election, forGreedy > forShares ? greedy : shares).SequenceEqual(result.Winners)
            && result.Comparison == new ComparisonResult(forShares, forGreedy, forGreedy > forShares);
    });

    [Fact]
    public void The_order_of_ballots_and_of_choices_does_not_matter() => EveryRule(VoteType.Approval, (election, rule) =>
        SameResult(
            Count(election, rule),
            Count(election with { Ballots = [.. election.Ballots.Reverse().Select(b => (b.Projects.Reverse().ToArray(), b.Points))] }, rule)));

    [Fact]
    public void Neither_names_nor_order_of_projects_matter_when_lots_are_drawn() => EveryRule(VoteType.Approval, (election, rule) =>
    {
        int last = election.Ids.Length - 1;
        NaiveElection turned = election with
        {
            Ids = [.. election.Ids.Reverse().Select(id => $"renamed {id}")],
            Costs = [.. election.Costs.Reverse()],
            Ballots = [.. election.Ballots.Select(b => (b.Projects.Select(p => last - p).ToArray(), b.Points))],
        };
        TallyResult original = rule.Tally(election.Instance, election.Profile, Lot(election.Ids));
        TallyResult renamed = rule.Tally(turned.Instance, turned.Profile, Lot(election.Ids.Select(id => $"renamed {id}")));
        return renamed.Winners.SequenceEqual(original.Winners.Select(id => $"renamed {id}"));

        static TieBreak Lot(IEnumerable<string> ids) => new([TieCriterion.Lot], ids);
    });

    [Fact]
    public void The_unit_of_money_does_not_matter() => EveryRule(VoteType.Approval, (election, rule) =>
    {
        Rational factor = new(1_000_003, 7);
        ITallyRule scaled = rule is EqualSharesRule { Increase: BudgetIncrease increase } shares
            ? shares with { Increase = increase with { Step = increase.Step * factor } }
            : rule;
        NaiveElection dearer = election with { Budget = election.Budget * factor, Costs = [.. election.Costs.Select(cost => cost * factor)] };
        return Count(election, rule).Winners.SequenceEqual(Count(dearer, scaled).Winners);
    });

    [Fact]
    public void The_budget_is_kept_and_every_project_has_an_outcome() => EveryRule(VoteType.Approval, (election, rule) =>
    {
        TallyResult result = Count(election, rule);
        Rational cost = result.Projects.Where(p => p.IsFunded).Aggregate(Rational.Zero, (sum, p) => sum + p.Cost);
        return result.Cost == cost && cost <= election.Budget
            && result.Winners.SequenceEqual(result.Projects.Where(p => p.IsFunded).OrderBy(p => p.Position).Select(p => p.ProjectId))
            && result.Projects.Select(p => p.Position).Order().SequenceEqual(Enumerable.Range(1, result.Projects.Length));
    });

    [Fact]
    public void Groups_are_kept() => EveryRule(VoteType.Approval, (election, rule) =>
    {
        ProjectGroup pair = ProjectGroup.Conflict(election.Ids.Take(2));
        ProjectGroup ceiling = ProjectGroup.Ceiling(9, election.Ids.Skip(1));
        TallyResult result = Count(election, rule switch
        {
            GreedyRule greedy => greedy with { Groups = [pair, ceiling] },
            PhragmenRule phragmen => phragmen with { Groups = [pair, ceiling] },
            EqualSharesRule shares => shares with { Groups = [pair, ceiling] },
            _ => rule,
        });
        return result.Winners.Count(pair.Projects.Contains) <= 1
            && result.Projects.Where(p => p.IsFunded && ceiling.Projects.Contains(p.ProjectId)).Aggregate(Rational.Zero, (sum, p) => sum + p.Cost) <= 9
            && result.Projects.All(p => p.Reason != OutcomeReason.Excluded || result.Winners.Contains(p.ExcludedBy!));
    });

    private static Gen<NaiveElection> Elections(Satisfaction satisfaction) => satisfaction switch
    {
        Satisfaction.Points => NaiveElections.OfTypes(VoteType.Cumulative, VoteType.Scoring),
        Satisfaction.Borda or Satisfaction.CityBorda => NaiveElections.OfTypes(VoteType.Ordinal),
        _ => NaiveElections.OfTypes(AllTypes),
    };

    private static void EveryRule(VoteType type, Func<NaiveElection, ITallyRule, bool> property) =>
        NaiveElections.Hold(NaiveElections.OfTypes(type), election => new ITallyRule[]
        {
            new GreedyRule(), new GreedyRule(Satisfaction.Cardinality), new GreedyRule { StopsAtFirstMisfit = true },
            new PhragmenRule(), new EqualSharesRule(), new EqualSharesRule(Satisfaction.Cardinality) { Increase = new() },
            new EqualSharesRule { Increase = new() { StopsWhenExhausted = false }, Completion = Completion.GreedyBySupporters },
        }.All(rule => property(election, rule)), 200);

    private static bool Same(NaiveElection election, ITallyRule rule, List<int> taken) =>
        Winners(election, taken).SequenceEqual(Count(election, rule).Winners);

    private static IEnumerable<string> Winners(NaiveElection election, List<int> taken) => taken.Select(p => election.Ids[p]);

    private static TallyResult Count(NaiveElection election, ITallyRule rule) => rule.Tally(election.Instance, election.Profile, Ties);

    private static bool SameResult(TallyResult one, TallyResult other) =>
        one.Winners.SequenceEqual(other.Winners) && one.Cost == other.Cost && one.Purchases.SequenceEqual(other.Purchases)
        && one.Projects.Select(p => (p.ProjectId, p.Position, p.MoneyBefore, p.Reason))
            .SequenceEqual(other.Projects.Select(p => (p.ProjectId, p.Position, p.MoneyBefore, p.Reason)));
}
