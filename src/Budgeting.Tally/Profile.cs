using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Budgeting.Tally;

/// <summary>All ballots of an election, equal ones grouped.</summary>
/// <remarks>
/// A ballot is the list of indices of its projects in <see cref="Instance.Projects"/>; it may be empty. Each
/// project is on a ballot at most once. Ballots that say the same are one group with a multiplicity: the order of the
/// projects is kept and tells ballots apart only when the vote type is <see cref="Tally.VoteType.Ordinal"/>, and is
/// ascending otherwise; points tell them apart where there are any. Groups are in the order their first ballot was
/// added; no rule's outcome depends on that. Memory is in proportion to the total length of the distinct ballots.
/// </remarks>
public sealed class Profile
{
    // Group g has the choices from _offsets[g] up to _offsets[g + 1]. There may be room behind the last, shared with a
    // builder that goes on; what is before it never changes.
    private readonly int[] _offsets;
    private readonly int[] _choices;
    private readonly int _length;
    private readonly int[] _multiplicities;

    // Points as whole multiples of 1/_pointUnit, beside _choices; null when the ballots have none.
    private readonly long[]? _points;
    private readonly long _pointUnit;

    private Profile(
        VoteType voteType, int projectCount, int? maxLength, int[] offsets, int[] choices, int[] multiplicities, long[]? points, long pointUnit)
    {
        VoteType = voteType;
        ProjectCount = projectCount;
        MaxLength = maxLength;
        _offsets = offsets;
        _choices = choices;
        _length = offsets[^1];
        _multiplicities = multiplicities;
        _points = points;
        _pointUnit = pointUnit;
        int ballots = 0;
        foreach (int multiplicity in multiplicities)
        {
            ballots += multiplicity;
        }

        BallotCount = ballots;
    }

    /// <summary>How the voters expressed themselves.</summary>
    public VoteType VoteType { get; }

    /// <summary>The number of projects voted on; every index on a ballot is less than this.</summary>
    public int ProjectCount { get; }

    /// <summary>The largest number of projects a voter could choose, where it was limited.</summary>
    public int? MaxLength { get; }

    /// <summary>The number of ballots, empty ones included: the n of the rules' definitions.</summary>
    public int BallotCount { get; }

    /// <summary>The number of groups of equal ballots.</summary>
    public int GroupCount => _multiplicities.Length;

    /// <summary>Whether the ballots give points.</summary>
    public bool HasPoints => _points is not null;

    internal ReadOnlySpan<int> Offsets => _offsets;

    internal ReadOnlySpan<int> Choices => _choices.AsSpan(0, _length);

    internal int[] Multiplicities => _multiplicities;

    internal ReadOnlySpan<long> Points => _points;

    /// <summary>The projects on each ballot of a group.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public ReadOnlySpan<int> ChoicesOf(int group) => _choices.AsSpan(_offsets[group], _offsets[group + 1] - _offsets[group]);

    /// <summary>The points each ballot of a group gives to the projects of <see cref="ChoicesOf"/>, in their order; empty without points.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public ImmutableArray<Rational> PointsOf(int group) => _points is null
        ? []
        : [.. _points[_offsets[group].._offsets[group + 1]].Select(points => new Rational(points, _pointUnit))];

    /// <summary>How many ballots a group has; at least one.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public int MultiplicityOf(int group) => _multiplicities[group];

