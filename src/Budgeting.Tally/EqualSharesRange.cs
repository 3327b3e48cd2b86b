namespace Budgeting.Tally;

/// <summary>
/// Proves that equal shares takes the same projects in the same order for every starting money between two amounts, so
/// that a whole range of increases need not be run one by one. It proves, or gives up; it never guesses.
/// </summary>
/// <remarks>
/// Money and prices are functions of the starting money t, kept as a straight line through their values at both ends and
/// a bound on the distance from it. As long as the same voters run out of money they are straight lines; where that
/// changes within the range, the corner goes into the bound. A project is proven dearer than the winner by a line below
/// its price: whichever supporters are taken to be poor, (cost - money of the poor) / (number of the others) is never
/// above the price, and it is a line where money is. Lines are compared at the two ends. docs/tally.md has the argument.
/// For satisfactions that are the same for all supporters of a project, and without groups.
/// </remarks>
internal sealed class EqualSharesRange
{
    private const int Spent = 0;
    private const int Unspent = 1;

    private readonly Election _election;
    private readonly Support _support;
    private readonly double[] _costs;
    private readonly double[] _factors;
    private readonly (int Class, int Voters)[] _ballots;

    // Money classes: the line and the distance from it.
    private double[] _begin = new double[256];
    private double[] _end = new double[256];
    private double[] _errors = new double[256];
    private int[] _counts = new int[256];
    private int[] _otherCounts = new int[256];
    private int[] _targets = new int[256];
    private int _classes;

    // A line below the price per unit of satisfaction of each project that is waiting.
    private readonly double[] _lowBegin;
    private readonly double[] _lowEnd;
    private readonly int[] _waiting;
    private int _waitingCount;

    // The classes of the supporters gathered, and those of a winner kept while others are.
    private readonly int[] _touched;
    private readonly int[] _otherTouched;
    private readonly (int Class, int Voters)[] _kept;
    private int _entries;

    public EqualSharesRange(Election election)
    {
        _election = election;
        _support = election.Support;
        _costs = [.. election.Projects.Select(project => Doubles.Nearest(project.Cost))];
        _factors = [.. election.Projects.Select((_, index) => _support.Satisfaction == Satisfaction.Cost ? _costs[index] : 1.0)];
        _ballots = new (int, int)[election.Profile.GroupCount];
        _lowBegin = new double[_costs.Length];
        _lowEnd = new double[_costs.Length];
        _waiting = new int[_costs.Length];
        _touched = new int[Enumerable.Range(0, _costs.Length).Max(project => _support.End(project) - _support.Begin(project)) + 1];
        _otherTouched = new int[_touched.Length];
        _kept = new (int, int)[_touched.Length];
    }

    /// <summary>Where in the range, from 0 to 1, the proof that failed last suggests that something changes.</summary>
    public double Suspect { get; private set; }

    /// <summary>Whether the projects are taken in this order for every starting money from one amount to the other.</summary>
    public bool Proves(IEnumerable<int> taken, Rational from, Rational to)
    {
        Begin(Doubles.Nearest(from), Doubles.Nearest(to));
        foreach (int project in taken)
        {
            if (_costs[project] > 0 && !TryTake(project))
            {
                return false;
            }
        }

        return NothingElseIsAffordable();
    }

    private void Begin(double from, double to)
    {
        _classes = 2;
        _begin[Spent] = _end[Spent] = _errors[Spent] = 0;
        (_begin[Unspent], _end[Unspent], _errors[Unspent]) = (from, to, 2 * to * Doubles.Unit);
        int[] multiplicities = _election.Profile.Multiplicities;
        for (int group = 0; group < _ballots.Length; group++)
        {
            _ballots[group] = (Unspent, multiplicities[group]);
        }

        _waitingCount = 0;
        for (int project = 0; project < _costs.Length; project++)
        {
            if (_election.Eligible[project] && _support.Voters[project] > 0 && _costs[project] > 0)
            {
                _waiting[_waitingCount++] = project;
                _lowBegin[project] = _lowEnd[project] =
                    _costs[project] / _support.Voters[project] / _factors[project] * (1 - (8 * Doubles.Unit));
            }
        }
    }

