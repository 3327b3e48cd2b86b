using System.Numerics;

namespace Budgeting.Tally;

/// <summary>Many ballots one after the other, in pages, so that nothing is moved when there are more.</summary>
/// <param name="expected">How many ballots somebody says there will be.</param>
internal sealed class BallotPages(int expected = 0)
{
    // So many ballots lie in a page of their own, exactly as large as they are.
    private const int PageBits = 14;
    private const int PageMask = (1 << PageBits) - 1;

    // The last page is written in a larger place, used again for the next.
    private int[] _page = [];
    private long[] _pointsPage = [];

    /// <summary>The number of ballots, or groups of equal ones.</summary>
    public int Count { get; private set; }

    /// <summary>Where each ballot begins and the last ends, counted through all pages; there may be room behind.</summary>
    public int[] Offsets { get; private set; } = new int[17];

    /// <summary>How many such ballots there are; there may be room behind.</summary>
    public int[] Multiplicities { get; private set; } = new int[16];

    /// <summary>The choices by page; the last may still change.</summary>
    public List<int[]> Choices { get; } = [];

    /// <summary>The points beside <see cref="Choices"/>, as soon as a ballot has some.</summary>
    public List<long[]>? Points { get; private set; }

    public static ReadOnlySpan<T> Slice<T>(T[][] pages, int[] offsets, int ballot) => Slice(pages[ballot >> PageBits], offsets, ballot);

    public ReadOnlySpan<int> ChoicesOf(int ballot) => Slice(Choices[ballot >> PageBits], Offsets, ballot);

    public ReadOnlySpan<long> PointsOf(int ballot) => Points is null ? [] : Slice(Points[ballot >> PageBits], Offsets, ballot);

    /// <summary>Whether a ballot is this one; no points are points of zero.</summary>
    public bool IsEqual(int ballot, ReadOnlySpan<int> choices, ReadOnlySpan<long> points) =>
        ChoicesOf(ballot).SequenceEqual(choices)
        && (Points is null
            ? !points.ContainsAnyExcept(0)
            : points.IsEmpty ? !PointsOf(ballot).ContainsAnyExcept(0) : PointsOf(ballot).SequenceEqual(points));

    public void Add(ReadOnlySpan<int> choices, ReadOnlySpan<long> points, int multiplicity)
    {
        if (!points.IsEmpty)
        {
            KeepPoints();
        }

        if ((Count & PageMask) == 0)
        {
            StartPage();
        }

        int used = Offsets[Count] - Offsets[Count & ~PageMask];
        int end = checked(Offsets[Count] + choices.Length);
        if (choices.Length > _page.Length - used)
        {
            Grow(Math.Max(used + choices.Length, Math.Max(_page.Length * 2, 64)));
        }

        if (Count == Multiplicities.Length)
        {
            int size = Growth.SizeFor(Count, expected);
            Multiplicities = Larger(Multiplicities, size);
            Offsets = Larger(Offsets, size + 1);
        }

        choices.CopyTo(_page.AsSpan(used));
        if (Points is not null)
        {
            _pointsPage.AsSpan(used, choices.Length).Clear();
            points.CopyTo(_pointsPage.AsSpan(used));
        }

        Multiplicities[Count] = multiplicity;
        Count++;
        Offsets[Count] = end;
    }

    /// <summary>Keeps points from now on, also for the ballots that had none.</summary>
    public void KeepPoints()
    {
        if (Points is null)
        {
            Points = [.. Choices.Select(page => new long[page.Length])];
            _pointsPage = Points.Count == 0 ? [] : Points[^1];
        }
    }

    /// <summary>Multiplies all points; those handed out before stay as they are.</summary>
    /// <exception cref="OverflowException">They do not fit; nothing is changed.</exception>
    public void Scale(long factor)
    {
        if (Points is not null)
        {
            Points = [.. Points.Select(page => Array.ConvertAll(page, points => points * factor))];
            _pointsPage = Points.Count == 0 ? [] : Points[^1];
        }
    }

    /// <summary>The pages as they are now; they do not change any more.</summary>
    public (int[][] Choices, long[][]? Points) Freeze()
    {
        int[][] choices = [.. Choices];
        long[][]? points = Points is null ? null : [.. Points];
        if (Count > 0)
        {
            int used = Offsets[Count] - Offsets[(Count - 1) & ~PageMask];
            choices[^1] = _page[..used];
            if (points is not null)
            {
                points[^1] = _pointsPage[..used];
            }
        }

        return (choices, points);
    }

    // The page before is left exactly as large as its ballots.
    private void StartPage()
    {
        if (Count > 0)
        {
            (int[][] choices, long[][]? points) = Freeze();
            Choices[^1] = choices[^1];
            if (points is not null)
            {
                Points![^1] = points[^1];
            }
        }

        Choices.Add(_page);
        Points?.Add(_pointsPage);
    }

