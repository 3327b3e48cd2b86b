namespace Budgeting.Tally;

/// <summary>A change that would have had a project funded, found by counting again.</summary>
/// <typeparam name="T">A number of voters, or a cost.</typeparam>
/// <param name="Value">
/// How large the change: with it the project is funded, and with one voter fewer, or at the next higher cost, it is not.
/// Both have been counted.
/// </param>
/// <param name="IsExact">
/// Whether it is certain that no smaller change would have done. Adding support can also hurt under some rules, so that is
/// either proven for the rule or every smaller change has been counted.
/// </param>
public sealed record Counterfactual<T>(T Value, bool IsExact)
    where T : struct;

/// <summary>What would have had one project funded, all else equal. What was not sought, or cannot be, is null.</summary>
public sealed record Counterfactuals
{
    /// <summary>
    /// The smallest number of further voters who choose nothing else. On ballots with points each gives as many as the most
    /// that any ballot gives to one project. Null with Borda satisfaction, where a ballot with one project supports nothing.
    /// </summary>
    public Counterfactual<long>? FurtherVoters { get; init; }

    /// <summary>
    /// The smallest number of voters who had not chosen it with whose choice, added to their ballots, it is funded: voters
    /// like the average, taken from all ballots in an order that has nothing to do with what they say. On ballots with points
    /// each gives what its own supporters give on average, rounded up; on ranked ballots it is put first, and what no longer
    /// fits on the ballot falls off. Null on ballots with room for one project only.
    /// </summary>
    public Counterfactual<long>? FurtherChoices { get; init; }

    /// <summary>The highest cost, below the one it had, in multiples of <see cref="CostStep"/>.</summary>
    public Counterfactual<Rational>? HighestCost { get; init; }

    /// <summary>The unit of costs: one when all costs are whole, otherwise a hundredth.</summary>
    public Rational CostStep { get; init; }

    /// <summary>The money per voter that was kept as it was; null when the whole rule was counted again.</summary>
    public Rational? PerVoter { get; init; }

    /// <summary>The points each of the further voters gives; null on ballots without points.</summary>
    public Rational? VoterPoints { get; init; }

    /// <summary>The points each of the further choices gives; null on ballots without points.</summary>
    public Rational? ChoicePoints { get; init; }

    /// <summary>Whether further choices are put first on ranked ballots.</summary>
    public bool PutsFirst { get; init; }

    /// <summary>Whether nothing is known.</summary>
    public bool IsEmpty => FurtherVoters is null && FurtherChoices is null && HighestCost is null;
}

/// <summary>Whether a project is funded when an election that differs in it is counted.</summary>
internal delegate bool Recount(Instance instance, Profile profile, int project);

/// <summary>For which changes it is proven that a larger one never makes a project lose that a smaller one makes win.</summary>
internal readonly record struct Monotone(bool Voters, bool Choices, bool Cost)
{
    /// <summary>What is proven of counting by a whole rule; docs/tally.md has the arguments.</summary>
    public static Monotone Of(ITallyRule rule, Profile profile)
    {
        // Ranking a project first moves the others down the ballot, unless utilities are counted from its end.
        bool others = profile.VoteType == VoteType.Ordinal && profile.MaxLength is not null;
        bool voters = rule.Eligibility is { MinimumShare: null, CostDivisor: null };
        return rule switch
        {
            GreedyRule greedy => new(voters, !others, greedy is not { Order: GreedyOrder.Total, Satisfaction: Satisfaction.Cost }),
            PhragmenRule => new(voters, !others, true),
            EqualSharesRule { Increase: null, Comparison: null } => new(false, !others, true),
            _ => default,
        };
    }
}

/// <summary>Where to begin searching: as good as they are, the answers do not depend on them.</summary>
internal readonly record struct Guess(double Voters, double Choices, double Cost);

/// <summary>Finds the least changes to one project that have it funded.</summary>
internal sealed class CounterfactualSearch
{
    private readonly Instance _instance;
    private readonly Profile _profile;
    private readonly int _trials;
    private readonly Rational _unit;
    private readonly long _mostPoints;
    private Recount _wins;
    private Monotone _monotone;

