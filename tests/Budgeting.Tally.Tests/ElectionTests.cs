namespace Budgeting.Tally.Tests;

public sealed class ElectionTests
{
    [Fact]
    public void A_project_has_an_id_and_a_cost_that_is_not_negative()
    {
        Assert.Throws<ArgumentException>(() => new Project("", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Project("1", -1));
        Assert.Equal(Rational.Zero, new Project("1", 0).Cost);
    }

    [Fact]
    public void An_instance_has_each_project_once_and_no_negative_budget()
    {
        Assert.Throws<ArgumentException>(() => new Instance(10, new Project("1", 1), new Project("1", 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Instance(-1));
    }

    [Fact]
    public void Ids_are_text_so_leading_zeros_tell_projects_apart()
    {
        Instance instance = new(10, new Project("7", 1), new Project("007", 2));

        Assert.Equal(0, instance.IndexOf("7"));
        Assert.Equal(1, instance.IndexOf("007"));
        Assert.Equal(-1, instance.IndexOf("07"));
    }

    [Fact]
    public void Equal_ballots_are_one_group()
    {
        Profile.Builder builder = new(VoteType.Approval, 3);
        builder.Add([0, 2]);
        builder.Add([2, 0]);
        builder.Add([]);
        builder.Add([1], multiplicity: 5);
        Profile profile = builder.Build();

        Assert.Equal(3, profile.GroupCount);
        Assert.Equal(8, profile.BallotCount);
        Assert.Equal([0, 2], profile.ChoicesOf(0).ToArray());
        Assert.Equal(2, profile.MultiplicityOf(0));
        Assert.Empty(profile.ChoicesOf(1).ToArray());
        Assert.Equal(5, profile.MultiplicityOf(2));
        Assert.Equal([2, 5, 2], profile.CountSupporters());
    }

    [Fact]
    public void The_order_of_choices_tells_ordinal_ballots_apart()
    {
        Profile.Builder builder = new(VoteType.Ordinal, 3);
        builder.Add([2, 0]);
        builder.Add([0, 2]);
        builder.Add([2, 0, 2]);
        Profile profile = builder.Build();

        Assert.Equal(2, profile.GroupCount);
        Assert.Equal([2, 0], profile.ChoicesOf(0).ToArray());
        Assert.Equal(2, profile.MultiplicityOf(0));
    }

    [Fact]
    public void A_project_listed_twice_on_a_ballot_counts_once()
    {
        Profile.Builder builder = new(VoteType.Approval, 2);

        Assert.Equal(2, builder.Add([1, 1, 0, 1]));
        Assert.Equal([1, 1], builder.Build().CountSupporters());
    }

    [Fact]
    public void A_ballot_with_an_unknown_project_is_refused_whole()
    {
        Profile.Builder builder = new(VoteType.Approval, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add([0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add([0, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add([0], multiplicity: 0));
        Assert.Equal(0, builder.Build().BallotCount);
        Assert.Equal(1, builder.Add([0]));
        Assert.Equal([1, 0], builder.Build().CountSupporters());
    }

    [Fact]
    public void A_profile_does_not_change_when_more_ballots_are_added()
    {
        Profile.Builder builder = new(VoteType.Approval, 1);
        builder.Add([0]);
        Profile before = builder.Build();
        builder.Add([0]);

        Assert.Equal(1, before.BallotCount);
        Assert.Equal(1, before.MultiplicityOf(0));
        Assert.Equal(2, builder.Build().BallotCount);
    }
}
