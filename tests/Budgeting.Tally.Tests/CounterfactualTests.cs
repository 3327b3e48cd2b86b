using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Tally.Tests;

/// <summary>
/// What explanations say would have had a project funded, counted again by the plain definitions: with that change it is
/// funded, with a little less it is not, and where that is claimed with nothing less.
/// </summary>
public sealed class CounterfactualTests
{
    private const int Highest = 30;

    private static readonly TieBreak Ties = new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.ProjectId]);

    public static TheoryData<Satisfaction> AllSatisfactions => [.. Enum.GetValues<Satisfaction>()];

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Greedy_tells_the_least_change(Satisfaction satisfaction) => Hold(satisfaction, (election, rng) =>
        new[] { (GreedyOrder.PerCost, false), (GreedyOrder.PerCost, true), (GreedyOrder.Total, false) }.All(variant => IsRight(
            election, rng,
            new GreedyRule(satisfaction, election.Type) { Order = variant.Item1, StopsAtFirstMisfit = variant.Item2 },
            changed => changed.Greedy(satisfaction, variant.Item1 == GreedyOrder.PerCost, variant.Item2))));

    [Theory]
    [InlineData(Satisfaction.Cost)]
    [InlineData(Satisfaction.Cardinality)]
    public void Greedy_tells_the_least_change_with_groups_and_conditions(Satisfaction satisfaction) => Hold(satisfaction, (election, rng) =>
    {
        NaiveElection limited = Limited(election);
        return new[] { true, false }.All(stops => IsRight(
            limited, rng,
            new GreedyRule(satisfaction, election.Type) { StopsAtFirstMisfit = stops, Eligibility = EligibilityOf(limited), Groups = GroupsOf(limited) },
            changed => changed.Greedy(satisfaction, true, stops)));
    });

    [Fact]
    public void Phragmen_tells_the_least_change() => Hold(VoteType.Approval, (election, rng) =>
        IsRight(election, rng, new PhragmenRule(), changed => changed.Phragmen()));

    [Fact]
    public void Phragmen_tells_the_least_change_with_groups_and_conditions() => Hold(VoteType.Approval, (election, rng) =>
    {
        NaiveElection limited = Limited(election);
        return IsRight(limited, rng, new PhragmenRule { Eligibility = EligibilityOf(limited), Groups = GroupsOf(limited) }, changed => changed.Phragmen());
    });

    [Theory]
    [MemberData(nameof(AllSatisfactions))]
    public void Equal_shares_tell_the_least_change(Satisfaction satisfaction) => Hold(satisfaction, (election, rng) =>
        IsRight(
            election, rng, new EqualSharesRule(satisfaction, election.Type),
            changed => changed.EqualShares(changed.Budget / changed.Ballots.Length, satisfaction).Taken,
            (changed, perVoter) => changed.EqualShares(perVoter, satisfaction).Taken));

    [Theory]
    [InlineData(Satisfaction.Cost)]
    [InlineData(Satisfaction.Cardinality)]
    public void Equal_shares_tell_the_least_change_with_groups_and_conditions(Satisfaction satisfaction) => Hold(satisfaction, (election, rng) =>
    {
        NaiveElection limited = Limited(election);
        return IsRight(
            limited, rng, new EqualSharesRule(satisfaction, election.Type) { Eligibility = EligibilityOf(limited), Groups = GroupsOf(limited) },
            changed => changed.EqualShares(changed.Budget / changed.Ballots.Length, satisfaction).Taken,
            (changed, perVoter) => changed.EqualShares(perVoter, satisfaction).Taken);
    });

    [Theory]
    [InlineData(Satisfaction.Cost, Completion.None)]
    [InlineData(Satisfaction.Cardinality, Completion.None)]
    [InlineData(Satisfaction.Points, Completion.None)]
    [InlineData(Satisfaction.Cost, Completion.GreedyBySupporters)]
    [InlineData(Satisfaction.Cardinality, Completion.GreedyBySatisfaction)]
    public void With_a_completion_the_whole_rule_is_counted_again(Satisfaction satisfaction, Completion completion) => Hold(satisfaction, (election, rng) =>
        IsRight(
            election, rng, new EqualSharesRule(satisfaction, election.Type) { Increase = new() { Step = new(1, 3) }, Completion = completion },
            changed => Completed(changed, changed.Increased(satisfaction, new() { Step = new(1, 3) }).Taken, satisfaction, completion),
            (changed, perVoter) => changed.EqualShares(perVoter, satisfaction).Taken), 60);

    [Theory]
    [InlineData(Completion.GreedyBySupporters)]
    [InlineData(Completion.GreedyBySatisfaction)]
    public void A_greedy_completion_alone_is_counted_again(Completion completion) => Hold(Satisfaction.Cardinality, (election, rng) =>
        IsRight(
            election, rng, new EqualSharesRule(Satisfaction.Cardinality, election.Type) { Completion = completion },
            changed => Completed(changed, changed.EqualShares(changed.Budget / changed.Ballots.Length, Satisfaction.Cardinality).Taken, Satisfaction.Cardinality, completion)));

    [Theory]
    [InlineData(ComparisonMeasure.Count)]
    [InlineData(ComparisonMeasure.Cost)]
    public void A_comparison_is_made_again(ComparisonMeasure measure) => Hold(VoteType.Approval, (election, rng) =>
        IsRight(election, rng, new EqualSharesRule { Comparison = measure }, changed =>
        {
            List<int> shares = changed.EqualShares(changed.Budget / changed.Ballots.Length, Satisfaction.Cost).Taken;
            List<int> greedy = changed.Greedy(Satisfaction.Cost);
            Rational Gain(int[] ballot, List<int> outcome) => ballot.Distinct().Where(outcome.Contains)
                .Aggregate(Rational.Zero, (sum, p) => sum + (measure == ComparisonMeasure.Cost ? changed.Costs[p] : 1));
            int preferred = changed.Ballots.Sum(ballot => Math.Sign(Gain(ballot.Projects, greedy).CompareTo(Gain(ballot.Projects, shares))));
            return preferred > 0 ? greedy : shares;
        }));

    [Fact]
    public void Without_effort_only_what_is_proven_for_the_rule_is_told()
    {
        Profile.Builder builder = new(VoteType.Approval, 2);
        builder.Add([0], 3);
        builder.Add([1], 2);
        Instance instance = new(10, new Project("a", 6), new Project("b", 5));
        EqualSharesRule rule = new() { Increase = new() };
        TallyResult result = rule.Tally(instance, builder.Build(), Ties);
        ProjectExplanation lost = Explanation.Of(instance, builder.Build(), rule, result, 0).Projects[1];

        Assert.Null(lost.Recounted);
        Assert.NotNull(lost.AtSameShares);
    }

    private static bool IsRight(
        NaiveElection election, int seed, ITallyRule rule, Func<NaiveElection, List<int>> count, Func<NaiveElection, Rational, List<int>>? countAt = null)
    {
        TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
        Explanation explanation = Explanation.Of(election.Instance, election.Profile, rule, result);
        Monotone monotone = new(rule, election);
        for (int p = 0; p < election.Ids.Length; p++)
        {
            ProjectExplanation project = explanation.Projects[p];
            Assert.True(!project.Outcome.IsFunded || (project.Recounted is null && project.AtSameShares is null));
            if (project.Outcome.IsFunded)
            {
                continue;
            }

            if (!ToldRightly(election, p, project.Recounted, changed => count(changed).Contains(p), monotone))
            {
                return false;
            }

            if (countAt is not null && result.PerVoter is Rational perVoter
                && !ToldRightly(election, p, project.AtSameShares, changed => countAt(changed, perVoter).Contains(p), null))
            {
                return false;
            }
        }

        return ChoicesAreToldRightly(election, seed % election.Ids.Length, rule, count);
    }

    private static bool ToldRightly(NaiveElection election, int p, Counterfactuals? told, Func<NaiveElection, bool> wins, Monotone? monotone)
    {
        if (told?.FurtherVoters is { } voters && voters.Value <= Highest)
        {
            int points = told.VoterPoints is Rational given ? (int)(given * 2).ToInt64() : 1;
            bool With(int further) => wins(election with { Ballots = [.. election.Ballots, .. Enumerable.Repeat((new[] { p }, new[] { points }), further)] });
            if (!Is(voters.Value, voters.IsExact, With))
            {
                return false;
            }
        }
        else if (monotone is { Voters: true } && told?.FurtherVoters is null && election.Type is VoteType.Approval or VoteType.ChooseOne
            && wins(election with { Ballots = [.. election.Ballots, .. Enumerable.Repeat((new[] { p }, new[] { 1 }), 3 * Highest)] }))
        {
            return false;
        }

        if (told?.HighestCost is { } cost)
        {
            bool At(Rational c) => wins(election with { Costs = [.. election.Costs.Select((old, other) => other == p ? c : old)] });
            Rational next = cost.Value + told.CostStep;
            if (cost.Value >= election.Costs[p] || !At(cost.Value) || (next < election.Costs[p] && At(next)))
            {
                return false;
            }

            for (; told.CostStep == 1 && cost.IsExact && next < election.Costs[p]; next += 1)
            {
                if (At(next))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Which voters add the choice is the engine's affair, so all who could are made alike.
    private static bool ChoicesAreToldRightly(NaiveElection original, int p, ITallyRule rule, Func<NaiveElection, List<int>> count)
    {
        (int[] Projects, int[] Points)[] others = [.. original.Ballots.Where(ballot => !ballot.Projects.Contains(p))];
        if (others.Length == 0)
        {
            return true;
        }

        NaiveElection election = original with { Ballots = [.. original.Ballots.Select(ballot => ballot.Projects.Contains(p) ? ballot : others[0])] };
        TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
        Counterfactuals? told = Explanation.Of(election.Instance, election.Profile, rule, result).Projects[p].Recounted;
        if (told?.FurtherChoices is { } choices)
        {
            int points = told.ChoicePoints is Rational given ? (int)(given * 2).ToInt64() : 1;
            return Is(choices.Value, choices.IsExact, further =>
            {
                int left = further;
                return count(election with { Ballots = [.. election.Ballots.Select(ballot => ballot.Projects.Contains(p) || left-- <= 0 ? ballot : WithChoice(ballot, points))] }).Contains(p);
            });
        }

        return true;

        (int[], int[]) WithChoice((int[] Projects, int[] Points) ballot, int points) => election.Type == VoteType.Ordinal
            ? ([p, .. ballot.Projects.Distinct().Take(election.MaxLength - 1)], ballot.Points)
            : ([.. ballot.Projects, p], [.. ballot.Points, points]);
    }

    private static bool Is(long told, bool exact, Func<int, bool> wins) =>
        wins((int)told) && Enumerable.Range(1, (int)told - 1).Reverse().Take(exact ? (int)told : 1).All(fewer => !wins(fewer));

    private static List<int> Completed(NaiveElection election, List<int> taken, Satisfaction satisfaction, Completion completion) => completion switch
    {
        Completion.GreedyBySupporters => election.Greedy(Satisfaction.Cost, already: taken, ties: satisfaction),
        Completion.GreedyBySatisfaction => election.Greedy(satisfaction, already: taken),
        _ => taken,
    };

    private static NaiveElection Limited(NaiveElection election) => election with
    {
        Required = (election.Ballots.Length % 3, new Rational(election.Ids.Length % 3, 10), election.Budget.Sign > 0 && election.Ballots.Length % 2 == 0 ? 3 : null),
        Conflict = election.Ids.Length > 1 ? (0, 1) : null,
        Cap = (1, election.Budget / 2),
    };

    private static Eligibility EligibilityOf(NaiveElection election) => new()
    {
        MinimumScore = election.Required.Supporters,
        MinimumShare = election.Required.Share.IsZero ? null : election.Required.Share,
        CostDivisor = election.Required.Divisor,
    };

    private static System.Collections.Immutable.ImmutableArray<ProjectGroup> GroupsOf(NaiveElection election) =>
    [
        .. election.Conflict is null ? [] : new[] { ProjectGroup.Conflict(election.Ids.Take(2)) },
        ProjectGroup.Ceiling(election.Cap!.Value.Most, election.Ids.Skip(1)),
    ];

    private static void Hold(Satisfaction satisfaction, Func<NaiveElection, int, bool> property, int tests = 100) => Hold(
        satisfaction switch
        {
            Satisfaction.Points => [VoteType.Cumulative, VoteType.Scoring],
            Satisfaction.Borda or Satisfaction.CityBorda => [VoteType.Ordinal],
            _ => new[] { VoteType.Approval, VoteType.Ordinal },
        }, property, tests);

    private static void Hold(VoteType type, Func<NaiveElection, int, bool> property) => Hold([type], property, 150);

    private static void Hold(VoteType[] types, Func<NaiveElection, int, bool> property, int tests) =>
        Prop.ForAll(
            (from election in NaiveElections.OfTypes(types) from seed in Gen.Choose(0, 1000) select (election, seed)).ToArbitrary(),
            pair => property(pair.election, pair.seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    /// <summary>Whether more voters never hurt, so that none being told means that none would do.</summary>
    private sealed record Monotone(ITallyRule Rule, NaiveElection Election)
    {
        public bool Voters => Rule is not EqualSharesRule && Rule.Eligibility is { MinimumShare: null, CostDivisor: null }
            && Rule.Groups.IsEmpty;
    }
}