    private bool TryTake(int winner)
    {
        Gather(winner);
        if (!TryPrice(winner, 3e-4, out Line price) && !TryPrice(winner, 3e-3, out price) && !TryPrice(winner, 2e-2, out price))
        {
            Suspect = 0.5;
            return false;
        }

        // The winner's price per unit of satisfaction is nowhere above this line.
        double topBegin = (price.Begin + price.Error) / _factors[winner] * (1 + (4 * Doubles.Unit));
        double topEnd = (price.End + price.Error) / _factors[winner] * (1 + (4 * Doubles.Unit));
        bool allRich = IsRich(price.Begin, price.End, price.Error);
        int payers = Keep();
        int kept = 0;
        bool proven = true;
        for (int i = 0; i < _waitingCount && proven; i++)
        {
            int project = _waiting[i];
            if (project != winner)
            {
                _waiting[kept++] = project;
                proven = (_lowBegin[project] > topBegin && _lowEnd[project] > topEnd)
                    || IsDearer(project, topBegin, topEnd)
                    || (allRich && ComesLater(project, winner, topBegin, topEnd));
            }
        }

        _waitingCount = kept;
        if (proven)
        {
            Restore(payers);
            Pay(winner, price);
        }

        return proven;
    }

    // A line through the price at both ends bounds it from above, since it is convex; one that takes the same voters to be
    // poor everywhere bounds it from below. Those with a margin of money above the price are rich all the way to any price
    // within the bound, so what is paid grows there at least as fast as they are many.
    private bool TryPrice(int winner, double margin, out Line price)
    {
        price = default;
        double cost = _costs[winner];
        double begin = Climb(cost, _lowBegin[winner] * _factors[winner], _begin);
        double end = Climb(cost, _lowEnd[winner] * _factors[winner], _end);
        double spentBegin = 0;
        double spentEnd = 0;
        double rich = 0;
        double sureRich = 0;
        double doubt = 0;
        double paid = 0;
        for (int i = 0; i < _entries; i++)
        {
            int index = _touched[i];
            double voters = _counts[index];
            (double moneyBegin, double moneyEnd, double error) = (_begin[index], _end[index], _errors[index]);
            if (moneyBegin + moneyEnd <= begin + end)
            {
                spentBegin += voters * moneyBegin;
                spentEnd += voters * moneyEnd;
            }
            else
            {
                rich += voters;
            }

            if (moneyBegin - error > begin * (1 + margin) && moneyEnd - error > end * (1 + margin))
            {
                sureRich += voters;
            }
            else
            {
                doubt += voters * error;
            }

            paid += voters * Math.Max(Math.Min(Math.Abs(moneyBegin), begin), Math.Min(Math.Abs(moneyEnd), end));
        }

        double lowBegin = (cost - spentBegin) / rich;
        double lowEnd = (cost - spentEnd) / rich;
        double rounding = (_entries + 8) * 4 * Doubles.Unit * (paid + cost);
        double width = ((doubt * 1.001) + rounding) / sureRich;
        double corner = Math.Max(Math.Abs(begin - lowBegin), Math.Abs(end - lowEnd)) / 2;
        price = new Line((begin + lowBegin) / 2, (end + lowEnd) / 2, (width + corner) * 1.001);
        return sureRich > 0 && price.Error < Math.Min(begin, end) * margin * 0.4;
    }

    private double Climb(double cost, double amount, double[] money)
    {
        for (int pass = 0; pass < 64; pass++)
        {
            double left = cost;
            double rich = 0;
            for (int i = 0; i < _entries; i++)
            {
                int index = _touched[i];
                if (money[index] <= amount)
                {
                    left -= _counts[index] * money[index];
                }
                else
                {
                    rich += _counts[index];
                }
            }

            double next = left / rich;
            if (!(next > amount * (1 + Doubles.Unit)) || double.IsPositiveInfinity(next))
            {
                break;
            }

            amount = next;
            if (pass == 63)
            {
                return double.NaN;
            }
        }

        return amount;
    }

