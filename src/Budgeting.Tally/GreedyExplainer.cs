namespace Budgeting.Tally;

/// <summary>Goes through the projects in greedy's order once more, and tells where to look for what would have made the others win.</summary>
internal sealed class GreedyExplainer(Instance instance, Support support, GreedyRule rule, TallyResult result, CounterfactualSearch search)
{
    /// <summary>Fills in what is to be said of each project, and where to begin searching.</summary>
    public void Explain(ProjectExplanation[] explanations, Guess[] guesses)
    {
        int[] order = [.. Enumerable.Range(0, explanations.Length).OrderBy(project => result.Projects[project].Position)];
        int[] losers = [.. order.Where(project => !result.Projects[project].IsFunded)];
        foreach (int loser in losers)
        {
            guesses[loser] = new Guess(1, 1, 0);
        }

        double[] choices = [.. losers.Select(loser =>
            (double)(rule.Satisfaction == Satisfaction.Points ? search.ChoicePoints(loser) : Math.Max(1, search.VoterUtility)))];
        GroupLimits limits = new(instance, rule.Groups);
        string? endedAt = null;
        foreach (int next in order)
        {
            ProjectOutcome outcome = result.Projects[next];
            for (int i = 0; i < losers.Length && endedAt is null; i++)
            {
                if (limits.Refusal(losers[i], out _) is null)
                {
                    guesses[losers[i]] = Before(next, losers[i], choices[i], guesses[losers[i]]);
                }
            }

            if (outcome.IsFunded)
            {
                limits.Take(next);
            }
            else if (rule.StopsAtFirstMisfit && outcome.Reason == OutcomeReason.DoesNotFit && outcome.Cost <= instance.Budget)
            {
                endedAt ??= outcome.ProjectId;
            }

            if (endedAt is not null && (outcome.ProjectId == endedAt || outcome.Reason == OutcomeReason.NotReached))
            {
                explanations[next] = explanations[next] with { EndedAt = endedAt };
            }
        }
    }

    // What a project would have needed to come just before another one. Money only gets less, and so the last place where
    // there is enough of it asks for the least support; a cost is bounded by the money and by the place it leads to.
    private Guess Before(int next, int loser, double choice, Guess guess)
    {
        double cost = Doubles.Nearest(instance.Projects[loser].Cost);
        double left = Doubles.Nearest(result.Projects[next].MoneyBefore);
        bool byVotes = rule is { Order: GreedyOrder.PerCost, Satisfaction: Satisfaction.Cost };
        bool perCost = rule.Order == GreedyOrder.PerCost && !byVotes;
        double total = (double)support.Totals[loser];
        double ahead = (double)support.Totals[next];
        double needed = perCost ? ahead / Doubles.Nearest(instance.Projects[next].Cost) * cost : ahead;
        if (cost <= left)
        {
            guess = guess with
            {
                Voters = (needed - total) / Math.Max(1, search.VoterUtility),
                Choices = (needed - total) / choice,
            };
        }

        // Costing less only brings it forward where costs are weighed.
        double highest = next == loser ? left : perCost ? Math.Min(left, cost * total / needed) : 0;
        return guess with { Cost = Math.Max(guess.Cost, Math.Min(highest, cost)) };
    }
}
