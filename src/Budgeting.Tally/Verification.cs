using System.Collections.Immutable;
using System.Numerics;

namespace Budgeting.Tally;

/// <summary>A property an outcome can have.</summary>
public enum OutcomeProperty
{
    /// <summary>The winners cost no more than the budget.</summary>
    WithinBudget,

    /// <summary>No supported project that is not funded fits in the money left, but for those a condition or a group keeps out.</summary>
    Exhaustive,

    /// <summary>
    /// The payments prove the outcome of equal shares: each purchase is paid to the last unit by its supporters within
    /// their money, none was cheaper for anyone when it was made, and nothing more could be afforded at the end.
    /// </summary>
    Payments,

    /// <summary>
    /// Extended justified representation up to one project: no group of voters who agree on projects they could pay with
    /// their share of the budget has everyone in it worse served than by these projects, even with one more project.
    /// </summary>
    JustifiedRepresentation,
}

/// <summary>Whether an outcome has a property.</summary>
/// <param name="Property">The property.</param>
/// <param name="Holds">Whether it holds; null when it was not checked.</param>
/// <param name="Detail">Why it does not hold, or why it was not checked; otherwise empty. In English.</param>
public sealed record Finding(OutcomeProperty Property, bool? Holds, string Detail);

/// <summary>Checks outcomes without counting: shares no code with the rules but the ballots and the numbers.</summary>
public static class Verification
{
    private const int LargestExhaustiveCheck = 14;

    /// <summary>Checks an outcome.</summary>
    /// <param name="instance">The budget and the projects.</param>
    /// <param name="profile">The ballots.</param>
    /// <param name="rule">The rule whose outcome it is said to be.</param>
    /// <param name="result">The outcome.</param>
    /// <returns>One finding for each property that the rule can be asked for.</returns>
    /// <remarks>
    /// Payments take time in proportion to the rounds times the total length of the ballots at worst; justified
    /// representation is checked on at most 14 projects with cost or cardinality satisfaction, in 2^projects steps.
    /// </remarks>
    public static ImmutableArray<Finding> Check(Instance instance, Profile profile, ITallyRule rule, TallyResult result)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(result);
        bool[] funded = new bool[instance.Projects.Length];
        Rational cost = Rational.Zero;
        foreach (string id in result.Winners)
        {
            funded[instance.IndexOf(id)] = true;
            cost += instance.Projects[instance.IndexOf(id)].Cost;
        }

        List<Finding> findings =
        [
            new(OutcomeProperty.WithinBudget, cost <= instance.Budget, cost <= instance.Budget ? "" : $"the winners cost {cost}"),
            Exhaustive(instance, profile, result, funded, cost),
        ];
        if (rule is EqualSharesRule shares)
        {
            findings.Add(Payments(instance, profile, shares, result));
        }

        if (rule.Satisfaction is Satisfaction.Cost or Satisfaction.Cardinality)
        {
            findings.Add(Represents(instance, profile, rule.Satisfaction, funded));
        }