    /// <summary>The number of ballots each project is on, by project index.</summary>
    /// <remarks>Takes time in proportion to the total length of the distinct ballots.</remarks>
    public ImmutableArray<int> CountSupporters()
    {
        int[] supporters = new int[ProjectCount];
        for (int group = 0; group < _multiplicities.Length; group++)
        {
            foreach (int project in ChoicesOf(group))
            {
                supporters[project] += _multiplicities[group];
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(supporters);
    }

    /// <summary>
    /// The utility of every choice in whole numbers, beside <see cref="Choices"/>; null when it is the same for all
    /// ballots a project is on. Points are in units that no rule's outcome depends on.
    /// </summary>
    internal long[]? Utilities(Satisfaction satisfaction)
    {
        if (satisfaction is Satisfaction.Cost or Satisfaction.Cardinality)
        {
            return null;
        }

        if (satisfaction == Satisfaction.Points)
        {
            return _points ?? throw new ArgumentException("These ballots give no points.");
        }

        if (satisfaction == Satisfaction.CityBorda && MaxLength is null)
        {
            throw new ArgumentException("City Borda needs the largest number of projects a ballot may have.");
        }

        long[] utilities = new long[_length];
        for (int group = 0; group < _multiplicities.Length; group++)
        {
            int length = _offsets[group + 1] - _offsets[group];
            int first = satisfaction == Satisfaction.Borda ? length - 1 : Math.Max(MaxLength!.Value, length);
            for (int place = 0; place < length; place++)
            {
                utilities[_offsets[group] + place] = first - place;
            }
        }

        return utilities;
    }

    /// <summary>The number points are multiples of: utilities are points times this.</summary>
    internal long UtilityUnit(Satisfaction satisfaction) => satisfaction == Satisfaction.Points ? _pointUnit : 1;

    /// <summary>
    /// The same ballots and some more that choose one project only, giving it so many points where ballots give any. Equal
    /// ballots need not be one group then.
    /// </summary>
    internal Profile WithVotersFor(int project, int voters, long points) => voters == 0 ? this : new Profile(
        VoteType, ProjectCount, MaxLength, [.. _offsets, _length + 1], [.. Choices, project],
        [.. _multiplicities, voters], _points is null ? null : [.. _points, points], _pointUnit);

    /// <summary>
    /// The same ballots, with a project added to those of so many voters, taken from groups in the order given that do not
    /// have it: with so many points where ballots give any, and on the first place where they rank, the last one falling off
    /// a ballot that gets too long. Equal ballots need not be one group then.
    /// </summary>
    internal Profile WithAdded(int project, IReadOnlyList<int> order, int voters, long points)
    {
        List<int> offsets = new(_offsets.Length + 8) { 0 };
        List<int> choices = new(_length + order.Count);
        List<long>? given = _points is null ? null : new(choices.Capacity);
        List<int> multiplicities = new(_multiplicities.Length + 1);
        int[] added = new int[_multiplicities.Length];
        foreach (int group in order)
        {
            added[group] = Math.Min(voters, _multiplicities[group]);
            voters -= added[group];
            if (voters == 0)
            {
                break;
            }
        }

        for (int group = 0; group < added.Length; group++)
        {
            ReadOnlySpan<long> own = _points is null ? [] : _points.AsSpan(_offsets[group].._offsets[group + 1]);
            if (added[group] > 0)
            {
                if (VoteType == VoteType.Ordinal)
                {
                    int kept = Math.Min(ChoicesOf(group).Length, (MaxLength ?? int.MaxValue) - 1);
                    choices.Add(project);
                    choices.AddRange(ChoicesOf(group)[..kept]);
                    given?.Add(points);
                    given?.AddRange(own[..kept]);
                }
                else
                {
                    choices.AddRange(ChoicesOf(group));
                    choices.Add(project);
                    given?.AddRange(own);
                    given?.Add(points);
                }

                offsets.Add(choices.Count);
                multiplicities.Add(added[group]);
            }

            if (added[group] < _multiplicities[group])
            {
                choices.AddRange(ChoicesOf(group));
                given?.AddRange(own);
                offsets.Add(choices.Count);
                multiplicities.Add(_multiplicities[group] - added[group]);
            }
        }

        return new Profile(VoteType, ProjectCount, MaxLength, [.. offsets], [.. choices], [.. multiplicities], given?.ToArray(), _pointUnit);
    }

    /// <summary>Collects ballots one by one into a <see cref="Profile"/>; memory grows only with distinct ballots.</summary>
    public sealed class Builder
    {
        private readonly VoteType _voteType;
        private readonly int? _maxLength;

        private int[] _offsets = new int[17];
        private int[] _choices = new int[64];
        private long[] _points = [];
        private int[] _multiplicities = new int[16];
        private int _count;
        private long _pointUnit = 1;
        private bool _hasPoints;

        // An open-addressing table of groups, one more than their index; at most half full.
        private int[] _table = new int[64];
        private byte[] _tags = new byte[64];

        // The ballot being added, without repetitions; _seenOn[p] is the last ballot that listed project p.
        private readonly int[] _ballot;
        private readonly long[] _ballotPoints;
        private readonly long[] _seenOn;
        private long _ballotNumber;

        /// <summary>Starts an empty profile.</summary>
        /// <param name="voteType">How the voters expressed themselves.</param>
        /// <param name="projectCount">The number of projects voted on; at least zero.</param>
        /// <param name="maxLength">The largest number of projects a voter could choose, where it was limited; at least one.</param>
        /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
        public Builder(VoteType voteType, int projectCount, int? maxLength = null)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(projectCount);
            ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? 1, 1, nameof(maxLength));
            _voteType = Enum.IsDefined(voteType) ? voteType : throw new ArgumentOutOfRangeException(nameof(voteType));
            _maxLength = maxLength;
            _ballot = new int[projectCount];
            _ballotPoints = new long[projectCount];
            _seenOn = new long[projectCount];
        }

        /// <summary>Adds ballots that all choose the same projects.</summary>
        /// <param name="projects">
        /// Indices of the chosen projects, best first when the vote type is ordinal. A project listed more than once
        /// counts once, at its first place. May be empty: such a voter still counts as a voter.
        /// </param>
        /// <param name="multiplicity">How many such ballots there are; at least one.</param>
        /// <returns>The number of different projects on the ballot.</returns>
        /// <exception cref="ArgumentOutOfRangeException">
        /// An index is not that of a project, or <paramref name="multiplicity"/> is less than one. The builder is unchanged.
        /// </exception>
        public int Add(ReadOnlySpan<int> projects, int multiplicity = 1) => AddScaled(projects, [], multiplicity);

        /// <summary>Adds ballots that all give the same points.</summary>
        /// <param name="projects">Indices of the projects; a project listed more than once counts once, with the points at its first place.</param>
        /// <param name="points">The points of each, at least zero.</param>
        /// <param name="multiplicity">How many such ballots there are; at least one.</param>
        /// <returns>The number of different projects on the ballot.</returns>
        /// <exception cref="ArgumentException">There are not as many points as projects.</exception>
        /// <exception cref="ArgumentOutOfRangeException">
        /// An index is not that of a project, points are negative, or <paramref name="multiplicity"/> is less than one. The builder is unchanged.
        /// </exception>
        /// <exception cref="OverflowException">The points of all ballots are not multiples of one fraction in 64 bits.</exception>
        public int Add(ReadOnlySpan<int> projects, ReadOnlySpan<Rational> points, int multiplicity = 1)
        {
            if (points.Length != projects.Length)
            {
                throw new ArgumentException($"There are {points.Length} points for {projects.Length} projects.", nameof(points));
            }

            long[] scaled = new long[points.Length];
            for (int i = 0; i < scaled.Length; i++)
            {
                if (points[i].Sign < 0)
                {
                    throw new ArgumentOutOfRangeException(nameof(points), $"{points[i]} points are negative.");
                }

                Refine(points[i].Denominator);
            }

            for (int i = 0; i < scaled.Length; i++)
            {
                scaled[i] = (long)(points[i].Numerator * (_pointUnit / points[i].Denominator));
            }

            return AddScaled(projects, scaled, multiplicity);
        }

        /// <summary>Adds ballots with whole points, without the cost of exact fractions.</summary>
        internal int AddWhole(ReadOnlySpan<int> projects, Span<long> points)
        {
            if (_pointUnit != 1)
            {
                foreach (ref long value in points)
                {
                    value *= _pointUnit;
                }
            }

            return AddScaled(projects, points, 1);
        }

        private int AddScaled(ReadOnlySpan<int> projects, ReadOnlySpan<long> points, int multiplicity)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(multiplicity, 1);
            _ballotNumber++;
            int length = 0;
            for (int index = 0; index < projects.Length; index++)
            {
                int project = projects[index];
                if (project < 0 || project >= _seenOn.Length)
                {
                    throw new ArgumentOutOfRangeException(nameof(projects), $"There is no project with the index {project}.");
                }

                if (_seenOn[project] != _ballotNumber)
                {
                    _seenOn[project] = _ballotNumber;
                    _ballotPoints[length] = points.IsEmpty ? 0 : points[index];
                    _ballot[length++] = project;
                }
            }

            Span<int> ballot = _ballot.AsSpan(0, length);
            Span<long> given = _ballotPoints.AsSpan(0, length);
            if (!points.IsEmpty && !_hasPoints)
            {
                _hasPoints = true;
                _points = new long[_choices.Length];
            }

            if (_voteType != VoteType.Ordinal)
            {
                Sort(ballot, given);
            }

            uint hash = Hash(ballot);
            ref int slot = ref Find(ballot, given, hash, out int place);
            if (slot != 0)
            {
                _multiplicities[slot - 1] += multiplicity;
            }
            else
            {
                Append(ballot, given, multiplicity);
                slot = _count;
                _tags[place] = Tag(hash);
                if (_count * 2 > _table.Length)
                {
                    Rehash(checked(_table.Length * 2));
                }
            }

            return length;
        }

