using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>Why one project is funded or not, as data.</summary>
/// <param name="Outcome">What the rule decided.</param>
public sealed record ProjectExplanation(ProjectOutcome Outcome)
{
    /// <summary>The round in which equal shares bought it or Phragmén's rule took it, the first being 1; null when neither did.</summary>
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

    /// <summary>The points or Borda points it got in all, for rules that count them; otherwise null.</summary>
    public Rational? Points { get; init; }

    /// <summary>
    /// The load of each of its supporters under Phragmén's rule, in the unit of the costs: once it was taken, or as it would
    /// have been had it been taken when the count ended. Null for other rules and without supporters.
    /// </summary>
    public Rational? Load { get; init; }

    /// <summary>The id of the project at which the count ended, when it ended before or at this one's turn; null otherwise.</summary>
    public string? EndedAt { get; init; }

    /// <summary>The number of supporters it would have needed to take part, when it had fewer; null otherwise.</summary>
    public long? RequiredSupporters { get; init; }

    /// <summary>The points it would have needed to take part, when it had fewer; null otherwise.</summary>
    public Rational? RequiredPoints { get; init; }

    /// <summary>The group that kept it out, with <see cref="OutcomeReason.Excluded"/> and <see cref="OutcomeReason.CategoryFull"/>; null otherwise.</summary>
    public ProjectGroup? Group { get; init; }

    /// <summary>What the funded projects of <see cref="Group"/> cost together; null without a group.</summary>
    public Rational? GroupCost { get; init; }

    /// <summary>
    /// What would have had it funded when the whole rule is applied to the changed election: with other shares, other
    /// completions, another comparison where they follow from the change. Null when it is funded, or when that is too much
    /// work; see <see cref="Explanation.Of"/>.
    /// </summary>
    public Counterfactuals? Recounted { get; init; }

    /// <summary>
    /// For equal shares, what would have let its supporters pay for it in the run that decided, with the money per voter
    /// that was used there, further voters coming with the same. With a completion this does not prove that it would
    /// have been funded, since the amount could have changed. Null for other rules and funded projects.
    /// </summary>
    public Counterfactuals? AtSameShares { get; init; }
}

/// <summary>The voters who have the same number of their chosen projects funded.</summary>
/// <param name="Funded">How many of their chosen projects are funded.</param>
/// <param name="Voters">How many voters.</param>
/// <param name="MoneyLeft">What equal shares left them together; null for other rules.</param>
public sealed record VoterShare(int Funded, long Voters, Rational? MoneyLeft);

