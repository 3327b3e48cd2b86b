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
    private readonly CounterfactualSearch _search;
    private readonly GroupLimits _limits;
    private readonly bool _alike;

    // Exact money classes: ballots of one class have the same money.
    private readonly List<Rational> _money;
    private readonly List<double> _near;
    private readonly int[] _classOf;

    // For each loser the best guesses so far, from the rounds gone through.
    private readonly double[] _voters;
    private readonly double[] _choices;
    private readonly double[] _costs;
    private readonly double[] _choiceUtilities;
    private readonly bool[]?[] _choosers;

    /// <summary>Prepares to explain.</summary>
    /// <param name="instance">The budget and the projects.</param>
    /// <param name="support">The ballots.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="result">Its outcome.</param>
    /// <param name="perVoter">The money per voter of the run that decided.</param>
    /// <param name="search">What tells which voters and choices are added.</param>
    public EqualSharesExplainer(
        Instance instance, Support support, EqualSharesRule rule, TallyResult result, Rational perVoter, CounterfactualSearch search)
    {
        _instance = instance;
        _profile = support.Profile;
        _rule = rule;
        _result = result;
        _perVoter = perVoter;
        _support = support;
        _limits = new GroupLimits(instance, rule.Groups);
        _alike = support.Utilities is null;
        _money = [perVoter];
        _near = [Doubles.Nearest(perVoter)];
        _classOf = new int[_profile.GroupCount];
        _voters = new double[instance.Projects.Length];
        _choices = new double[instance.Projects.Length];
        _costs = new double[instance.Projects.Length];
        _choiceUtilities = new double[instance.Projects.Length];
        _choosers = new bool[instance.Projects.Length][];
        Array.Fill(_voters, double.PositiveInfinity);
        Array.Fill(_choices, double.PositiveInfinity);
        Monotone monotone = Monotone.Of(rule with { Increase = null, Completion = Completion.None, Comparison = null }, _profile);
        bool voters = rule.Eligibility is { MinimumShare: null, CostDivisor: null };
        _search = search.With(monotone with { Voters = voters }, Wins);
    }

    /// <summary>The exact money the voters of a group have left in the end.</summary>
    public Rational MoneyOf(int group) => _money[_classOf[group]];

    /// <summary>Fills in what is to be said of each project, and where to begin searching with the whole rule.</summary>
    public void Explain(ProjectExplanation[] explanations, Guess[] guesses)
    {
        int[] losers = [.. Enumerable.Range(0, explanations.Length).Where(project => !explanations[project].Outcome.IsFunded)];
        bool[] waiting = [.. _result.Projects.Select(
            outcome => outcome.Reason is OutcomeReason.SupportersOutOfMoney or OutcomeReason.FundedByCompletion or OutcomeReason.DoesNotFit)];
        foreach (int loser in losers)
        {
            _choiceUtilities[loser] = _rule.Satisfaction switch
            {
                Satisfaction.Points => _search.ChoicePoints(loser),
                Satisfaction.Borda => Math.Max(1, (double)_profile.Length / Math.Max(1, _profile.BallotCount)),
                _ => _search.VoterUtility,
            };
        }

        for (int round = 1; round <= _result.Purchases.Length; round++)
        {
            NoteUnaffordable(explanations, waiting, round);
            Purchase purchase = _result.Purchases[round - 1];
            int winner = _instance.IndexOf(purchase.ProjectId);
            foreach (int loser in losers)
            {
                if (_limits.Refusal(loser, out _) is null)
                {
                    Guess(loser, purchase.Price);
                }
            }

            Buy(explanations, winner, purchase.Price, round);
            _limits.Take(winner);
        }

        NoteUnaffordable(explanations, waiting, _result.Purchases.Length + 1);
        Parallel.ForEach(losers, loser =>
        {
            Counterfactuals same = _search.Seek(loser, AtEnd(loser));
            explanations[loser] = explanations[loser] with { AtSameShares = same.IsEmpty ? null : same with { PerVoter = _perVoter } };
            guesses[loser] = new Guess(same.FurtherVoters?.Value ?? 1, same.FurtherChoices?.Value ?? 1, same.HighestCost is { } cost ? Doubles.Nearest(cost.Value) : 0);
        });
    }

    private void NoteUnaffordable(ProjectExplanation[] explanations, bool[] waiting, int round)
    {
        for (int loser = 0; loser < waiting.Length; loser++)
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
                    explanations[loser] = explanations[loser] with { UnaffordableBy = round, SupportersMoney = money };
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

    private void Buy(ProjectExplanation[] explanations, int winner, Rational price, int round)
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

        explanations[winner] = explanations[winner] with
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
        double share = byCost ? perUnit * cost : perUnit / _profile.UtilityUnit(_rule.Satisfaction);
        (double poor, double rich) = Paid(loser, share);
        double missing = cost - poor - (share * rich);
        _voters[loser] = Math.Min(_voters[loser], missing / Math.Min(share * _search.VoterUtility, _near[0]));
        _choices[loser] = Math.Min(_choices[loser], Choices(loser, missing, share * _choiceUtilities[loser], _choices[loser]));

        // With cost satisfaction a lower cost also lowers what everyone is asked for: Newton's method on a concave function,
        // from the right, never goes too far.
        double highest = byCost ? poor / (1 - (perUnit * rich)) : poor + (share * rich);
        for (double before = cost; byCost && highest > _costs[loser] && highest < before * (1 - 1e-12);)
        {
            before = highest;
            (poor, rich) = Paid(loser, perUnit * highest);
            highest = poor / (1 - (perUnit * rich));
        }

        if (highest > 0 && highest < cost)
        {
            _costs[loser] = Math.Max(_costs[loser], highest);
        }
    }

    // What is paid by supporters who have less than a share for each unit of utility, and the utility of the others.
    private (double Poor, double Rich) Paid(int project, double share)
    {
        double poor = 0;
        double rich = 0;
        for (int i = _support.Begin(project); i < _support.End(project); i++)
        {
            int group = _support.Groups[i];
            double money = _near[_classOf[group]];
            double utility = _alike ? 1 : _support.Utilities![i];
            int voters = _profile.Multiplicities[group];
            if (money < share * utility)
            {
                poor += money * voters;
            }
            else
            {
                rich += voters * utility;
            }
        }

        return (poor, rich);
    }

    private double Choices(int loser, double missing, double share, double enough)
    {
        double voters = 0;
        bool[] chooses = Choosers(loser);
        foreach (int group in _search.Order)
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

    // The guesses of all rounds and of the end, where all that counts is whether there is enough money.
    private Guess AtEnd(int loser)
    {
        if (_limits.Refusal(loser, out _) is not null)
        {
            return new Guess(_voters[loser], _choices[loser], _costs[loser]);
        }

        Rational cost = _instance.Projects[loser].Cost;
        Rational money = Counts(loser).Aggregate(Rational.Zero, (sum, entry) => sum + (_money[entry.Key] * entry.Value));
        double missing = Doubles.Nearest(cost - money);
        return new Guess(
            Math.Min(_voters[loser], missing / _near[0]),
            Math.Min(_choices[loser], Choices(loser, missing, double.PositiveInfinity, _choices[loser])),
            Math.Max(_costs[loser], Doubles.Nearest(money)));
    }

    // A recount with the money per voter that decided.
    private bool Wins(Instance instance, Profile profile, int loser)
    {
        Support support = profile == _profile ? _support : new Support(profile, _rule.Satisfaction);
        EqualSharesRun run = new(new Election(instance, support, _result.Ties, _rule.Eligibility));
        run.Run(_perVoter, new GroupLimits(instance, _rule.Groups), null, loser);
        return run.Taken.Exists(taken => taken.Project == loser);
    }
}
