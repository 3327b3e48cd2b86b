using System.Numerics;
using System.Runtime.InteropServices;

namespace Budgeting.Tally;

/// <summary>One run of equal shares from one amount of money per voter; used again and again with more money.</summary>
/// <remarks>
/// <para>
/// Voters are grouped by equal ballots, and ballots by equal money: a money class is "everything spent" (0), "nothing
/// spent yet" (1), or what is left of another class after one purchase. Money and prices are doubles, each with a bound
/// on its error that follows from the operations that made it; docs/tally.md has the argument. Wherever two of them are
/// too close for their bounds, exact fractions decide. These are computed only then: a price is a fixed combination, with
/// whole coefficients, of the starting money and the earlier prices, and that combination is what is remembered.
/// </para>
/// <para>
/// A project's price only rises as money is spent, and one that is no longer affordable never becomes so. So the last
/// known price is a lower bound, and only projects whose bound is below the best price found are looked at again.
/// </para>
/// </remarks>
internal sealed class EqualSharesRun
{
    private const int Spent = 0;
    private const int Unspent = 1;

    // Voters with this much more than a price, relatively, still have more at any price within its width.
    private const double Margin = 1e-8;

    private readonly Election _election;
    private readonly Support _support;
    private readonly double[] _costs;
    private readonly double[] _factors;
    private readonly BigInteger _costUnit;

    // Money classes.
    private double[] _money = new double[256];
    private double[] _errors = new double[256];
    private int[] _parents = new int[256];
    private int[] _rounds = new int[256];
    private long[] _utilities = new long[256];
    private Rational?[] _exactMoney = [];
    private int _classes;

    // Ballots: their class and how many there are.
    private readonly Ballots[] _ballots;

    // Scratch of one evaluation.
    private int[] _counts = new int[256];
    private int[] _otherCounts = new int[256];
    private readonly int[] _otherClasses;
    private Supporters _here;

    // The supporters of the cheapest project found in a round, who will probably be asked to pay.
    private Supporters _cheapest;

    private int[] _targets = new int[256];
    private readonly Dictionary<(int Class, long Utility), int> _targetsByUtility = [];
    private readonly List<int> _candidates = [];
    private readonly List<Price> _prices = [];
    private readonly PriorityQueue<int, double> _queue = new();

    private readonly List<PaidRound> _paid = [];
    private readonly List<(int Class, int Voters)> _poor = [];
    private readonly List<BigInteger> _exactPrices = [];
    private BigInteger _exactDenominator;
    private Rational _perVoter;

    public EqualSharesRun(Election election)
    {
        _election = election;
        _support = election.Support;
        _costs = [.. election.Projects.Select(project => Doubles.Nearest(project.Cost))];
        _factors = [.. election.Projects.Select((project, index) =>
            _support.Satisfaction == Satisfaction.Cost ? _costs[index] : 1.0)];
        _costUnit = election.Projects.Aggregate(BigInteger.One, (unit, project) =>
            unit * project.Cost.Denominator / BigInteger.GreatestCommonDivisor(unit, project.Cost.Denominator));
        _ballots = new Ballots[election.Profile.GroupCount];
        int longest = 1;
        for (int project = 0; project < election.Projects.Length; project++)
        {
            longest = Math.Max(longest, _support.End(project) - _support.Begin(project));
        }

        longest = Padded(longest + 1);
        _otherClasses = new int[longest];
        _here = new Supporters(longest, _support.Utilities is not null);
        _cheapest = new Supporters(longest, _support.Utilities is not null);
    }

    /// <summary>The projects taken, in order, with the projects each tied with.</summary>
    public List<(int Project, List<int>? Tied)> Taken { get; } = [];

    /// <summary>What the groups said to the projects they kept out, with the winner in the way.</summary>
    public List<(int Project, OutcomeReason Reason, int Against)> KeptOut { get; } = [];

    public Rational Cost { get; private set; }

    public Rational PerVoter => _perVoter;

