using System.Collections.Immutable;
using System.Numerics;

namespace Budgeting.Tally;

/// <summary>Goes through the purchases of equal shares once more, and finds what would have made the others win.</summary>
internal sealed class EqualSharesExplainer
{
    private readonly Instance _instance;
    private readonly Profile _profile;
    private readonly EqualSharesRule _rule;
    private readonly TallyResult _result;
    private readonly Rational _perVoter;
    private readonly Support _support;
    private readonly bool _alike;

    // Exact money classes: ballots of one class have the same money.
    private readonly List<Rational> _money;
    private readonly List<double> _near;
    private readonly int[] _classOf;
    private readonly ProjectExplanation?[] _explanations;
    private readonly int[] _order;

    // For each loser the best guesses so far, from the rounds gone through.
    private readonly double[] _voters;
    private readonly double[] _choices;
    private readonly double[] _costs;
    private readonly bool[]?[] _choosers;

    public EqualSharesExplainer(Instance instance, Profile profile, EqualSharesRule rule, TallyResult result, Rational perVoter)
    {
        _instance = instance;
        _profile = profile;
        _rule = rule;
        _result = result;
        _perVoter = perVoter;
        _support = new Support(profile, rule.Satisfaction);
        _alike = _support.Utilities is null;
        _money = [perVoter];
        _near = [Doubles.Nearest(perVoter)];
        _classOf = new int[profile.GroupCount];
        _explanations = new ProjectExplanation[instance.Projects.Length];
        _order = [.. Enumerable.Range(0, profile.GroupCount).OrderBy(Scatter).ThenBy(group => string.Join(',', profile.ChoicesOf(group).ToArray()), StringComparer.Ordinal)];
        _voters = new double[instance.Projects.Length];
        _choices = new double[instance.Projects.Length];
        _costs = new double[instance.Projects.Length];
        _choosers = new bool[instance.Projects.Length][];
        Array.Fill(_voters, double.PositiveInfinity);
        Array.Fill(_choices, double.PositiveInfinity);
    }

    public Explanation Explain()
    {
        int[] losers = [.. Enumerable.Range(0, _explanations.Length).Where(
            project => _result.Projects[project].Reason is OutcomeReason.SupportersOutOfMoney or OutcomeReason.FundedByCompletion or OutcomeReason.DoesNotFit
                && _support.Voters[project] > 0)];
        bool[] waiting = new bool[_explanations.Length];
        foreach (int loser in losers)
        {
            waiting[loser] = true;
        }

        for (int round = 1; round <= _result.Purchases.Length; round++)
        {
            NoteUnaffordable(losers, waiting, round);
            Purchase purchase = _result.Purchases[round - 1];
            int winner = _instance.IndexOf(purchase.ProjectId);
            if (_alike)
            {
                foreach (int loser in losers)
                {
                    Guess(loser, purchase.Price);
                }
            }

            Buy(winner, purchase.Price, round);
        }

        NoteUnaffordable(losers, waiting, _result.Purchases.Length + 1);
        if (_alike && _rule.Groups.IsEmpty)
        {
            Parallel.ForEach(losers.Where(loser => _result.Projects[loser].Reason == OutcomeReason.SupportersOutOfMoney), Seek);
        }

        return new Explanation(
            _result,
            [.. _explanations.Select((explanation, project) => explanation ?? new ProjectExplanation(_result.Projects[project]))],
            Explanation.Shares(_profile, _result, group => _money[_classOf[group]]));
    }

    private void NoteUnaffordable(int[] losers, bool[] waiting, int round)
    {
        foreach (int loser in losers)
        {
            if (waiting[loser])
            {
                double near = 0;
                for (int i = _support.Begin(loser); i < _support.End(loser); i++)
                {
                    near += _near[_classOf[_support.Groups[i]]] * _profile.Multiplicities[_support.Groups[i]];
                }

                if (near > Doubles.Nearest(_instance.Projects[loser].Cost) * (1 + 1e-9))
                {
                    continue;
                }

                Rational money = Counts(loser).Aggregate(Rational.Zero, (sum, entry) => sum + (_money[entry.Key] * entry.Value));
                if (money < _instance.Projects[loser].Cost)
                {
                    waiting[loser] = false;
                    _explanations[loser] = new ProjectExplanation(_result.Projects[loser]) { UnaffordableBy = round, SupportersMoney = money };
                }
            }
        }
    }

    private Dictionary<int, long> Counts(int project)
    {
        Dictionary<int, long> counts = [];
        for (int i = _support.Begin(project); i < _support.End(project); i++)
        {
            int index = _classOf[_support.Groups[i]];
            counts[index] = counts.GetValueOrDefault(index) + _profile.Multiplicities[_support.Groups[i]];
        }

        return counts;
    }

    private void Buy(int winner, Rational price, int round)
    {
        Dictionary<(int Class, long Utility), (int Target, bool Full)> targets = [];
        Rational factor = _support.UtilityFactor(_instance, winner);
        int full = 0;
        int spent = 0;
        Rational largest = Rational.Zero;
        for (int i = _support.Begin(winner); i < _support.End(winner); i++)
        {
            int group = _support.Groups[i];
            (int, long) key = (_classOf[group], _alike ? 1 : _support.Utilities![i]);
            if (!targets.TryGetValue(key, out (int Target, bool Full) target))
            {
                Rational share = price * key.Item2 * factor;
                Rational money = _money[key.Item1];
                Rational paid = share < money ? share : money;
                largest = paid > largest ? paid : largest;
                target = (paid.IsZero ? key.Item1 : _money.Count, share <= money);
                targets.Add(key, target);
                if (!paid.IsZero)
                {
                    _money.Add(money - paid);
                    _near.Add(Doubles.Nearest(money - paid));
                }
            }

            _classOf[group] = target.Target;
            full += target.Full ? _profile.Multiplicities[group] : 0;
            spent += target.Full ? 0 : _profile.Multiplicities[group];
        }

        _explanations[winner] = new ProjectExplanation(_result.Projects[winner])
        {
            Round = round,
            Price = price,
            LargestPayment = largest,
            FullPayers = full,
            OutOfMoney = spent,
        };
    }

