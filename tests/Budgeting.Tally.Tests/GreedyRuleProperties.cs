using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Tally.Tests;

/// <summary>What holds for every election, tried on small ones with many ties, free projects and empty ballots.</summary>
public sealed class GreedyRuleProperties
{
    private static readonly TieBreak CostThenId = new([TieCriterion.LowerCost, TieCriterion.ProjectId]);

    private static readonly Gen<Election> Elections =
        from count in Gen.Choose(0, 7)
        from budget in Gen.Choose(0, 15)
        from costs in Gen.Choose(0, 6).ArrayOf(count)
        from ids in Gen.Shuffle(new[] { "10", "9", "1", "01", "a", "B", "\uFFFD", "\U0001F600" })
        from ballotCount in Gen.Choose(0, 10)
        from ballots in (count == 0 ? Gen.Constant(Array.Empty<int>()) : Gen.Choose(0, count - 1).ArrayOf()).ArrayOf(ballotCount)
        select new Election(budget, ids[..count], costs, ballots);

    [Fact]
    public void It_agrees_with_the_definition_taken_word_for_word() =>
        Holds(election => Count(election, CostThenId).Winners.SequenceEqual(election.NaiveGreedy()));

    [Fact]
    public void The_order_of_the_ballots_does_not_matter() =>
        Holds(election => SameResult(
            Count(election, CostThenId),
            Count(election with { Ballots = [.. election.Ballots.Reverse().Select(ballot => ballot.Reverse().ToArray())] }, CostThenId)));

    [Fact]
    public void Ballots_added_together_count_like_ballots_added_one_by_one() =>
        Holds(election =>
        {
            Profile.Builder builder = new(VoteType.Approval, election.Ids.Length);
            foreach (int[] ballot in election.Ballots)
            {
                builder.Add(ballot, multiplicity: 3);
            }

            Election threefold = election with { Ballots = [.. election.Ballots, .. election.Ballots, .. election.Ballots] };
            return SameResult(
                new GreedyRule().Tally(election.Instance, builder.Build(), CostThenId), Count(threefold, CostThenId));
        });

    [Fact]
    public void Neither_the_names_nor_the_order_of_the_projects_matter_when_lots_are_drawn() =>
        Holds(election =>
        {
            int last = election.Ids.Length - 1;
            Election turned = new(
                election.Budget,
                [.. election.Ids.Reverse().Select(id => $"renamed {id}")],
                [.. election.Costs.Reverse()],
                [.. election.Ballots.Select(ballot => ballot.Select(project => last - project).ToArray())]);
            TallyResult original = Count(election, Lot(election.Ids));
            TallyResult renamed = Count(turned, Lot(election.Ids.Select(id => $"renamed {id}")));
            return renamed.Winners.SequenceEqual(original.Winners.Select(id => $"renamed {id}"));

            static TieBreak Lot(IEnumerable<string> ids) => new([TieCriterion.Lot], ids);
        });

    [Fact]
    public void The_budget_is_never_overspent_and_the_money_adds_up() =>
        Holds(election =>
        {
            TallyResult result = Count(election, CostThenId);
            Rational cost = result.Projects.Where(p => p.IsFunded).Aggregate(Rational.Zero, (sum, p) => sum + p.Cost);
            return result.Cost == cost && cost <= election.Budget && result.MoneyLeft == election.Budget - cost
                && result.Winners.SequenceEqual(result.Projects.Where(p => p.IsFunded).OrderBy(p => p.Position).Select(p => p.ProjectId));
        });

    [Fact]
    public void Every_project_had_its_turn_and_was_skipped_only_if_it_did_not_fit() =>
        Holds(election =>
        {
            Rational left = election.Budget;
            int position = 0;
            foreach (ProjectOutcome outcome in Count(election, CostThenId).Projects.OrderBy(p => p.Position))
            {
                bool right = outcome.Position == ++position
                    && outcome.MoneyBefore == left
                    && outcome.IsFunded == outcome.Cost <= left
                    && outcome.Missing == (outcome.IsFunded ? Rational.Zero : outcome.Cost - left)
                    && (outcome.Tied.IsEmpty || (outcome.Tied.Length > 1 && outcome.Tied.Contains(outcome.ProjectId)));
                if (!right)
                {
                    return false;
                }

                left -= outcome.IsFunded ? outcome.Cost : Rational.Zero;
            }

            return position == election.Ids.Length;
        });

    private static void Holds(Func<Election, bool> property) =>
        Prop.ForAll(Elections.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static TallyResult Count(Election election, TieBreak ties) =>
        new GreedyRule().Tally(election.Instance, election.Profile, ties);

    private static bool SameResult(TallyResult one, TallyResult other) =>
        one.Winners.SequenceEqual(other.Winners)
        && one.Projects.Select(p => (p.ProjectId, p.Position, p.MoneyBefore, p.Reason))
            .SequenceEqual(other.Projects.Select(p => (p.ProjectId, p.Position, p.MoneyBefore, p.Reason)));

    private sealed record Election(int Budget, string[] Ids, int[] Costs, int[][] Ballots)
    {
        public Instance Instance => new(Budget, Ids.Zip(Costs, (id, cost) => new Project(id, cost)));

        public Profile Profile
        {
            get
            {
                Profile.Builder builder = new(VoteType.Approval, Ids.Length);
                foreach (int[] ballot in Ballots)
                {
                    builder.Add(ballot);
                }

                return builder.Build();
            }
        }

        public override string ToString() =>
            $"budget {Budget}, costs {string.Join(' ', Ids.Zip(Costs))}, ballots {string.Join(" | ", Ballots.Select(b => string.Join(',', b)))}";

        /// <summary>Again and again, the project with the most utility per cost of those not yet considered.</summary>
        public IEnumerable<string> NaiveGreedy()
        {
            List<int> waiting = [.. Enumerable.Range(0, Ids.Length)];
            int left = Budget;
            while (waiting.Count > 0)
            {
                int best = waiting[0];
                foreach (int project in waiting)
                {
                    double difference = Density(project) == Density(best) ? 0 : Density(project) - Density(best);
                    if (difference > 0 || (difference == 0 && ComesFirst(project, best)))
                    {
                        best = project;
                    }
                }

                waiting.Remove(best);
                if (Costs[best] <= left)
                {
                    left -= Costs[best];
                    yield return Ids[best];
                }
            }
        }

        private double Density(int project)
        {
            int supporters = Ballots.Count(ballot => ballot.Contains(project));
            int utility = supporters * Costs[project];
            return supporters == 0 ? 0 : Costs[project] == 0 ? double.PositiveInfinity : utility / Costs[project];
        }

        private bool ComesFirst(int one, int other) =>
            Costs[one] != Costs[other]
                ? Costs[one] < Costs[other]
                : System.Text.Encoding.UTF8.GetBytes(Ids[one]).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(Ids[other])) < 0;
    }
}