    /// <summary>Prepares to search.</summary>
    /// <param name="instance">The budget and the projects.</param>
    /// <param name="profile">The ballots.</param>
    /// <param name="satisfaction">What voters gain.</param>
    /// <param name="monotone">Where halving is allowed.</param>
    /// <param name="trials">The most recounts to be made for each answer where it is not; without an answer within it there is none.</param>
    /// <param name="wins">How to count again.</param>
    public CounterfactualSearch(Instance instance, Profile profile, Satisfaction satisfaction, Monotone monotone, int trials, Recount wins)
    {
        _instance = instance;
        _profile = profile;
        _wins = wins;
        _monotone = monotone;
        _trials = trials;
        _unit = instance.Projects.All(project => project.Cost.IsInteger) ? Rational.One : new Rational(1, 100);
        for (int group = 0; group < profile.GroupCount; group++)
        {
            foreach (long points in profile.WholePointsOf(group))
            {
                _mostPoints = Math.Max(_mostPoints, points);
            }
        }

        Order = [.. Enumerable.Range(0, profile.GroupCount)];
        ulong[] scattered = [.. Order.Select(Scatter)];
        Array.Sort(Order, (one, other) => scattered[one] != scattered[other] ? scattered[one].CompareTo(scattered[other]) : ByContents(one, other));
        VoterUtility = satisfaction switch
        {
            Satisfaction.Points => Math.Max(_mostPoints, 1),
            Satisfaction.Borda => 0,
            Satisfaction.CityBorda => profile.MaxLength!.Value,
            _ => 1,
        };
    }

    /// <summary>The same search by another way of counting.</summary>
    public CounterfactualSearch With(Monotone monotone, Recount wins)
    {
        CounterfactualSearch other = (CounterfactualSearch)MemberwiseClone();
        (other._monotone, other._wins) = (monotone, wins);
        return other;
    }

    /// <summary>The groups of ballots in the order in which their voters are asked to add a choice.</summary>
    public int[] Order { get; }

    /// <summary>The utility, as a profile counts it, of a voter who chooses one project only.</summary>
    public long VoterUtility { get; }

    /// <summary>The points of a choice added to ballots with points.</summary>
    public long ChoicePoints(int project)
    {
        Int128 sum = 0;
        long count = 0;
        for (int group = 0; group < _profile.GroupCount && _profile.HasPoints; group++)
        {
            int place = _profile.ChoicesOf(group).IndexOf(project);
            if (place >= 0 && _profile.WholePointsOf(group)[place] is > 0 and var points)
            {
                sum += (Int128)points * _profile.Multiplicities[group];
                count += _profile.Multiplicities[group];
            }
        }

        return count == 0 ? Math.Max(_mostPoints, 1) : (long)((sum + count - 1) / count);
    }

    /// <summary>The groups of ballots a project is not on, in <see cref="Order"/>.</summary>
    public List<int> Others(int project) => [.. Order.Where(group => !_profile.ChoicesOf(group).Contains(project))];

    /// <summary>What would have had a project funded that is not.</summary>
    /// <param name="project">The project.</param>
    /// <param name="guess">Where to begin.</param>
    /// <param name="known">What is known already of further choices and of costs, or null.</param>
    public Counterfactuals Seek(int project, Guess guess, Counterfactuals? known = null) => new()
    {
        CostStep = _unit,
        PutsFirst = _profile.VoteType == VoteType.Ordinal,
        VoterPoints = _profile.HasPoints ? new Rational(Math.Max(_mostPoints, 1), _profile.UtilityUnit(Satisfaction.Points)) : null,
        ChoicePoints = _profile.HasPoints ? new Rational(ChoicePoints(project), _profile.UtilityUnit(Satisfaction.Points)) : null,
        FurtherVoters = SeekVoters(project, guess),
        FurtherChoices = known is null ? SeekChoices(project, guess) : known.FurtherChoices,
        HighestCost = known is null ? SeekCost(project, guess) : known.HighestCost,
    };

