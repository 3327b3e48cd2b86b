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
    // Group g has the choices from _offsets[g] up to _offsets[g + 1], counted through all pages. There may be room behind
    // the last, shared with a builder that goes on; what is before it never changes.
    private readonly int[] _offsets;
    private readonly int[][] _choices;
    private readonly int[] _multiplicities;

    // Points as whole multiples of 1/_pointUnit, beside _choices; null when the ballots have none.
    private readonly long[][]? _points;
    private readonly long _pointUnit;

    private Profile(VoteType voteType, int projectCount, int? maxLength, BallotPages pages, long pointUnit)
    {
        VoteType = voteType;
        ProjectCount = projectCount;
        MaxLength = maxLength;
        _offsets = pages.Offsets;
        (_choices, _points) = pages.Freeze();
        _multiplicities = pages.Multiplicities[..pages.Count];
        _pointUnit = pointUnit;
        int ballots = 0;
        foreach (int multiplicity in _multiplicities)
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

    internal int[] Multiplicities => _multiplicities;

    /// <summary>The total length of the distinct ballots.</summary>
    internal int Length => _offsets[GroupCount];

    /// <summary>The points of a group as whole multiples of one unit, the same for all; empty without points.</summary>
    internal ReadOnlySpan<long> WholePointsOf(int group) => _points is null ? [] : BallotPages.Slice(_points, _offsets, group);

    /// <summary>The projects on each ballot of a group.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public ReadOnlySpan<int> ChoicesOf(int group) => BallotPages.Slice(_choices, _offsets, group);

    /// <summary>The points each ballot of a group gives to the projects of <see cref="ChoicesOf"/>, in their order; empty without points.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public ImmutableArray<Rational> PointsOf(int group)
    {
        if (_points is null)
        {
            return [];
        }

        ReadOnlySpan<long> points = BallotPages.Slice(_points, _offsets, group);
        ImmutableArray<Rational>.Builder fractions = ImmutableArray.CreateBuilder<Rational>(points.Length);
        foreach (long given in points)
        {
            fractions.Add(new Rational(given, _pointUnit));
        }

        return fractions.MoveToImmutable();
    }

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

    /// <summary>Whether a satisfaction tells apart the ballots a project is on; then there are <see cref="UtilitiesOf"/>.</summary>
    /// <exception cref="ArgumentException">The ballots have no such satisfaction.</exception>
    internal bool HasUtilities(Satisfaction satisfaction)
    {
        if (satisfaction == Satisfaction.Points && _points is null)
        {
            throw new ArgumentException("These ballots give no points.");
        }

        if (satisfaction == Satisfaction.CityBorda && MaxLength is null)
        {
            throw new ArgumentException("City Borda needs the largest number of projects a ballot may have.");
        }

        return satisfaction is not (Satisfaction.Cost or Satisfaction.Cardinality);
    }

    /// <summary>
    /// The utilities of the choices of a group in whole numbers, in units that no rule's outcome depends on.
    /// </summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    /// <param name="satisfaction">One that has utilities.</param>
    /// <param name="room">Room for as many as there are projects.</param>
    internal ReadOnlySpan<long> UtilitiesOf(int group, Satisfaction satisfaction, Span<long> room)
    {
        if (satisfaction == Satisfaction.Points)
        {
            return BallotPages.Slice(_points!, _offsets, group);
        }

        int length = _offsets[group + 1] - _offsets[group];
        int first = satisfaction == Satisfaction.Borda ? length - 1 : Math.Max(MaxLength!.Value, length);
        for (int place = 0; place < length; place++)
        {
            room[place] = first - place;
        }

        return room[..length];
    }

    /// <summary>The number points are multiples of: utilities are points times this.</summary>
    internal long UtilityUnit(Satisfaction satisfaction) => satisfaction == Satisfaction.Points ? _pointUnit : 1;

    /// <summary>
    /// The same ballots and some more that choose one project only, giving it so many points where ballots give any. Equal
    /// ballots need not be one group then.
    /// </summary>
    internal Profile WithVotersFor(int project, int voters, long points)
    {
        if (voters == 0)
        {
            return this;
        }

        BallotPages pages = NewPages();
        for (int group = 0; group < GroupCount; group++)
        {
            pages.Add(ChoicesOf(group), WholePointsOf(group), _multiplicities[group]);
        }

        pages.Add([project], HasPoints ? [points] : [], voters);
        return new Profile(VoteType, ProjectCount, MaxLength, pages, _pointUnit);
    }

    /// <summary>
    /// The same ballots, with a project added to those of so many voters, taken from groups in the order given that do not
    /// have it: with so many points where ballots give any, and on the first place where they rank, the last one falling off
    /// a ballot that gets too long. Equal ballots need not be one group then.
    /// </summary>
    internal Profile WithAdded(int project, IReadOnlyList<int> order, int voters, long points)
    {
        BallotPages pages = NewPages();
        List<int> choices = [];
        List<long> given = [];
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
            if (added[group] > 0)
            {
                bool ranked = VoteType == VoteType.Ordinal;
                int kept = ranked ? Math.Min(ChoicesOf(group).Length, (MaxLength ?? int.MaxValue) - 1) : ChoicesOf(group).Length;
                choices.Clear();
                choices.AddRange(ChoicesOf(group)[..kept]);
                choices.Insert(ranked ? 0 : kept, project);
                given.Clear();
                if (HasPoints)
                {
                    given.AddRange(WholePointsOf(group)[..kept]);
                    given.Insert(ranked ? 0 : kept, points);
                }

                pages.Add(CollectionsMarshal.AsSpan(choices), CollectionsMarshal.AsSpan(given), added[group]);
            }

            if (added[group] < _multiplicities[group])
            {
                pages.Add(ChoicesOf(group), WholePointsOf(group), _multiplicities[group] - added[group]);
            }
        }

        return new Profile(VoteType, ProjectCount, MaxLength, pages, _pointUnit);
    }

    private BallotPages NewPages()
    {
        BallotPages pages = new();
        if (HasPoints)
        {
            pages.KeepPoints();
        }

        return pages;
    }

    /// <summary>Collects ballots one by one into a <see cref="Profile"/>; memory grows only with distinct ballots.</summary>
    public sealed class Builder
    {
        private readonly VoteType _voteType;
        private readonly int? _maxLength;

        private readonly BallotPages _pages;
        private readonly BallotForm _form;
        private HashIndex _groups;
        private long _pointUnit = 1;

        /// <summary>Starts an empty profile.</summary>
        /// <param name="voteType">How the voters expressed themselves.</param>
        /// <param name="projectCount">The number of projects voted on; at least zero.</param>
        /// <param name="maxLength">The largest number of projects a voter could choose, where it was limited; at least one.</param>
        /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
        public Builder(VoteType voteType, int projectCount, int? maxLength = null)
            : this(voteType, projectCount, maxLength, 0)
        {
        }

        /// <summary>Starts an empty profile for about so many ballots.</summary>
        internal Builder(VoteType voteType, int projectCount, int? maxLength, int expected)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(projectCount);
            ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? 1, 1, nameof(maxLength));
            _voteType = Enum.IsDefined(voteType) ? voteType : throw new ArgumentOutOfRangeException(nameof(voteType));
            _maxLength = maxLength;
            _pages = new BallotPages(expected);
            _groups = new HashIndex(expected);
            _form = new BallotForm(voteType, projectCount, Hashing.NewSeed());
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

        /// <summary>A form for ballots that are then added as they are.</summary>
        internal BallotForm NewForm() => new(_voteType, _form.ProjectCount, _form.Seed);

        /// <summary>Makes ready to add ballots with these hashes soon.</summary>
        internal ulong Touch(ReadOnlySpan<uint> hashes) => _groups.Touch(hashes);

        private int AddScaled(ReadOnlySpan<int> projects, ReadOnlySpan<long> points, int multiplicity)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(multiplicity, 1);
            foreach (int project in projects)
            {
                if (project < 0 || project >= _form.ProjectCount)
                {
                    throw new ArgumentOutOfRangeException(nameof(projects), $"There is no project with the index {project}.");
                }
            }

            _form.Set(projects, points);
            Add(_form.Choices, _form.Points, _form.Hash, multiplicity);
            return _form.Choices.Length;
        }

        /// <summary>Adds a ballot in the form of <see cref="BallotForm"/>, with points in the unit of all points so far.</summary>
        internal void Add(ReadOnlySpan<int> ballot, ReadOnlySpan<long> points, uint hash, int multiplicity)
        {
            int place = -1;
            while (_groups.TryNext(hash, ref place, out int group))
            {
                if (_pages.IsEqual(group, ballot, points))
                {
                    _pages.Multiplicities[group] += multiplicity;
                    return;
                }
            }

            _groups.Insert(hash, place, _pages.Count);
            _pages.Add(ballot, points, multiplicity);
        }

        /// <summary>Adds a ballot in the form of <see cref="BallotForm"/> with whole points.</summary>
        /// <exception cref="OverflowException">The points of all ballots are not multiples of one fraction in 64 bits.</exception>
        internal void AddWhole(ReadOnlySpan<int> ballot, ReadOnlySpan<long> points, uint hash)
        {
            if (_pointUnit == 1 || points.IsEmpty)
            {
                Add(ballot, points, hash, 1);
                return;
            }

            long[] scaled = points.ToArray();
            foreach (ref long value in scaled.AsSpan())
            {
                value *= _pointUnit;
            }

            Add(ballot, scaled, _form.HashOf(ballot, scaled), 1);
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
            long unit = _pointUnit * by;
            _pages.Scale(by);
            _pointUnit = unit;
            _groups = new HashIndex();
            for (int group = 0; group < _pages.Count; group++)
            {
                uint hash = _form.HashOf(_pages.ChoicesOf(group), _pages.PointsOf(group));
                int place = -1;
                while (_groups.TryNext(hash, ref place, out _))
                {
                }

                _groups.Insert(hash, place, group);
            }
        }

        /// <summary>The profile of the ballots added so far. More can be added afterwards; the profile does not change.</summary>
        /// <exception cref="OverflowException">There are more than 2,147,483,647 ballots.</exception>
        public Profile Build()
        {
            if (_voteType is VoteType.Cumulative or VoteType.Scoring)
            {
                _pages.KeepPoints();
            }

            return new Profile(_voteType, _form.ProjectCount, _maxLength, _pages, _pointUnit);
        }
    }
}