        // Ballots are short, and most of them are in order already.
        private void Sort(Span<int> ballot, Span<long> given)
        {
            if (ballot.Length > 32)
            {
                ballot.Sort(given);
                return;
            }

            for (int place = 1; place < ballot.Length; place++)
            {
                (int project, long points) = (ballot[place], given[place]);
                int at = place;
                for (; at > 0 && ballot[at - 1] > project; at--)
                {
                    ballot[at] = ballot[at - 1];
                    given[at] = given[at - 1];
                }

                ballot[at] = project;
                given[at] = points;
            }
        }

        // A byte of the hash beside each entry spares nearly all looks at ballots far away in memory.
        private ref int Find(ReadOnlySpan<int> ballot, ReadOnlySpan<long> given, uint hash, out int place)
        {
            int mask = _table.Length - 1;
            byte tag = Tag(hash);
            place = (int)(hash & (uint)mask);
            while (true)
            {
                ref int slot = ref _table[place];
                if (slot == 0)
                {
                    return ref slot;
                }

                if (_tags[place] == tag)
                {
                    int begin = _offsets[slot - 1];
                    int length = _offsets[slot] - begin;
                    if (length == ballot.Length && ballot.SequenceEqual(_choices.AsSpan(begin, length))
                        && (!_hasPoints || given.SequenceEqual(_points.AsSpan(begin, length))))
                    {
                        return ref slot;
                    }
                }

                place = (place + 1) & mask;
            }
        }