    private Counterfactual<long>? SeekVoters(int project, Guess guess) => VoterUtility == 0 || !IsPayable(project) ? null : Least(
        _monotone.Voters, Rounded(guess.Voters), int.MaxValue - _profile.BallotCount,
        further => _wins(_instance, _profile.WithVotersFor(project, (int)further, Math.Max(_mostPoints, 1)), project));

    private Counterfactual<long>? SeekChoices(int project, Guess guess)
    {
        if (_profile.VoteType == VoteType.ChooseOne || !IsPayable(project) || !IsSought(_monotone.Choices))
        {
            return null;
        }

        List<int> others = Others(project);
        long points = ChoicePoints(project);
        long all = others.Sum(group => (long)_profile.Multiplicities[group]);
        return all == 0 ? null : Least(
            _monotone.Choices, Rounded(guess.Choices), all,
            further => _wins(_instance, _profile.WithAdded(project, others, (int)further, points), project));
    }

    private Counterfactual<Rational>? SeekCost(int project, Guess guess)
    {
        // The cost itself, or what it is rounded up to: reductions are counted from there.
        Rational cost = -(-_instance.Projects[project].Cost / _unit).Floor();
        Counterfactual<long>? reduction = cost < 1 || cost > long.MaxValue ? null : Least(
            _monotone.Cost, Rounded(Doubles.Nearest(cost) - Math.Floor(guess.Cost / Doubles.Nearest(_unit))), cost.ToInt64(),
            reduced => _wins(WithCost(project, (cost - reduced) * _unit), _profile, project));
        return reduction is null ? null : new((cost - reduction.Value) * _unit, reduction.IsExact);
    }

    // No support makes a project fit that costs more than there is.
    private bool IsPayable(int project) => _instance.Projects[project].Cost <= _instance.Budget;

    private bool IsSought(bool monotone) => monotone || _trials > 1;

    private Instance WithCost(int project, Rational cost) =>
        new(_instance.Budget, _instance.Projects.Select((entry, index) => index == project ? new Project(entry.Id, cost) : entry));

    private Counterfactual<long>? Least(bool monotone, long guess, long highest, Func<long, bool> succeeds)
    {
        if (!IsSought(monotone))
        {
            return null;
        }

        Dictionary<long, bool> known = [];
        int left = monotone ? int.MaxValue : _trials;
        try
        {
            if (Boundary(guess, highest, Counted) is not long found)
            {
                return null;
            }

            if (monotone)
            {
                return new(found, true);
            }

            // Every smaller change, while that is not too much work.
            if (found - 1 - known.Keys.Count(smaller => smaller < found) > left)
            {
                return new(found, false);
            }

            for (long smaller = 1; smaller < found; smaller++)
            {
                if (Counted(smaller))
                {
                    return new(smaller, true);
                }
            }

            return new(found, true);
        }
        catch (Exception exception) when (exception is UnresolvedTieException or TrialsSpentException)
        {
            // Then nothing is certain, and nothing is said.
            return null;
        }

        bool Counted(long change)
        {
            if (known.TryGetValue(change, out bool wins))
            {
                return wins;
            }

            return left-- > 0 ? known[change] = succeeds(change) : throw new TrialsSpentException();
        }
    }

    /// <summary>A number from 1 to a highest one that succeeds while the one below it does not, near a guess; null when none was found.</summary>
    private static long? Boundary(long guess, long highest, Func<long, bool> succeeds)
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

    private static long Rounded(double number) => number is > 1 and < 1e15 ? (long)Math.Ceiling(number - 1e-6) : 1;

    // A fixed order of ballots that has nothing to do with their order in the file.
    private ulong Scatter(int group)
    {
        ulong hash = 0x9E3779B97F4A7C15;
        foreach (int project in _profile.ChoicesOf(group))
        {
            hash = unchecked((hash ^ (ulong)project) * 0xD6E8FEB86659FD93);
            hash ^= hash >> 32;
        }

        return hash;
    }

    private int ByContents(int one, int other)
    {
        int order = _profile.ChoicesOf(one).SequenceCompareTo(_profile.ChoicesOf(other));
        return order != 0 ? order : _profile.WholePointsOf(one).SequenceCompareTo(_profile.WholePointsOf(other));
    }

    private sealed class TrialsSpentException : Exception;
}
