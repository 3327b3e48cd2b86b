namespace Budgeting.Tally.Tests;

public sealed class GreedyRuleTests
{
    private static readonly GreedyRule Greedy = new();

    [Fact]
    public void It_takes_the_most_supported_project_that_fits_and_skips_what_does_not()
    {
        Instance instance = new(100, new Project("a", 60), new Project("b", 50), new Project("c", 40));
        TallyResult result = Greedy.Tally(instance, Ballots(3, [0, 1], [0, 1], [0, 2]), TieBreak.ByProjectId);

        Assert.Equal("greedy", result.Rule);
        Assert.Equal(["a", "c"], result.Winners);
        Assert.Equal(100, result.Cost);
        Assert.Equal(0, result.MoneyLeft);

        ProjectOutcome skipped = result.Projects[1];
        Assert.Equal(("b", 2, 2), (skipped.ProjectId, skipped.Supporters, skipped.Position));
        Assert.Equal(OutcomeReason.DoesNotFit, skipped.Reason);
        Assert.Equal(40, skipped.MoneyBefore);
        Assert.Equal(10, skipped.Missing);
        Assert.False(skipped.IsFunded);
        Assert.False(skipped.IsTied);

        ProjectOutcome last = result.Projects[2];
        Assert.Equal((3, OutcomeReason.Funded), (last.Position, last.Reason));
        Assert.Equal(0, last.Missing);
    }

    [Fact]
    public void Projects_without_supporters_come_last_and_are_funded_if_they_fit()
    {
        Instance instance = new(10, new Project("a", 4), new Project("b", 5), new Project("c", 5));
        TallyResult result = Greedy.Tally(instance, Ballots(3, [1]), TieBreak.ByProjectId);

        Assert.Equal(["b", "a"], result.Winners);
        Assert.Equal(4, result.Projects[2].Missing);
    }

    [Fact]
    public void Supported_projects_that_cost_nothing_come_first()
    {
        Instance instance = new(10, new Project("a", 5), new Project("b", 0), new Project("c", 0), new Project("d", 0));
        TallyResult result = Greedy.Tally(instance, Ballots(4, [0, 1], [0], [0, 3], [3]), TieBreak.ByProjectId);

        Assert.Equal(["b", "d", "a", "c"], result.Winners);
        Assert.Equal(["b", "d"], result.Projects[1].Tied);
    }

    [Fact]
    public void A_project_dearer_than_the_budget_never_fits()
    {
        Instance instance = new(10, new Project("withdrawn", 999999999), new Project("b", 10));
        TallyResult result = Greedy.Tally(instance, Ballots(2, [0], [0]), TieBreak.ByProjectId);

        Assert.Equal(["b"], result.Winners);
        Assert.Equal(999999989, result.Projects[0].Missing);
    }

    [Fact]
    public void A_fraction_too_dear_does_not_fit()
    {
        Instance instance = new(
            Rational.Parse("0.3"), new Project("a", Rational.Parse("0.1")), new Project("b", Rational.Parse("0.2")));
        TallyResult fits = Greedy.Tally(instance, Ballots(2, [0]), TieBreak.ByProjectId);
        TallyResult misses = Greedy.Tally(new Instance(Rational.Parse("0.29999999999999999999999"), instance.Projects), Ballots(2, [0]), TieBreak.ByProjectId);

        Assert.Equal(["a", "b"], fits.Winners);
        Assert.Equal(["a"], misses.Winners);
    }

    [Fact]
    public void Whole_cents_of_any_size_are_counted()
    {
        Instance instance = new(long.MaxValue, new Project("a", long.MaxValue), new Project("b", long.MaxValue));
        TallyResult result = Greedy.Tally(instance, Ballots(2, [1]), TieBreak.ByProjectId);

        Assert.Equal(["b"], result.Winners);
        Assert.Equal(long.MaxValue, result.Cost.ToInt64());
        Assert.Equal(long.MaxValue, result.Projects[0].Missing.ToInt64());
    }

    [Fact]
    public void Without_projects_nothing_is_funded()
    {
        TallyResult result = Greedy.Tally(new Instance(10), Ballots(0, [], []), TieBreak.ByProjectId);

        Assert.Empty(result.Winners);
        Assert.Equal(10, result.MoneyLeft);
    }

    [Fact]
    public void Without_ballots_the_tie_break_alone_decides()
    {
        Instance instance = new(10, new Project("9", 6), new Project("10", 6));
        TallyResult result = Greedy.Tally(instance, Ballots(2), TieBreak.ByProjectId);

        Assert.Equal(["10"], result.Winners);
        Assert.Equal(["10", "9"], result.Projects[0].Tied);
        Assert.True(result.Projects[0].IsTied);
    }