    // What would have made the project win in this round: guesses, which recounts then make certain.
    private void Guess(int loser, Rational price)
    {
        double cost = Doubles.Nearest(_instance.Projects[loser].Cost);
        double perUnit = Doubles.Nearest(price);
        bool byCost = _rule.Satisfaction == Satisfaction.Cost;
        double share = perUnit * (byCost ? cost : 1);
        double paid = 0;
        double poor = 0;
        double rich = 0;
        for (int i = _support.Begin(loser); i < _support.End(loser); i++)
        {
            int group = _support.Groups[i];
            double money = _near[_classOf[group]];
            int voters = _profile.Multiplicities[group];
            paid += Math.Min(money, share) * voters;
            poor += money < share ? money * voters : 0;
            rich += money < share ? 0 : voters;
        }

        _voters[loser] = Math.Min(_voters[loser], (cost - paid) / Math.Min(share, _near[0]));
        _choices[loser] = Math.Min(_choices[loser], Choices(loser, cost - paid, share, _choices[loser]));

        // With cost satisfaction a lower cost also lowers what everyone is asked for.
        double highest = byCost ? poor / (1 - (perUnit * rich)) : poor + (share * rich);
        if (highest > 0 && highest < cost)
        {
            _costs[loser] = Math.Max(_costs[loser], highest);
        }
    }

    private double Choices(int loser, double missing, double share, double enough)
    {
        double voters = 0;
        bool[] chooses = Choosers(loser);
        foreach (int group in _order)
        {
            if (missing <= 0 || voters >= enough)
            {
                return voters;
            }

            if (!chooses[group])
            {
                double each = Math.Min(_near[_classOf[group]], share);
                int count = _profile.Multiplicities[group];
                voters += each * count <= missing ? count : Math.Ceiling(missing / each);
                missing -= each * count;
            }
        }

        return missing <= 0 ? voters : double.PositiveInfinity;
    }

    private bool[] Choosers(int loser)
    {
        if (_choosers[loser] is not bool[] chooses)
        {
            _choosers[loser] = chooses = new bool[_profile.GroupCount];
            for (int i = _support.Begin(loser); i < _support.End(loser); i++)
            {
                chooses[_support.Groups[i]] = true;
            }
        }

        return chooses;
    }

    private void Seek(int loser)
    {
        Project project = _instance.Projects[loser];
        Rational atEnd = Counts(loser).Aggregate(Rational.Zero, (sum, entry) => sum + (_money[entry.Key] * entry.Value));
        double missing = Doubles.Nearest(project.Cost - atEnd);
        double voters = Math.Min(_voters[loser], missing / _near[0]);
        double choices = Math.Min(_choices[loser], Choices(loser, missing, double.PositiveInfinity, _choices[loser]));
        int all = _profile.BallotCount - _support.Voters[loser];

        bool[] chooses = Choosers(loser);
        int[] others = [.. _order.Where(group => !chooses[group])];

        // Costs are whole numbers or hundredths, and so is the answer.
        Rational unit = _instance.Projects.All(entry => entry.Cost.IsInteger) ? Rational.One : new Rational(1, 100);
        long highest = (long)(project.Cost / unit).Floor();
        double guess = Math.Max(_costs[loser], Doubles.Nearest(atEnd)) / Doubles.Nearest(unit);
        long? lower = highest < 1 ? null : Threshold.Least(
            highest - (long)guess, highest,
            reduction => Wins(loser, _profile, (highest - reduction) * unit));
        _explanations[loser] = _explanations[loser]! with
        {
            FurtherVoters = Threshold.Least(
                Rounded(voters), int.MaxValue - _profile.BallotCount, further => Wins(loser, _profile.WithVotersFor(loser, (int)further), project.Cost)),
            FurtherChoices = all == 0 ? null : Threshold.Least(
                Rounded(choices), all, further => Wins(loser, _profile.WithAdded(loser, others, (int)further), project.Cost)),
            HighestCost = lower is long reduced ? (highest - reduced) * unit : null,
        };
    }

    private static long Rounded(double voters) => voters < 1e9 ? (long)Math.Ceiling(voters - 1e-6) : int.MaxValue;

    // A recount with the money per voter that decided.
    private bool Wins(int loser, Profile profile, Rational cost)
    {
        Instance instance = new(_instance.Budget, _instance.Projects.Select((project, index) => index == loser ? new Project(project.Id, cost) : project));
        Support support = profile == _profile ? _support : new Support(profile, _rule.Satisfaction);
        EqualSharesRun run = new(new Election(instance, support, _result.Ties, _rule.Eligibility));
        run.Run(_perVoter, new GroupLimits(instance, []), null, loser);
        return run.Taken.Count > 0 && run.Taken[^1].Project == loser;
    }

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
}
