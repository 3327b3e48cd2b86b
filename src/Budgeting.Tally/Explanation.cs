using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>Why one project is funded or not, as data.</summary>
/// <param name="Outcome">What the rule decided.</param>
public sealed record ProjectExplanation(ProjectOutcome Outcome)
{
    /// <summary>The round in which equal shares bought it, the first being 1; null when it did not.</summary>
    public int? Round { get; init; }

    /// <summary>The price per unit of satisfaction, in the unit of the costs; null when equal shares did not buy it.</summary>
    public Rational? Price { get; init; }

    /// <summary>The most one of its supporters paid; null when equal shares did not buy it.</summary>
    public Rational? LargestPayment { get; init; }

    /// <summary>The number of supporters who paid their full share; null when equal shares did not buy it.</summary>
    public int? FullPayers { get; init; }

    /// <summary>The number of supporters who had less than their share, and paid all they had left, be it nothing; null when equal shares did not buy it.</summary>
    public int? OutOfMoney { get; init; }

    /// <summary>
    /// The round before which its supporters' money had become less than its cost, from 1; one more than the number of
    /// rounds when that was only at the end; null when equal shares bought it or were not asked.
    /// </summary>
    public int? UnaffordableBy { get; init; }

    /// <summary>The money its supporters had left by then, or for other rules null.</summary>
    public Rational? SupportersMoney { get; init; }

    /// <summary>
    /// The smallest number of further voters who choose nothing else with whom it would have been funded, all else equal;
    /// for equal shares each of them comes with the money per voter of the run that decided. Null when not sought or when
    /// no number would do.
    /// </summary>
    public long? FurtherVoters { get; init; }

    /// <summary>
    /// The smallest number of voters who had not chosen it with whose choice, added to their ballots, it would have been
    /// funded, all else equal: voters like the average, taken from all ballots in an order that has nothing to do with what
    /// they say. Null when not sought or when all of them together would not do.
    /// </summary>
    public long? FurtherChoices { get; init; }

    /// <summary>The highest cost at which it would have been funded, all else equal, in whole units or hundredths as the costs are; null when not sought.</summary>
    public Rational? HighestCost { get; init; }
}

/// <summary>The voters who have the same number of their chosen projects funded.</summary>
/// <param name="Funded">How many of their chosen projects are funded.</param>
/// <param name="Voters">How many voters.</param>
/// <param name="MoneyLeft">What equal shares left them together; null for other rules.</param>
public sealed record VoterShare(int Funded, long Voters, Rational? MoneyLeft);