    private bool IsDearer(int project, double topBegin, double topEnd)
    {
        Gather(project);
        double cost = _costs[project];
        double factor = _factors[project];
        (double begin, double end) = (topBegin * factor, topEnd * factor);
        double spentBegin = 0;
        double spentEnd = 0;
        double doubt = 0;
        double rich = 0;
        double size = 0;
        for (int i = 0; i < _entries; i++)
        {
            int index = _touched[i];
            double voters = _counts[index];
            if (_begin[index] + _end[index] <= begin + end)
            {
                spentBegin += voters * _begin[index];
                spentEnd += voters * _end[index];
                doubt += voters * _errors[index];
                size += voters * (Math.Abs(_begin[index]) + Math.Abs(_end[index]));
            }
            else
            {
                rich += voters;
            }
        }

        double slack = (doubt * 1.001) + ((_entries + 8) * 4 * Doubles.Unit * (size + cost));
        double overBegin = cost - spentBegin - slack - (rich * begin * (1 + (8 * Doubles.Unit)));
        double overEnd = cost - spentEnd - slack - (rich * end * (1 + (8 * Doubles.Unit)));
        if (overBegin > 0 && overEnd > 0)
        {
            double unit = 1 / (Math.Max(rich, 1e-300) * factor) * (1 - (8 * Doubles.Unit));
            _lowBegin[project] = (cost - spentBegin - slack) * unit;
            _lowEnd[project] = (cost - spentEnd - slack) * unit;
            return true;
        }

        Suspect = overBegin > 0 ? overBegin / (overBegin - overEnd) : 0;
        return false;
    }

    // Where nobody is poor, prices are cost over supporters wherever one is in the range, and can be compared exactly.
    private bool ComesLater(int project, int winner, double topBegin, double topEnd)
    {
        if (!IsRich(topBegin * _factors[project], topEnd * _factors[project], 0))
        {
            return false;
        }

        int order = PerUnit(project).CompareTo(PerUnit(winner));
        return order > 0 || (order == 0 && _election.TieRanks[project] > _election.TieRanks[winner]);

        Rational PerUnit(int project) => _support.Satisfaction == Satisfaction.Cost
            ? new(1, _support.Voters[project])
            : _election.Projects[project].Cost / _support.Voters[project];
    }

    // Whether all supporters gathered have more money than a price everywhere.
    private bool IsRich(double begin, double end, double error)
    {
        for (int i = 0; i < _entries; i++)
        {
            int index = _touched[i];
            double doubt = (_errors[index] + error) * 1.001;
            if (_begin[index] - doubt <= begin * 1.001 || _end[index] - doubt <= end * 1.001)
            {
                return false;
            }
        }

        return true;
    }

    private bool NothingElseIsAffordable()
    {
        for (int i = 0; i < _waitingCount; i++)
        {
            Gather(_waiting[i]);
            double cost = _costs[_waiting[i]];
            double begin = 0;
            double end = 0;
            double slack = 0;
            for (int entry = 0; entry < _entries; entry++)
            {
                int index = _touched[entry];
                double voters = _counts[index];
                begin += voters * _begin[index];
                end += voters * _end[index];
                slack += voters * (_errors[index] + ((Math.Abs(_begin[index]) + Math.Abs(_end[index])) * (_entries + 8) * Doubles.Unit));
            }

            double missingBegin = (cost * (1 - (8 * Doubles.Unit))) - begin - (slack * 1.001);
            double missingEnd = (cost * (1 - (8 * Doubles.Unit))) - end - (slack * 1.001);
            if (!(missingBegin > 0 && missingEnd > 0))
            {
                Suspect = missingBegin > 0 ? missingBegin / (missingBegin - missingEnd) : 0;
                return false;
            }
        }

        return true;
    }

