using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Tally.Tests;

/// <summary>Small random elections with many ties, free projects, equal costs, empty ballots and duplicate choices.</summary>
internal static class NaiveElections
{
    private static readonly string[] Ids = ["10", "9", "1", "01", "a", "B", "\uFFFD", "\U0001F600"];

    public static Gen<NaiveElection> OfTypes(params VoteType[] types) =>
        from type in Gen.Elements(types)
        from count in Gen.Choose(1, 7)
        from budget in Gen.Choose(0, 40)
        from unit in Gen.Elements(1, 1, 1, 3, 10)
        from costs in Gen.Frequency((1, Gen.Constant(0)), (9, Gen.Choose(1, 15)), (3, Gen.Constant(6))).ArrayOf(count)
        from ids in Gen.Shuffle(Ids)
        from ballotCount in Gen.Choose(1, 9)
        from ballots in Ballot(type, count).ArrayOf(ballotCount)
        select new NaiveElection(
            new Rational(budget, unit), ids[..count], [.. costs.Select(cost => new Rational(cost, unit))], ballots, type, 3);

    public static void Hold(Gen<NaiveElection> elections, Func<NaiveElection, bool> property, int tests = 1000) =>
        Prop.ForAll(elections.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    private static Gen<(int[], int[])> Ballot(VoteType type, int count) =>
        from length in Gen.Choose(0, type == VoteType.ChooseOne ? 1 : type == VoteType.Ordinal ? 3 : 6)
        from projects in Gen.Choose(0, count - 1).ArrayOf(length)
        from points in Gen.Choose(0, 4).ArrayOf(length)
        select (projects, points);
}
