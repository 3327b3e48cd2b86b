namespace Budgeting.Tally.Tests;

/// <summary>The switches of the rules, and what they refuse.</summary>
public sealed class RuleTests
{
    [Fact]
    public void A_rule_that_cannot_count_a_ballot_type_is_refused_when_it_is_built()
    {
        Assert.Throws<ArgumentException>(() => new GreedyRule(Satisfaction.Points));
        Assert.Throws<ArgumentException>(() => new EqualSharesRule(Satisfaction.Points, VoteType.Ordinal));
        Assert.Throws<ArgumentException>(() => new EqualSharesRule(Satisfaction.Borda, VoteType.Approval));
        Assert.Throws<ArgumentException>(() => new EqualSharesRule(Satisfaction.CityBorda, VoteType.ChooseOne));
        Assert.Throws<ArgumentException>(() => new PhragmenRule(VoteType.Ordinal));
        Assert.Throws<ArgumentException>(() => new EqualSharesRule(Satisfaction.Points, VoteType.Cumulative)
            .Tally(new Instance(1, new Project("a", 1)), new Profile.Builder(VoteType.Approval, 1).Build(), TieBreak.ByProjectId));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BudgetIncrease { Step = 0 });
    }

    [Fact]
    public void Without_voters_equal_shares_fund_nothing()
    {
        TallyResult result = new EqualSharesRule { Increase = new() }
            .Tally(new Instance(10, new Project("a", 1)), new Profile.Builder(VoteType.Approval, 1).Build(), TieBreak.ByProjectId);

        Assert.Empty(result.Winners);
        Assert.Null(result.PerVoter);
    }

    [Fact]
    public void Eligibility_asks_for_a_score_a_share_or_support_in_keeping_with_the_cost()
    {
        Profile.Builder builder = new(VoteType.Approval, 3);
        builder.Add([0], 6);
        builder.Add([1], 3);
        builder.Add([2], 1);
        Profile profile = builder.Build();
        Instance instance = new(100, new Project("a", 50), new Project("b", 30), new Project("c", 20));

        Assert.Equal(["a", "b"], Winners(new Eligibility { MinimumScore = 3 }));
        Assert.Equal(["a"], Winners(new Eligibility { MinimumShare = new(4, 10) }));
        Assert.Equal(["a", "b"], Winners(new Eligibility { MinimumShare = new(3, 10) }));
        Assert.Equal(["a", "b", "c"], Winners(new Eligibility { CostDivisor = 3 }));
        Assert.Equal(["a", "b"], Winners(new Eligibility { CostDivisor = 1 }));

        IEnumerable<string> Winners(Eligibility eligibility) =>
            new GreedyRule { Eligibility = eligibility }.Tally(instance, profile, TieBreak.ByProjectId).Winners;
    }

    [Fact]
    public void A_tie_left_over_is_an_error_that_names_the_projects_under_every_rule()
    {
        Profile.Builder builder = new(VoteType.Approval, 3);
        builder.Add([0, 2]);
        builder.Add([0, 2]);
        builder.Add([1]);
        Instance instance = new(9, new Project("a", 3), new Project("b", 3), new Project("c", 3));
        TieBreak none = new([TieCriterion.LowerCost, TieCriterion.MoreSupporters]);
        foreach (ITallyRule rule in new ITallyRule[] { new GreedyRule(), new PhragmenRule(), new EqualSharesRule() })
        {
            UnresolvedTieException error = Assert.Throws<UnresolvedTieException>(() => rule.Tally(instance, builder.Build(), none));
            Assert.Equal(["a", "c"], error.ProjectIds);
        }
    }

    [Fact]
    public void Amounts_of_ten_million_million_and_a_hundred_million_ballots_are_counted_exactly()
    {
        // Two projects whose prices differ by far less than a double can tell.
        const int Half = 50_000_000;
        Profile.Builder builder = new(VoteType.Approval, 2);
        builder.Add([0], Half);
        builder.Add([1], Half);
        Instance instance = new(1_000_000_000_000_000, new Project("a", 400_000_000_000_001), new Project("b", 400_000_000_000_000));
        TallyResult result = new EqualSharesRule(Satisfaction.Cardinality).Tally(instance, builder.Build(), TieBreak.ByProjectId);

        Assert.Equal(["b", "a"], result.Winners);
        Assert.Equal(new Rational(400_000_000_000_001, Half), result.Purchases[1].Price);
    }
}