    // As in EqualSharesRun: two counts, so that neighbours of one class need not wait for each other.
    private void Gather(int project)
    {
        Span<int> counts = _counts;
        Span<int> others = _otherCounts;
        Span<int> touched = _touched;
        Span<int> otherTouched = _otherTouched;
        Forget();
        ReadOnlySpan<int> groups = _support.Groups.AsSpan(_support.Begin(project)..(_support.End(project)));
        ReadOnlySpan<(int Class, int Voters)> all = _ballots;
        int entries = 0;
        int otherEntries = 0;
        unchecked
        {
            for (int i = 0; i < groups.Length; i++)
            {
                (int index, int voters) = all[groups[i]];
                int count = counts[index];
                touched[entries] = index;
                entries += count == 0 ? 1 : 0;
                counts[index] = count + voters;
                if (++i < groups.Length)
                {
                    (index, voters) = all[groups[i]];
                    count = others[index];
                    otherTouched[otherEntries] = index;
                    otherEntries += count == 0 ? 1 : 0;
                    others[index] = count + voters;
                }
            }
        }

        for (int i = 0; i < otherEntries; i++)
        {
            int index = otherTouched[i];
            if (counts[index] == 0)
            {
                touched[entries++] = index;
            }

            counts[index] += others[index];
            others[index] = 0;
        }

        _entries = entries;
    }

    private int Keep()
    {
        for (int i = 0; i < _entries; i++)
        {
            _kept[i] = (_touched[i], _counts[_touched[i]]);
        }

        return _entries;
    }

    private void Restore(int entries)
    {
        Forget();
        for (int i = 0; i < entries; i++)
        {
            (_touched[i], _counts[_kept[i].Class]) = _kept[i];
        }

        _entries = entries;
    }

    private void Forget()
    {
        for (int i = 0; i < _entries; i++)
        {
            _counts[_touched[i]] = 0;
        }
    }

    private void Pay(int winner, Line price)
    {
        for (int i = 0; i < _entries; i++)
        {
            int index = _touched[i];
            double begin = _begin[index] - price.Begin;
            double end = _end[index] - price.End;
            double error = ((_errors[index] + price.Error) * (1 + (4 * Doubles.Unit)))
                + (Doubles.Unit * (Math.Abs(begin) + Math.Abs(end) + price.Begin + price.End));
            if (index == Spent || (begin < -error && end < -error))
            {
                _targets[index] = Spent;
                continue;
            }

            double corner = 0;
            if (begin < error || end < error)
            {
                // What is left is the line or nothing, whichever is more: at most the line through its ends, and below
                // that by no more than at the corner.
                corner = begin < 0 != end < 0 ? Math.Abs(begin) / (Math.Abs(begin) + Math.Abs(end)) * Math.Abs(end) / 2 * (1 + (8 * Doubles.Unit)) : 0;
                begin = Math.Max(begin, 0) - corner;
                end = Math.Max(end, 0) - corner;
            }

            _targets[index] = AddClass(begin, end, error + corner);
        }

        ReadOnlySpan<int> groups = _support.Groups.AsSpan(_support.Begin(winner)..(_support.End(winner)));
        int[] targets = _targets;
        foreach (int group in groups)
        {
            ref (int Class, int Voters) ballots = ref _ballots[group];
            ballots.Class = targets[ballots.Class];
        }
    }

    private int AddClass(double begin, double end, double error)
    {
        if (_classes == _begin.Length)
        {
            int size = _classes * 2;
            Array.Resize(ref _begin, size);
            Array.Resize(ref _end, size);
            Array.Resize(ref _errors, size);
            Array.Resize(ref _counts, size);
            Array.Resize(ref _otherCounts, size);
            Array.Resize(ref _targets, size);
        }

        (_begin[_classes], _end[_classes], _errors[_classes]) = (begin, end, error);
        return _classes++;
    }

    /// <summary>A function of the starting money: nowhere further than the error from the line through two ends.</summary>
    private readonly record struct Line(double Begin, double End, double Error);
}