        private static byte Tag(uint hash) => unchecked((byte)(hash >> 24));

        private static uint Hash(ReadOnlySpan<int> ballot)
        {
            ulong hash = 0x9E3779B97F4A7C15;
            unchecked
            {
                foreach (int project in ballot)
                {
                    hash = (hash ^ (uint)project) * 0xD6E8FEB86659FD93;
                    hash ^= hash >> 32;
                }
            }

            return unchecked((uint)hash);
        }

        private void Append(ReadOnlySpan<int> ballot, ReadOnlySpan<long> given, int multiplicity)
        {
            int begin = _offsets[_count];
            int end = checked(begin + ballot.Length);
            if (end > _choices.Length)
            {
                int capacity = (int)Math.Max(end, Math.Min(Array.MaxLength, _choices.Length + (_choices.Length > 1 << 24 ? _choices.Length / 4L : _choices.Length)));
                Array.Resize(ref _choices, capacity);
                if (_hasPoints)
                {
                    Array.Resize(ref _points, capacity);
                }
            }

            if (_count == _multiplicities.Length)
            {
                Array.Resize(ref _multiplicities, checked(_count * 2));
                Array.Resize(ref _offsets, checked((_count * 2) + 1));
            }

            ballot.CopyTo(_choices.AsSpan(begin));
            if (_hasPoints)
            {
                given.CopyTo(_points.AsSpan(begin));
            }

            _multiplicities[_count++] = multiplicity;
            _offsets[_count] = end;
        }

        private void Rehash(int size)
        {
            _table = new int[size];
            _tags = new byte[size];
            int mask = size - 1;
            for (int group = 0; group < _count; group++)
            {
                uint hash = Hash(_choices.AsSpan(_offsets[group], _offsets[group + 1] - _offsets[group]));
                int place = (int)(hash & (uint)mask);
                while (_table[place] != 0)
                {
                    place = (place + 1) & mask;
                }

                _table[place] = group + 1;
                _tags[place] = Tag(hash);
            }
        }

        // Makes the unit of points fine enough for a denominator.
        private void Refine(BigInteger denominator)
        {
            BigInteger factor = denominator / BigInteger.GreatestCommonDivisor(denominator, _pointUnit);
            if (factor.IsOne)
            {
                return;
            }

            long by = (long)factor;
            for (int i = 0; i < _offsets[_count] && _hasPoints; i++)
            {
                _points[i] *= by;
            }

            _pointUnit *= by;
        }

        /// <summary>The profile of the ballots added so far. More can be added afterwards; the profile does not change.</summary>
        /// <exception cref="OverflowException">There are more than 2,147,483,647 ballots.</exception>
        public Profile Build()
        {
            int length = _offsets[_count];
            return new Profile(
                _voteType, _seenOn.Length, _maxLength, _offsets[..(_count + 1)], _choices, _multiplicities[.._count],
                _hasPoints || _voteType is VoteType.Cumulative or VoteType.Scoring ? (_hasPoints ? _points[..length] : new long[length]) : null,
                _pointUnit);
        }
    }
}
