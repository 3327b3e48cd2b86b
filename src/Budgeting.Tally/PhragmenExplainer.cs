namespace Budgeting.Tally;

/// <summary>Goes through the rounds of Phragmén's rule once more, and tells where to look for what would have made the others win.</summary>
internal sealed class PhragmenExplainer(Election election, PhragmenRule rule, TallyResult result, CounterfactualSearch search)
{
    /// <summary>Fills in what is to be said of each project, and where to begin searching.</summary>
    public void Explain(ProjectExplanation[] explanations, Guess[] guesses)
    {
        PhragmenLoads loads = new(election);
        GroupLimits limits = new(election.Instance, rule.Groups);
        int[] losers = [.. Enumerable.Range(0, explanations.Length).Where(project => !explanations[project].Outcome.IsFunded)];
        Rational left = election.Instance.Budget;
        int round = 0;
        foreach (int winner in result.Winners.Select(election.Instance.IndexOf))
        {
            // A project has won by a round when it was no dearer than the money left, and its load no more than the winner's.
            Rational? load = election.Support.Voters[winner] > 0 ? loads.Load(winner) : null;
            GuessAll(load is Rational known ? Doubles.Nearest(known) : double.PositiveInfinity);
            explanations[winner] = explanations[winner] with { Round = ++round, Load = load };
            loads.Take(winner);
            limits.Take(winner);
            left -= election.Projects[winner].Cost;
        }

        List<int> waiting = [.. losers.Where(project => explanations[project].Outcome.Reason == OutcomeReason.NotReached)];
        if (waiting.Count == 0)
        {
            return;
        }

        List<int> least = loads.Least(waiting);
        int end = least.First(project => election.Projects[project].Cost > left);
        GuessAll(election.Support.Voters[end] > 0 ? Doubles.Nearest(loads.Load(end)) : double.PositiveInfinity);
        foreach (int project in waiting)
        {
            explanations[project] = explanations[project] with
            {
                EndedAt = election.Projects[end].Id,
                Load = election.Support.Voters[project] > 0 ? loads.Load(project) : null,
            };
        }

        void GuessAll(double load)
        {
            foreach (int loser in losers.Where(loser => limits.Refusal(loser, out _) is null))
            {
                guesses[loser] = Guessed(loads, loser, load, left, guesses[loser]);
            }
        }
    }

    // The later a project may come, the less it needs; but once it no longer fits, only its cost can help.
    private Guess Guessed(PhragmenLoads loads, int project, double load, Rational left, Guess before)
    {
        double cost = Doubles.Nearest(election.Projects[project].Cost);
        int supporters = election.Support.Voters[project];
        double carried = supporters == 0 ? 0 : (loads.Estimate(project) * supporters) - cost;
        double borne = double.IsPositiveInfinity(load) ? load : (load * supporters) - carried;
        double highest = Math.Min(Doubles.Nearest(left), borne);
        Guess guess = before with { Cost = Math.Max(before.Cost, highest) };
        return election.Projects[project].Cost > left ? guess : guess with
        {
            Voters = double.IsPositiveInfinity(load) ? 1 : ((carried + cost) / load) - supporters,
            Choices = double.IsPositiveInfinity(load) ? 1 : Choices(loads, project, load, carried + cost - (load * supporters)),
        };
    }

    private double Choices(PhragmenLoads loads, int project, double load, double missing)
    {
        double voters = 0;
        foreach (int group in search.Order)
        {
            if (missing <= 0)
            {
                break;
            }

            if (!election.Profile.ChoicesOf(group).Contains(project))
            {
                double each = load - loads.LoadOf(group);
                int count = election.Profile.Multiplicities[group];
                voters += each * count <= missing ? count : Math.Ceiling(missing / each);
                missing -= each * count;
            }
        }

        return voters;
    }
}
