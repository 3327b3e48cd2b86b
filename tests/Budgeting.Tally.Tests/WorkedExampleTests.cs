namespace Budgeting.Tally.Tests;

/// <summary>The examples worked by hand in docs/tally.md.</summary>
public sealed class WorkedExampleTests
{
    [Fact]
    public void Greedy()
    {
        TallyResult result = new GreedyRule().Tally(
            new Instance(100, new Project("a", 60), new Project("b", 50), new Project("c", 40)),
            Ballots(3, [0, 1], [0, 1], [0, 2]), TieBreak.ByProjectId);

        Assert.Equal(["a", "c"], result.Winners);
        Assert.Equal(10, result.Projects[1].Missing);
    }

    [Fact]
    public void Equal_shares()
    {
        TallyResult result = new EqualSharesRule().Tally(
            new Instance(12, new Project("a", 6), new Project("b", 4), new Project("c", 5)),
            Ballots(3, [0], [0], [0, 1], [1, 2]), TieBreak.ByProjectId);

        Assert.Equal([new Purchase("a", new(1, 3)), new Purchase("b", new(3, 4))], result.Purchases);
        Assert.Equal(OutcomeReason.SupportersOutOfMoney, result.Projects[2].Reason);
    }

    [Fact]
    public void Phragmen()
    {
        TallyResult result = new PhragmenRule().Tally(
            new Instance(10, new Project("a", 4), new Project("b", 3), new Project("c", 6)),
            Ballots(3, [0], [0, 1], [2]), TieBreak.ByProjectId);

        Assert.Equal(["a", "b"], result.Winners);
        Assert.Equal(OutcomeReason.NotReached, result.Projects[2].Reason);
    }

    private static Profile Ballots(int projects, params int[][] ballots)
    {
        Profile.Builder builder = new(VoteType.Approval, projects);
        foreach (int[] ballot in ballots)
        {
            builder.Add(ballot);
        }

        return builder.Build();
    }
}