    private void Grow(int size)
    {
        Array.Resize(ref _page, size);
        Choices[^1] = _page;
        if (Points is not null)
        {
            Array.Resize(ref _pointsPage, size);
            Points[^1] = _pointsPage;
        }
    }

    private static int[] Larger(int[] values, int size)
    {
        int[] larger = GC.AllocateUninitializedArray<int>(size);
        values.CopyTo(larger, 0);
        return larger;
    }

    private static ReadOnlySpan<T> Slice<T>(T[] page, int[] offsets, int ballot)
    {
        int begin = offsets[ballot];
        return page.AsSpan(begin - offsets[ballot & ~PageMask], offsets[ballot + 1] - begin);
    }
}

/// <summary>Brings a ballot into the form in which equal ones are equal: each project once, and in order unless its order says something.</summary>
internal sealed class BallotForm(VoteType voteType, int projectCount, ulong seed)
{
    private readonly int[] _choices = new int[projectCount];
    private readonly bool _isOrdered = voteType == VoteType.Ordinal;

    // With few projects, one bit for each puts them in order and drops repetitions.
    private readonly ulong[] _bits = new ulong[projectCount <= 512 ? (projectCount + 63) / 64 : 0];

    // The last ballot that listed each project.
    private readonly int[] _seenOn = new int[projectCount];
    private long[] _points = [];
    private int _ballot;
    private int _length;
    private bool _hasPoints;

    public int ProjectCount => projectCount;

    public ulong Seed => seed;

    public ReadOnlySpan<int> Choices => _choices.AsSpan(0, _length);

    public ReadOnlySpan<long> Points => _hasPoints ? _points.AsSpan(0, _length) : [];

    public uint Hash => HashOf(Choices, Points);

    /// <summary>Takes a ballot. A project there more than once counts at its first place, with the points it has there.</summary>
    public void Set(ReadOnlySpan<int> projects, ReadOnlySpan<long> points)
    {
        _hasPoints = !points.IsEmpty;
        if (_bits.Length > 0 && !_hasPoints && !_isOrdered)
        {
            SetByBits(projects);
            return;
        }

        if (_hasPoints && _points.Length == 0)
        {
            _points = new long[projectCount];
        }

        if (_ballot == int.MaxValue)
        {
            Array.Clear(_seenOn);
            _ballot = 0;
        }

        _ballot++;
        _length = 0;
        for (int index = 0; index < projects.Length; index++)
        {
            int project = projects[index];
            if (_seenOn[project] != _ballot)
            {
                _seenOn[project] = _ballot;
                if (_hasPoints)
                {
                    _points[_length] = points[index];
                }

                _choices[_length++] = project;
            }
        }

        if (!_isOrdered)
        {
            Sort(_choices.AsSpan(0, _length));
        }
    }

    private void SetByBits(ReadOnlySpan<int> projects)
    {
        ulong[] bits = _bits;
        foreach (int project in projects)
        {
            bits[project >> 6] |= 1UL << project;
        }

        int[] choices = _choices;
        int length = 0;
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong left = bits[word]; left != 0; left &= left - 1)
            {
                choices[length++] = (word << 6) + BitOperations.TrailingZeroCount(left);
            }

            bits[word] = 0;
        }

        _length = length;
    }

    /// <summary>A hash of a ballot in this form; points of zero are like none.</summary>
    public uint HashOf(ReadOnlySpan<int> choices, ReadOnlySpan<long> points)
    {
        ulong hash = seed;
        foreach (int project in choices)
        {
            hash = Hashing.Mix(hash, (uint)project);
        }

        for (int place = 0; place < points.Length; place++)
        {
            if (points[place] != 0)
            {
                hash = Hashing.Mix(Hashing.Mix(hash, (uint)place), unchecked((ulong)points[place]));
            }
        }

        return Hashing.Finish(hash);
    }

    // Most ballots are short, or in order already.
    private void Sort(Span<int> choices)
    {
        if (choices.Length > 32)
        {
            if (_hasPoints)
            {
                choices.Sort(_points.AsSpan(0, _length));
            }
            else
            {
                choices.Sort();
            }

            return;
        }

        for (int place = 1; place < choices.Length; place++)
        {
            int project = choices[place];
            int at = place;
            for (; at > 0 && choices[at - 1] > project; at--)
            {
                choices[at] = choices[at - 1];
            }

            choices[at] = project;
            if (_hasPoints && at < place)
            {
                long points = _points[place];
                _points.AsSpan(at, place - at).CopyTo(_points.AsSpan(at + 1));
                _points[at] = points;
            }
        }
    }
}