/// <summary>Why an election came out as it did.</summary>
/// <param name="Result">The outcome.</param>
/// <param name="Projects">One explanation for each project, in file order.</param>
/// <param name="Voters">The voters by how many of their chosen projects are funded, from none upwards.</param>
public sealed record Explanation(
    TallyResult Result, ImmutableArray<ProjectExplanation> Projects, ImmutableArray<VoterShare> Voters)
{
    /// <summary>The share of all voters with at least one chosen project funded, from 0 to 1; zero without voters.</summary>
    public Rational ServedShare
    {
        get
        {
            long all = Voters.Sum(share => share.Voters);
            return all == 0 ? Rational.Zero : new(Voters.Where(share => share.Funded > 0).Sum(share => share.Voters), all);
        }
    }

    /// <summary>Explains an outcome.</summary>
    /// <param name="instance">The budget and the projects.</param>
    /// <param name="profile">The ballots.</param>
    /// <param name="rule">The rule that gave the outcome.</param>
    /// <param name="result">The outcome.</param>
    /// <returns>
    /// Explanations with exact amounts. How many further supporters and what cost would have changed the outcome is sought
    /// for equal shares and plain greedy with cost or cardinality satisfaction; each answer has been recounted, and so has
    /// the one next to it, with which the project still loses.
    /// </returns>
    /// <remarks>
    /// For equal shares "all else equal" keeps the money per voter of the run that decided. Until a project is bought, a
    /// change to it alone changes nothing for the others, so what would make it win can be told from the rounds as they
    /// were, and more supporters or a lower cost never hurt. Takes about six runs of the rule for each losing project.
    /// </remarks>
    public static Explanation Of(Instance instance, Profile profile, ITallyRule rule, TallyResult result)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(result);
        return rule is EqualSharesRule shares && result.PerVoter is Rational perVoter && result.Comparison is not { GreedyTaken: true }
            ? new EqualSharesExplainer(instance, profile, shares, result, perVoter).Explain()
            : new Explanation(
                result,
                [.. result.Projects.Select((outcome, project) => rule is GreedyRule greedy
                    ? GreedyExplainer.Explain(instance, profile, greedy, result, project)
                    : new ProjectExplanation(outcome))],
                Shares(profile, result, null));
    }

    internal static ImmutableArray<VoterShare> Shares(Profile profile, TallyResult result, Func<int, Rational>? money)
    {
        SortedDictionary<int, (long Voters, Rational Money)> shares = [];
        Dictionary<(int Funded, Rational Money), long> counts = [];
        for (int group = 0; group < profile.GroupCount; group++)
        {
            int funded = 0;
            foreach (int project in profile.ChoicesOf(group))
            {
                funded += result.Projects[project].IsFunded ? 1 : 0;
            }

            (int, Rational) key = (funded, money?.Invoke(group) ?? Rational.Zero);
            counts[key] = counts.GetValueOrDefault(key) + profile.MultiplicityOf(group);
        }

        foreach (((int funded, Rational left), long voters) in counts)
        {
            (long Voters, Rational Money) share = shares.GetValueOrDefault(funded);
            shares[funded] = (share.Voters + voters, money is null ? Rational.Zero : share.Money + (left * voters));
        }

        return [.. shares.Select(share => new VoterShare(share.Key, share.Value.Voters, money is null ? null : share.Value.Money))];
    }
}

/// <summary>Finds a number by trial where something holds from it upwards, starting at a good guess.</summary>
internal static class Threshold
{
    /// <summary>The least number from 1 to a highest one for which the trial succeeds, or null; success is kept upwards.</summary>
    public static long? Least(long guess, long highest, Func<long, bool> succeeds)
    {
        long high = Math.Clamp(guess, 1, highest);
        long low = high - 1;
        for (long step = 1; !succeeds(high); step *= 2)
        {
            if (high == highest)
            {
                return null;
            }

            (low, high) = (high, Math.Min(highest, high + step));
        }

        for (long step = 1; low > 0 && succeeds(low); step *= 2)
        {
            (low, high) = (Math.Max(0, low - step), low);
        }

        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = succeeds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}

/// <summary>What would have made a project win under plain greedy.</summary>
internal static class GreedyExplainer
{
    public static ProjectExplanation Explain(Instance instance, Profile profile, GreedyRule rule, TallyResult result, int project)
    {
        ProjectOutcome outcome = result.Projects[project];
        bool plain = rule.Satisfaction == Satisfaction.Cost && rule is { StopsAtFirstMisfit: false, Order: GreedyOrder.PerCost } && rule.Groups.IsEmpty;
        if (outcome.IsFunded || outcome.Reason != OutcomeReason.DoesNotFit || !plain)
        {
            return new ProjectExplanation(outcome);
        }

        // The others are taken in their order as if it were not there, until its turn comes.
        List<ProjectOutcome> others = [.. result.Projects.Where(other => other.ProjectId != outcome.ProjectId).OrderBy(other => other.Position)];
        Rational left = instance.Budget;
        Rational atTurn = left;
        long? needed = null;
        foreach (ProjectOutcome other in others)
        {
            if (left >= outcome.Cost)
            {
                needed = Math.Max(1, other.Supporters - outcome.Supporters);
            }

            if (other.Position < outcome.Position)
            {
                left -= other.Cost <= left ? other.Cost : 0;
                atTurn = left;
            }
            else
            {
                break;
            }
        }

        bool Wins(long further) => rule.Tally(instance, profile.WithVotersFor(project, (int)further), result.Ties).Projects[project].IsFunded;
        return new ProjectExplanation(outcome)
        {
            FurtherVoters = outcome.Cost > instance.Budget ? null : Threshold.Least(needed ?? 1, profile.BallotCount + 1L, Wins),
            HighestCost = atTurn,
        };
    }
}