    /// <summary>
    /// Runs the rule. Stops early, with <see cref="Cost"/> above it, once the projects cost more than a ceiling, and once it
    /// is clear whether a project that is watched is taken: then it is the last one.
    /// </summary>
    public void Run(Rational perVoter, GroupLimits limits, Rational? ceiling, int watched = -1)
    {
        Begin(perVoter);
        TakeFree(limits);
        while (_queue.Count > 0 && !(Cost > ceiling) && (Taken.Count == 0 || Taken[^1].Project != watched))
        {
            if (!TryFindCheapest(limits, out int project, out Price price, out List<int>? tied))
            {
                break;
            }

            Pay(project, price);
            Take(project, tied, limits);
        }
    }

    /// <summary>The exact price per unit of satisfaction of the projects taken, in their order.</summary>
    public IEnumerable<Rational> ExactPrices()
    {
        int free = Taken.Count - _paid.Count;
        for (int place = 0; place < Taken.Count; place++)
        {
            yield return place < free ? Rational.Zero : PerUnit(Taken[place].Project, ExactPrice(place - free));
        }
    }

    private Rational PerUnit(int project, Rational price) =>
        price / _support.UtilityFactor(_election.Instance, project);

    private void Begin(Rational perVoter)
    {
        _perVoter = perVoter;
        _here.Project = _cheapest.Project = -1;
        _classes = 2;
        _money[Spent] = _errors[Spent] = 0;
        _money[Unspent] = Doubles.Nearest(perVoter);
        _errors[Unspent] = _money[Unspent] * Doubles.Unit;
        int[] multiplicities = _election.Profile.Multiplicities;
        for (int group = 0; group < _ballots.Length; group++)
        {
            _ballots[group] = new Ballots(Unspent, multiplicities[group]);
        }

        _paid.Clear();
        _poor.Clear();
        _exactPrices.Clear();
        Array.Clear(_exactMoney);
        _exactDenominator = perVoter.Denominator * _costUnit;
        Taken.Clear();
        KeptOut.Clear();
        Cost = Rational.Zero;
        _queue.Clear();
        for (int project = 0; project < _costs.Length; project++)
        {
            if (_election.Eligible[project] && _support.Totals[project] > 0 && _costs[project] > 0)
            {
                // Nobody pays more than with everyone able to pay.
                double price = _costs[project] / (double)_support.Totals[project] / _factors[project];
                _queue.Enqueue(project, price * (1 - (8 * Doubles.Unit)));
            }
        }
    }

    private void Take(int project, List<int>? tied, GroupLimits limits)
    {
        Taken.Add((project, tied));
        limits.Take(project);
        Cost += _election.Projects[project].Cost;
    }

    private void TakeFree(GroupLimits limits)
    {
        List<int> free = [.. Enumerable.Range(0, _costs.Length).Where(
            project => _costs[project] == 0 && _election.Eligible[project] && _support.Voters[project] > 0)];
        if (free.Count == 0)
        {
            return;
        }

        List<int> ordered = [.. _election.Order(free)];
        foreach (int project in ordered)
        {
            if (limits.Refusal(project, out int against) is OutcomeReason refusal)
            {
                KeptOut.Add((project, refusal, against));
            }
            else
            {
                Take(project, ordered.Count > 1 ? ordered : null, limits);
            }
        }
    }