/// <summary>Why an election came out as it did.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Result">The outcome.</param>
/// <param name="Projects">One explanation for each project, in file order.</param>
/// <param name="Voters">The voters by how many of their chosen projects are funded, from none upwards.</param>
public sealed record Explanation(
    ITallyRule Rule, TallyResult Result, ImmutableArray<ProjectExplanation> Projects, ImmutableArray<VoterShare> Voters)
{
    /// <summary>The effort made unless told otherwise: a second or so.</summary>
    public const long DefaultEffort = 300_000_000;

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
    /// <param name="effort">
    /// How much work recounts may be where more support can also hurt, so that every smaller change has to be counted: about
    /// the number of choices on ballots to be read, over all recounts. It is a number of steps and not a time, so that the
    /// same election always has the same explanations. At least zero.
    /// </param>
    /// <returns>
    /// Explanations with exact amounts. What would have changed the outcome is sought for every project that is not funded
    /// and does not cost more than the budget; see <see cref="Counterfactual{T}"/> for what is certain of it.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="effort"/> is negative.</exception>
    /// <remarks>
    /// Takes about six counts for each project that is not funded, and the effort. A change that leaves a tie which the
    /// tie-break does not resolve is not answered.
    /// </remarks>
    public static Explanation Of(Instance instance, Profile profile, ITallyRule rule, TallyResult result, long effort = DefaultEffort)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfNegative(effort);
        bool greedyTaken = result.Comparison is { GreedyTaken: true };
        Support support = new(profile, rule.Satisfaction);
        Monotone monotone = Monotone.Of(rule, profile);
        CounterfactualSearch search = new(
            instance, profile, rule.Satisfaction, monotone, Trials(profile, result, effort),
            (changed, ballots, project) => rule.Tally(changed, ballots, result.Ties).Projects[project].IsFunded);
        ImmutableArray<VoterShare>? voters = null;
        ProjectExplanation[] projects = [.. result.Projects.Select(outcome => new ProjectExplanation(outcome))];
        Guess[] guesses = new Guess[projects.Length];
        switch (rule)
        {
            case EqualSharesRule shares when result.PerVoter is Rational perVoter && !greedyTaken:
                EqualSharesExplainer explainer = new(instance, support, shares, result, perVoter, search);
                explainer.Explain(projects, guesses);
                voters = Shares(profile, result, explainer.MoneyOf);
                break;
            case PhragmenRule phragmen:
                new PhragmenExplainer(new Election(instance, support, result.Ties, phragmen.Eligibility), phragmen, result, search).Explain(projects, guesses);
                break;
            case GreedyRule greedy:
                new GreedyExplainer(instance, support, greedy, result, search).Explain(projects, guesses);
                break;
        }

        Parallel.For(0, projects.Length, project =>
        {
            ProjectExplanation explanation = WithReason(projects[project], instance, support, rule, result, project);
            if (!explanation.Outcome.IsFunded)
            {
                // What adds no voters leaves the shares alone when nothing follows the one run.
                bool same = rule is EqualSharesRule { Increase: null, Completion: Completion.None, Comparison: null };
                Counterfactuals recounted = search.Seek(project, guesses[project], same ? explanation.AtSameShares : null);
                explanation = explanation with { Recounted = recounted.IsEmpty ? null : recounted };
            }

            projects[project] = explanation;
        });
        return new Explanation(rule, result, [.. projects], voters ?? Shares(profile, result, null));
    }

    // How many recounts the effort allows for each answer: to each loser three, of reading all ballots at least eight times
    // after each increase, and of some preparation.
    private static int Trials(Profile profile, TallyResult result, long effort)
    {
        Int128 reading = ((Int128)(profile.Length + profile.GroupCount) * (8 + result.Increases)) + 20_000;
        return (int)Int128.Min(int.MaxValue, effort / (reading * 3 * Math.Max(1, result.Projects.Count(outcome => !outcome.IsFunded))));
    }

    private static ProjectExplanation WithReason(
        ProjectExplanation explanation, Instance instance, Support support, ITallyRule rule, TallyResult result, int project)
    {
        ProjectOutcome outcome = explanation.Outcome;
        if (rule.Satisfaction is not (Satisfaction.Cost or Satisfaction.Cardinality))
        {
            explanation = explanation with { Points = support.Score(project) };
        }

        if (outcome.Reason == OutcomeReason.NotEligible)
        {
            (long? supporters, Rational? points) = rule.Eligibility.Missed(instance, support, project);
            explanation = explanation with { RequiredSupporters = supporters, RequiredPoints = points };
        }

        if (outcome.Reason is OutcomeReason.Excluded or OutcomeReason.CategoryFull)
        {
            // Groups only fill, so what kept the project out at its turn is still there at the end.
            foreach (ProjectGroup group in rule.Groups.Where(group => group.Projects.Contains(outcome.ProjectId)))
            {
                ProjectOutcome[] funded = [.. result.Projects.Where(other => other.IsFunded && group.Projects.Contains(other.ProjectId))];
                Rational cost = funded.Aggregate(Rational.Zero, (sum, other) => sum + other.Cost);
                if (outcome.Reason == OutcomeReason.Excluded ? funded.Length >= group.MaxCount : cost + outcome.Cost > group.MaxCost)
                {
                    return explanation with { Group = group, GroupCost = cost };
                }
            }
        }

        return explanation;
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