    [Fact]
    public void Ties_are_broken_by_the_first_criterion_that_tells_projects_apart()
    {
        Instance instance = new(100, new Project("c", 5), new Project("b", 5), new Project("a", 7), new Project("\U0001F600", 5), new Project("\uFFFD", 5));
        Profile profile = Ballots(5, [0, 1, 2, 3, 4]);

        Assert.Equal(["a", "b", "c", "\uFFFD", "\U0001F600"], Order(TieCriterion.ProjectId));
        Assert.Equal(["c", "b", "a", "\U0001F600", "\uFFFD"], Order(TieCriterion.FileOrder));
        Assert.Equal(["b", "c", "\uFFFD", "\U0001F600", "a"], Order(TieCriterion.LowerCost, TieCriterion.ProjectId));
        Assert.Equal(["c", "b", "\U0001F600", "\uFFFD", "a"], Order(TieCriterion.MoreSupporters, TieCriterion.LowerCost, TieCriterion.FileOrder));

        TieBreak lot = new([TieCriterion.LowerCost, TieCriterion.Lot], ["withdrawn", "a", "\uFFFD", "c", "\U0001F600", "b"]);
        Assert.Equal(["\uFFFD", "c", "\U0001F600", "b", "a"], Greedy.Tally(instance, profile, lot).Winners);

        IEnumerable<string> Order(params TieCriterion[] criteria) =>
            Greedy.Tally(instance, profile, new TieBreak(criteria)).Winners;
    }

    [Fact]
    public void More_supporters_break_ties_among_projects_that_cost_nothing()
    {
        Instance instance = new(1, new Project("a", 0), new Project("b", 0));
        TallyResult result = Greedy.Tally(
            instance, Ballots(2, [0, 1], [1]), new TieBreak([TieCriterion.MoreSupporters]));

        Assert.Equal(["b", "a"], result.Winners);
    }

    [Fact]
    public void A_tie_left_over_is_an_error_that_names_the_projects()
    {
        Instance instance = new(10, new Project("x", 3), new Project("y", 2), new Project("z", 3), new Project("w", 3));
        Profile profile = Ballots(4, [0, 1, 2], [3], [3]);

        UnresolvedTieException exception = Assert.Throws<UnresolvedTieException>(
            () => Greedy.Tally(instance, profile, new TieBreak([TieCriterion.LowerCost])));

        Assert.Equal(["x", "z"], exception.ProjectIds);
        Assert.Contains("x, z", exception.Message);
    }

    [Fact]
    public void A_lot_must_name_every_project()
    {
        Instance instance = new(10, new Project("x", 3), new Project("y", 2));
        TieBreak ties = new([TieCriterion.Lot], ["x"]);

        Assert.Throws<ArgumentException>(() => Greedy.Tally(instance, Ballots(2), ties));
    }

    [Fact]
    public void Ballots_over_other_projects_are_refused()
    {
        Assert.Throws<ArgumentException>(
            () => Greedy.Tally(new Instance(10, new Project("x", 3)), Ballots(2), TieBreak.ByProjectId));
    }

    [Fact]
    public void A_tie_break_says_each_thing_once()
    {
        Assert.Throws<ArgumentException>(() => new TieBreak([TieCriterion.LowerCost, TieCriterion.LowerCost]));
        Assert.Throws<ArgumentException>(() => new TieBreak([TieCriterion.Lot]));
        Assert.Throws<ArgumentException>(() => new TieBreak([TieCriterion.LowerCost], ["a"]));
        Assert.Throws<ArgumentException>(() => new TieBreak([TieCriterion.Lot], ["a", "b", "a"]));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("cost,votes,order,id")]
    public void A_tie_break_is_read_from_its_names(string names)
    {
        Assert.True(TieBreak.TryParse(names, out TieBreak? ties));
        Assert.Equal(names, ties.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("cost,")]
    [InlineData("cost,cost")]
    [InlineData("lot")]
    [InlineData("ID")]
    public void What_is_no_tie_break_is_not_read(string names)
    {
        Assert.False(TieBreak.TryParse(names, out TieBreak? ties));
        Assert.Null(ties);
    }

    private static Profile Ballots(int projectCount, params int[][] ballots)
    {
        Profile.Builder builder = new(VoteType.Approval, projectCount);
        foreach (int[] ballot in ballots)
        {
            builder.Add(ballot);
        }

        return builder.Build();
    }
}