    private bool TryFindCheapest(GroupLimits limits, out int project, out Price price, out List<int>? tied)
    {
        _candidates.Clear();
        _prices.Clear();
        double best = double.PositiveInfinity;
        while (_queue.TryPeek(out int next, out double lowest) && lowest <= best)
        {
            _queue.Dequeue();
            if (limits.Refusal(next, out int against) is OutcomeReason refusal)
            {
                KeptOut.Add((next, refusal, against));
            }
            else if (Evaluate(next, lowest) is Price found)
            {
                if (found.High < best)
                {
                    best = found.High;
                    (_here, _cheapest) = (_cheapest, _here);
                }

                _candidates.Add(next);
                _prices.Add(found);
            }
        }

        (project, price, tied) = (-1, default, null);
        if (_candidates.Count == 0)
        {
            return false;
        }

        int near = 0;
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_prices[i].Low <= best)
            {
                near++;
                (project, price) = (_candidates[i], _prices[i]);
            }
        }

        if (near > 1)
        {
            (project, price, tied) = Decide(best);
        }

        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_candidates[i] != project)
            {
                _queue.Enqueue(_candidates[i], _prices[i].Low);
            }
        }

        return true;
    }

    // Exact fractions decide between the projects whose bounds overlap.
    private (int Project, Price Price, List<int>? Tied) Decide(double best)
    {
        List<int> least = [];
        Rational? lowest = null;
        List<(int Project, Price Price)> exact = [];
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_prices[i].Low <= best)
            {
                Price price = _prices[i].Exact is null ? ExactEvaluate(_candidates[i], _prices[i].Amount)!.Value : _prices[i];
                Rational perUnit = PerUnit(_candidates[i], price.Exact!.Value);
                if (lowest is null || perUnit < lowest)
                {
                    least.Clear();
                    lowest = perUnit;
                }

                if (perUnit == lowest)
                {
                    least.Add(_candidates[i]);
                }

                exact.Add((_candidates[i], price));
            }
        }

        int first = _election.First(least);
        List<int>? tied = least.Count > 1 ? [.. least.OrderBy(project => _election.TieRanks[project])] : null;
        return (first, exact.Find(entry => entry.Project == first).Price, tied);
    }

    /// <summary>The price of a project, or null when it is not affordable.</summary>
    private Price? Evaluate(int project, double lowest)
    {
        Gather(project);
        double cost = _costs[project];
        double amount = _support.Utilities is null
            ? Climb(cost, lowest * _factors[project])
            : ClimbWithUtilities(cost, lowest * _factors[project]);
        (double paid, double doubt, double slope) = _support.Utilities is null ? Check(amount) : CheckWithUtilities(amount);
        if (!(slope > 0))
        {
            return IsClearlyUnaffordable(cost) ? null : ExactEvaluate(project, 0);
        }

        // How far what is paid at this price can be from the cost, over how fast it grows with the price.
        double gap = Math.Abs(cost - paid) + (doubt * 1.001) + ((_here.Count + 8) * Doubles.Unit * (paid + cost));
        double width = gap / slope * (1 + (8 * Doubles.Unit));
        if (!(width < amount * 5e-9))
        {
            return IsClearlyUnaffordable(cost) ? null : ExactEvaluate(project, amount);
        }

        double factor = _factors[project];
        return new Price(
            amount, width,
            (amount - width) / factor * (1 - (4 * Doubles.Unit)), (amount + width) / factor * (1 + (4 * Doubles.Unit)), null);
    }

    // Newton's method on a concave function, from the left, never oversteps; the result is checked, not trusted.
    private double Climb(double cost, double amount)
    {
        ReadOnlySpan<Vector<double>> money = MemoryMarshal.Cast<double, Vector<double>>(_here.Money.AsSpan(0, Padded(_here.Count)));
        ReadOnlySpan<Vector<double>> voters = MemoryMarshal.Cast<double, Vector<double>>(_here.Voters.AsSpan(0, Padded(_here.Count)));
        for (int pass = 0; pass < 64; pass++)
        {
            Vector<double> spent = Vector<double>.Zero;
            Vector<double> rich = Vector<double>.Zero;
            Vector<double> limit = new(amount);
            for (int i = 0; i < money.Length; i++)
            {
                Vector<double> poor = Vector.AsVectorDouble(Vector.LessThanOrEqual(money[i], limit));
                spent += Vector.BitwiseAnd(poor, voters[i] * money[i]);
                rich += Vector.AndNot(voters[i], poor);
            }

            double next = (cost - Vector.Sum(spent)) / Vector.Sum(rich);
            if (!(next > amount * (1 + Doubles.Unit)) || double.IsPositiveInfinity(next))
            {
                break;
            }

            amount = next;
        }

        return amount;
    }

    private double ClimbWithUtilities(double cost, double amount)
    {
        for (int pass = 0; pass < 64; pass++)
        {
            double left = cost;
            double rich = 0;
            for (int i = 0; i < _here.Count; i++)
            {
                double utility = _here.Utilities[i];
                if (_here.Money[i] <= amount * utility)
                {
                    left -= _here.Voters[i] * _here.Money[i];
                }
                else
                {
                    rich += _here.Voters[i] * utility;
                }
            }

            double next = left / rich;
            if (!(next > amount * (1 + Doubles.Unit)) || double.IsPositiveInfinity(next))
            {
                break;
            }

            amount = next;
        }

        return amount;
    }

    // What is paid at a price, by how much the doubt about money can change that, and what those who surely can pay more
    // would add for each further unit of the price.
    private (double Paid, double Doubt, double Slope) Check(double amount)
    {
        int length = Padded(_here.Count);
        ReadOnlySpan<Vector<double>> money = MemoryMarshal.Cast<double, Vector<double>>(_here.Money.AsSpan(0, length));
        ReadOnlySpan<Vector<double>> voters = MemoryMarshal.Cast<double, Vector<double>>(_here.Voters.AsSpan(0, length));
        ReadOnlySpan<Vector<double>> errors = MemoryMarshal.Cast<double, Vector<double>>(_here.Errors.AsSpan(0, length));
        Vector<double> paid = Vector<double>.Zero;
        Vector<double> doubt = Vector<double>.Zero;
        Vector<double> slope = Vector<double>.Zero;
        Vector<double> share = new(amount);
        Vector<double> limit = new(amount * (1 + Margin));
        for (int i = 0; i < money.Length; i++)
        {
            Vector<double> rich = Vector.AsVectorDouble(Vector.GreaterThan(money[i] - errors[i], limit));
            paid += voters[i] * Vector.Min(money[i], share);
            slope += Vector.BitwiseAnd(rich, voters[i]);
            doubt += Vector.AndNot(voters[i] * errors[i], rich);
        }

        return (Vector.Sum(paid), Vector.Sum(doubt), Vector.Sum(slope));
    }

    private (double Paid, double Doubt, double Slope) CheckWithUtilities(double amount)
    {
        (double paid, double doubt, double slope) = (0, 0, 0);
        for (int i = 0; i < _here.Count; i++)
        {
            double share = amount * _here.Utilities[i];
            paid += _here.Voters[i] * Math.Min(_here.Money[i], share);
            if (_here.Money[i] - _here.Errors[i] > share * (1 + Margin))
            {
                slope += _here.Voters[i] * _here.Utilities[i];
            }
            else
            {
                doubt += _here.Voters[i] * _here.Errors[i];
            }
        }

        return (paid, doubt, slope);
    }

    private bool IsClearlyUnaffordable(double cost)
    {
        double total = 0;
        double doubt = 0;
        for (int i = 0; i < _here.Count; i++)
        {
            total += _here.Voters[i] * _here.Money[i];
            doubt += _here.Voters[i] * _here.Errors[i];
        }

        return total + ((_here.Count + 8) * Doubles.Unit * (total + cost)) + (doubt * 1.001) < cost;
    }

    // Whole vectors; the entries behind the last have no voters.
    private static int Padded(int entries) => (entries + Vector<double>.Count - 1) & -Vector<double>.Count;

    // Collects a project's supporters that have money left.
    private void Gather(int project)
    {
        if (_cheapest.Project == project)
        {
            (_here, _cheapest) = (_cheapest, _here);
        }

        if (_here.Project == project)
        {
            return;
        }

        _here.Project = project;
        _here.Count = _support.Utilities is null ? GatherClasses(project) : GatherBallots(project);
        int end = Padded(_here.Count);
        _here.Money.AsSpan(_here.Count..end).Clear();
        _here.Voters.AsSpan(_here.Count..end).Clear();
        _here.Errors.AsSpan(_here.Count..end).Clear();
    }

    private int GatherBallots(int project)
    {
        ReadOnlySpan<int> groups = _support.Groups.AsSpan(_support.Begin(project)..(_support.End(project)));
        ReadOnlySpan<long> utilities = _support.Utilities.AsSpan(_support.Begin(project));
        int entries = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            Ballots ballots = _ballots[groups[i]];
            if (ballots.Class != Spent)
            {
                SetEntry(entries, ballots.Class, ballots.Voters);
                _here.Utilities[entries++] = utilities[i];
            }
        }

        return entries;
    }

    // Neighbours in the list are often of one class, and counting them in one place would make each wait for the one
    // before it; so they are counted in two places, which are put together at the end.
    private int GatherClasses(int project)
    {
        ReadOnlySpan<int> groups = _support.Groups.AsSpan(_support.Begin(project)..(_support.End(project)));
        ReadOnlySpan<Ballots> all = _ballots;
        Span<int> counts = _counts;
        Span<int> others = _otherCounts;
        Span<int> classes = _here.Classes;
        Span<int> otherClasses = _otherClasses;
        int seen = 0;
        int seenOthers = 0;
        unchecked
        {
            int i = 0;
            for (; i + 1 < groups.Length; i += 2)
            {
                Ballots one = all[groups[i]];
                Ballots other = all[groups[i + 1]];
                int count = counts[one.Class];
                int otherCount = others[other.Class];
                classes[seen] = one.Class;
                otherClasses[seenOthers] = other.Class;
                seen += count == 0 ? 1 : 0;
                seenOthers += otherCount == 0 ? 1 : 0;
                counts[one.Class] = count + one.Voters;
                others[other.Class] = otherCount + other.Voters;
            }

            if (i < groups.Length)
            {
                Ballots one = all[groups[i]];
                int count = counts[one.Class];
                classes[seen] = one.Class;
                seen += count == 0 ? 1 : 0;
                counts[one.Class] = count + one.Voters;
            }
        }

        for (int i = 0; i < seenOthers; i++)
        {
            int index = otherClasses[i];
            if (counts[index] == 0)
            {
                classes[seen++] = index;
            }

            counts[index] += others[index];
            others[index] = 0;
        }

        int entries = 0;
        for (int i = 0; i < seen; i++)
        {
            int index = classes[i];
            if (index != Spent)
            {
                SetEntry(entries++, index, counts[index]);
            }

            counts[index] = 0;
        }

        return entries;
    }

    private void SetEntry(int entry, int index, int voters)
    {
        _here.Classes[entry] = index;
        _here.Money[entry] = _money[index];
        _here.Errors[entry] = _errors[index];
        _here.Voters[entry] = voters;
    }

    private void Pay(int project, Price price)
    {
        Gather(project);
        int round = _paid.Count;
        int poorBegin = _poor.Count;
        Int128 slope = 0;
        bool alike = _support.Utilities is null;
        _targetsByUtility.Clear();
        for (int i = 0; i < _here.Count; i++)
        {
            int index = _here.Classes[i];
            long utility = alike ? 1 : _here.Utilities[i];
            if (!alike && _targetsByUtility.TryGetValue((index, utility), out int known))
            {
                Count(known == Spent);
                continue;
            }

            double share = price.Amount * utility;
            double doubt = ((price.Width * utility) + _errors[index] + (Doubles.Unit * (share + _money[index]))) * 1.001;
            double left = _money[index] - share;
            bool poor = left < -doubt;
            if (!poor && left <= doubt)
            {
                Rational exact = (price.Exact ?? (price = ExactEvaluateAgain(project, price)).Exact)!.Value;
                poor = ExactMoney(index) <= exact * utility;
            }

            Count(poor);
            int target = poor ? Spent : AddClass(index, round, utility, left, doubt + (Doubles.Unit * Math.Abs(left)));
            if (alike)
            {
                _targets[index] = target;
            }
            else
            {
                _targetsByUtility.Add((index, utility), target);
            }

            void Count(bool spent)
            {
                if (spent)
                {
                    _poor.Add((index, (int)_here.Voters[i]));
                }
                else
                {
                    slope += (Int128)_here.Voters[i] * utility;
                }
            }
        }

        _paid.Add(new PaidRound(project, poorBegin, _poor.Count, (BigInteger)slope, price.Exact));
        Move(project, alike);
    }

    // The entries may have been gathered anew for the exact price; they are the same.
    private Price ExactEvaluateAgain(int project, Price price) => ExactEvaluate(project, price.Amount)!.Value;

    private void Move(int project, bool alike)
    {
        _here.Project = _cheapest.Project = -1;
        ReadOnlySpan<int> groups = _support.Groups.AsSpan(_support.Begin(project)..(_support.End(project)));
        if (alike)
        {
            int[] targets = _targets;
            Ballots[] all = _ballots;
            targets[Spent] = Spent;
            foreach (int group in groups)
            {
                ref Ballots ballots = ref all[group];
                ballots.Class = targets[ballots.Class];
            }

            return;
        }

        ReadOnlySpan<long> utilities = _support.Utilities.AsSpan(_support.Begin(project));
        for (int i = 0; i < groups.Length; i++)
        {
            ref Ballots ballots = ref _ballots[groups[i]];
            if (ballots.Class != Spent)
            {
                ballots.Class = _targetsByUtility[(ballots.Class, utilities[i])];
            }
        }
    }

    private int AddClass(int parent, int round, long utility, double money, double error)
    {
        if (_classes == _money.Length)
        {
            int size = _classes * 2;
            Array.Resize(ref _money, size);
            Array.Resize(ref _errors, size);
            Array.Resize(ref _parents, size);
            Array.Resize(ref _rounds, size);
            Array.Resize(ref _utilities, size);
            Array.Resize(ref _counts, size);
            Array.Resize(ref _otherCounts, size);
            Array.Resize(ref _targets, size);
        }

        _money[_classes] = Math.Max(money, 0);
        _errors[_classes] = error;
        _parents[_classes] = parent;
        _rounds[_classes] = round;
        _utilities[_classes] = utility;
        return _classes++;
    }

    /// <summary>The exact price of a project from the exact money of its supporters; null when it is not affordable.</summary>
    private Price? ExactEvaluate(int project, double guess)
    {
        Gather(project);
        bool alike = _support.Utilities is null;
        bool[] poor = new bool[_here.Count];
        Rational cost = _election.Projects[project].Cost;
        Array.Fill(poor, true);
        (Rational total, _) = Split(poor, alike);
        if (total < cost)
        {
            return null;
        }

        bool any = false;
        for (int i = 0; i < _here.Count; i++)
        {
            poor[i] = _here.Money[i] <= guess * (alike ? 1 : _here.Utilities[i]);
            any |= !poor[i];
        }

        if (!any)
        {
            Array.Fill(poor, false);
        }

        // Whichever supporters are taken to be poor, the price that follows is at most the true one; so it climbs to it.
        while (true)
        {
            (Rational spent, Rational slope) = Split(poor, alike);
            Rational amount = (cost - spent) / slope;
            double near = Doubles.Nearest(amount);
            bool changed = false;
            bool rich = false;
            for (int i = 0; i < _here.Count; i++)
            {
                long utility = alike ? 1 : _here.Utilities[i];
                double left = _here.Money[i] - (near * utility);
                double doubt = (_errors[_here.Classes[i]] + (Doubles.Unit * 4 * (_here.Money[i] + (near * utility)))) * 1.001;
                bool now = left < -doubt || (left <= doubt && ExactMoney(_here.Classes[i]) <= amount * utility);
                changed |= now != poor[i];
                rich |= !now;
                poor[i] = now;
            }

            if (!changed || !rich)
            {
                double perUnit = near / _factors[project];
                return new Price(
                    near, near * Doubles.Unit, perUnit * (1 - (4 * Doubles.Unit)), perUnit * (1 + (4 * Doubles.Unit)), amount);
            }
        }
    }

    // The exact money of the entries taken to be poor, and the sum of the utilities of the others.
    private (Rational Spent, Rational Slope) Split(bool[] poor, bool alike)
    {
        Int128[] paid = new Int128[_paid.Count];
        Int128 voters = 0;
        Int128 slope = 0;
        for (int i = 0; i < _here.Count; i++)
        {
            if (poor[i])
            {
                voters += (Int128)_here.Voters[i];
                AddHistory(_here.Classes[i], (long)_here.Voters[i], paid);
            }
            else
            {
                slope += (Int128)_here.Voters[i] * (alike ? 1 : _here.Utilities[i]);
            }
        }

        Rational spent = _perVoter * (BigInteger)voters;
        if (paid.Length > 0)
        {
            ExactPrice(paid.Length - 1);
            BigInteger sum = BigInteger.Zero;
            for (int round = 0; round < paid.Length; round++)
            {
                sum += _exactPrices[round] * (BigInteger)paid[round];
            }

            spent -= new Rational(sum, _exactDenominator);
        }

        return (spent, (BigInteger)slope);
    }

    private void AddHistory(int index, long voters, Int128[] paid)
    {
        for (; index != Unspent; index = _parents[index])
        {
            paid[_rounds[index]] += (Int128)voters * _utilities[index];
        }
    }

    private Rational ExactPrice(int round)
    {
        while (_exactPrices.Count <= round)
        {
            AddExactPrice();
        }

        return new Rational(_exactPrices[round], _exactDenominator);
    }

    // (cost - money of the poor) / slope, all prices so far over one denominator.
    private void AddExactPrice()
    {
        PaidRound now = _paid[_exactPrices.Count];
        Int128[] paid = new Int128[_exactPrices.Count];
        Int128 voters = 0;
        for (int i = now.PoorBegin; i < now.PoorEnd; i++)
        {
            voters += _poor[i].Voters;
            AddHistory(_poor[i].Class, _poor[i].Voters, paid);
        }

        Rational cost = _election.Projects[now.Project].Cost;
        if (now.Slope.IsZero)
        {
            // Everyone's money is spent to the last; the price is known from when that was found out.
            Extend(now.Exact!.Value.Denominator / BigInteger.GreatestCommonDivisor(now.Exact.Value.Denominator, _exactDenominator));
            _exactPrices.Add(now.Exact.Value.Numerator * (_exactDenominator / now.Exact.Value.Denominator));
            return;
        }

        BigInteger numerator = (cost.Numerator * (_exactDenominator / cost.Denominator))
            - ((BigInteger)voters * _perVoter.Numerator * (_exactDenominator / _perVoter.Denominator));
        for (int round = 0; round < paid.Length; round++)
        {
            if (paid[round] != 0)
            {
                numerator += _exactPrices[round] * (BigInteger)paid[round];
            }
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, now.Slope);
        Extend(now.Slope / divisor);
        _exactPrices.Add(numerator / divisor);
    }

    private void Extend(BigInteger factor)
    {
        if (!factor.IsOne)
        {
            _exactDenominator *= factor;
            for (int round = 0; round < _exactPrices.Count; round++)
            {
                _exactPrices[round] *= factor;
            }
        }
    }

    private Rational ExactMoney(int index)
    {
        if (index == Unspent)
        {
            return _perVoter;
        }

        if (_exactMoney.Length < _money.Length)
        {
            Array.Resize(ref _exactMoney, _money.Length);
        }

        return _exactMoney[index] ??= ExactMoney(_parents[index]) - (_utilities[index] * ExactPrice(_rounds[index]));
    }

    /// <summary>The supporters of a project who have money left, by class when all utilities are alike.</summary>
    private sealed class Supporters(int size, bool withUtilities)
    {
        public readonly int[] Classes = new int[size];
        public readonly double[] Money = new double[size];
        public readonly double[] Voters = new double[size];
        public readonly double[] Errors = new double[size];
        public readonly long[] Utilities = new long[withUtilities ? size : 0];
        public int Count;
        public int Project = -1;
    }

    private struct Ballots(int index, int voters)
    {
        public int Class = index;
        public int Voters = voters;
    }

    /// <summary>A price: the amount a supporter pays at most per unit of utility, within a width, and its bounds per unit of satisfaction.</summary>
    private readonly record struct Price(double Amount, double Width, double Low, double High, Rational? Exact);

    private readonly record struct PaidRound(int Project, int PoorBegin, int PoorEnd, BigInteger Slope, Rational? Exact);
}