        return [.. findings];
    }

    private static Finding Exhaustive(Instance instance, Profile profile, TallyResult result, bool[] funded, Rational cost)
    {
        ImmutableArray<int> supporters = profile.CountSupporters();
        for (int project = 0; project < funded.Length; project++)
        {
            if (!funded[project] && supporters[project] > 0
                && result.Projects[project].Reason is not (OutcomeReason.NotEligible or OutcomeReason.Excluded or OutcomeReason.CategoryFull)
                && cost + instance.Projects[project].Cost <= instance.Budget)
            {
                return new(OutcomeProperty.Exhaustive, false, $"{instance.Projects[project].Id} fits in the {instance.Budget - cost} left");
            }
        }

        return new(OutcomeProperty.Exhaustive, true, "");
    }

    private static Finding Payments(Instance instance, Profile profile, EqualSharesRule rule, TallyResult result)
    {
        if (result.PerVoter is not Rational perVoter || result.Comparison is { GreedyTaken: true } || !rule.Groups.IsEmpty)
        {
            return new(OutcomeProperty.Payments, null, "the outcome is not one of payments alone");
        }

        // Everything in whole numbers of one fine unit.
        List<(int Group, Rational Utility)>[] supporters = Supporters(instance, profile, rule.Satisfaction);
        BigInteger scale = result.Purchases.Aggregate(perVoter.Denominator, (lcm, purchase) => Lcm(lcm, purchase.Price.Denominator));
        scale *= instance.Projects.Aggregate(BigInteger.One, (lcm, project) => Lcm(lcm, project.Cost.Denominator));
        scale *= supporters.SelectMany(list => list.Select(entry => entry.Utility.Denominator).Distinct()).Distinct().Aggregate(BigInteger.One, Lcm);
        BigInteger start = Whole(perVoter, scale);
        BigInteger[] money = new BigInteger[profile.GroupCount];
        Array.Fill(money, start);
        bool[] bought = new bool[instance.Projects.Length];
        foreach (Purchase purchase in result.Purchases)
        {
            int project = instance.IndexOf(purchase.ProjectId);
            BigInteger paid = BigInteger.Zero;
            for (int other = 0; other < bought.Length; other++)
            {
                if (other != project && !bought[other] && IsOpen(other) && WouldPay(other, purchase.Price) > Whole(instance.Projects[other].Cost, scale))
                {
                    return Refuted($"{instance.Projects[other].Id} was cheaper when {purchase.ProjectId} was bought");
                }
            }

            foreach ((int group, Rational utility) in supporters[project])
            {
                BigInteger share = BigInteger.Min(money[group], Whole(purchase.Price * utility, scale));
                money[group] -= share;
                paid += share * profile.MultiplicityOf(group);
            }

            if (paid != Whole(instance.Projects[project].Cost, scale))
            {
                return Refuted($"the payments for {purchase.ProjectId} are not its cost");
            }

            bought[project] = true;
        }

        for (int project = 0; project < bought.Length; project++)
        {
            BigInteger left = supporters[project].Aggregate(BigInteger.Zero, (sum, entry) => sum + (money[entry.Group] * profile.MultiplicityOf(entry.Group)));
            if (!bought[project] && IsOpen(project) && left >= Whole(instance.Projects[project].Cost, scale))
            {
                return Refuted($"the supporters of {instance.Projects[project].Id} could still have paid for it");
            }
        }

        return new(OutcomeProperty.Payments, true, "");

        bool IsOpen(int project) => supporters[project].Count > 0 && result.Projects[project].Reason != OutcomeReason.NotEligible;

        // With all supporters paying in full it is a plain product; only when that is more than the cost do we look closer.
        BigInteger WouldPay(int project, Rational price)
        {
            Rational all = supporters[project].Count == 0 ? 0 : price * TotalUtility(project);
            if (all <= instance.Projects[project].Cost)
            {
                return BigInteger.Zero;
            }

            BigInteger sum = BigInteger.Zero;
            bool allSpent = true;
            Dictionary<Rational, BigInteger> shares = [];
            foreach ((int group, Rational utility) in supporters[project])
            {
                if (!shares.TryGetValue(utility, out BigInteger share))
                {
                    shares[utility] = share = Whole(price * utility, scale);
                }

                allSpent &= money[group] < share;
                sum += BigInteger.Min(money[group], share) * profile.MultiplicityOf(group);
            }

            // Spending everything below this price and getting exactly the cost is cheaper, too.
            return allSpent ? sum + 1 : sum;
        }

        Rational TotalUtility(int project) => rule.Satisfaction is Satisfaction.Cost or Satisfaction.Cardinality
            ? supporters[project][0].Utility * supporters[project].Sum(entry => (long)profile.MultiplicityOf(entry.Group))
            : supporters[project].Aggregate(Rational.Zero, (sum, entry) => sum + (entry.Utility * profile.MultiplicityOf(entry.Group)));

        static Finding Refuted(string detail) => new(OutcomeProperty.Payments, false, detail);
    }

    private static List<(int Group, Rational Utility)>[] Supporters(Instance instance, Profile profile, Satisfaction satisfaction)
    {
        List<(int, Rational)>[] supporters = [.. instance.Projects.Select(_ => new List<(int, Rational)>())];
        for (int group = 0; group < profile.GroupCount; group++)
        {
            ReadOnlySpan<int> choices = profile.ChoicesOf(group);
            ImmutableArray<Rational> points = satisfaction == Satisfaction.Points ? profile.PointsOf(group) : [];
            for (int place = 0; place < choices.Length; place++)
            {
                int project = choices[place];
                Rational utility = satisfaction switch
                {
                    Satisfaction.Cost => instance.Projects[project].Cost,
                    Satisfaction.Cardinality => Rational.One,
                    Satisfaction.Points => points[place],
                    Satisfaction.Borda => choices.Length - 1 - place,
                    _ => Math.Max(profile.MaxLength ?? 0, choices.Length) - place,
                };
                if (utility.Sign > 0 || satisfaction == Satisfaction.Cost)
                {
                    supporters[project].Add((group, utility));
                }
            }
        }

        return supporters;
    }

    // For every set of projects: the voters who want all of them and are worse off, were they to be given one project more.
    private static Finding Represents(Instance instance, Profile profile, Satisfaction satisfaction, bool[] funded)
    {
        int count = instance.Projects.Length;
        if (count > LargestExhaustiveCheck)
        {
            return new(OutcomeProperty.JustifiedRepresentation, null, $"it is checked on at most {LargestExhaustiveCheck} projects");
        }

        Rational[] worth = [.. instance.Projects.Select(project => satisfaction == Satisfaction.Cost ? project.Cost : Rational.One)];
        int[] wanted = new int[profile.GroupCount];
        Rational[] best = new Rational[profile.GroupCount];
        for (int group = 0; group < wanted.Length; group++)
        {
            Rational more = Rational.Zero;
            foreach (int project in profile.ChoicesOf(group))
            {
                wanted[group] |= 1 << project;
                best[group] += funded[project] ? worth[project] : Rational.Zero;
                more = !funded[project] && worth[project] > more ? worth[project] : more;
            }

            best[group] += more;
        }

        for (int set = 1; set < 1 << count; set++)
        {
            Rational value = Rational.Zero;
            Rational cost = Rational.Zero;
            for (int project = 0; project < count; project++)
            {
                if ((set >> project & 1) != 0)
                {
                    value += worth[project];
                    cost += instance.Projects[project].Cost;
                }
            }

            // With one more project a voter must be strictly better off, without one at least as well: the first implies that
            // someone with everything they want is served.
            long served = 0;
            for (int group = 0; group < wanted.Length; group++)
            {
                bool worse = (wanted[group] & set) == set && (best[group] < value || (best[group] == value && HasMore(group)));
                served += worse ? profile.MultiplicityOf(group) : 0;
            }

            if (served > 0 && served * instance.Budget >= cost * profile.BallotCount)
            {
                string ids = string.Join(", ", Enumerable.Range(0, count).Where(project => (set >> project & 1) != 0).Select(project => instance.Projects[project].Id));
                return new(OutcomeProperty.JustifiedRepresentation, false, $"{served} voters who want {ids} are served worse");
            }
        }

        return new(OutcomeProperty.JustifiedRepresentation, true, "");

        bool HasMore(int group)
        {
            foreach (int project in profile.ChoicesOf(group))
            {
                if (!funded[project])
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static BigInteger Lcm(BigInteger one, BigInteger other) => one / BigInteger.GreatestCommonDivisor(one, other) * other;

    private static BigInteger Whole(Rational value, BigInteger scale) => value.Numerator * (scale / value.Denominator);
}
