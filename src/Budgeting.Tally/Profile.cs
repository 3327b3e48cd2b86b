using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Budgeting.Tally;

/// <summary>All ballots of an election, equal ones grouped.</summary>
/// <remarks>
/// A ballot is the list of indices of its projects in <see cref="Instance.Projects"/>; it may be empty. Each
/// project is on a ballot at most once. Ballots that say the same are one group with a multiplicity: the order of the
/// projects is kept and tells ballots apart only when the vote type is <see cref="Tally.VoteType.Ordinal"/>, and is
/// ascending otherwise. Groups are in the order their first ballot was added; no rule's outcome depends on that.
/// Points given to projects are not part of a profile.
/// </remarks>
public sealed class Profile
{
    private readonly int[][] _choices;
    private readonly int[] _multiplicities;

    private Profile(VoteType voteType, int projectCount, int[][] choices, int[] multiplicities)
    {
        VoteType = voteType;
        ProjectCount = projectCount;
        _choices = choices;
        _multiplicities = multiplicities;
        BallotCount = multiplicities.Sum();
    }

    /// <summary>How the voters expressed themselves.</summary>
    public VoteType VoteType { get; }

    /// <summary>The number of projects voted on; every index on a ballot is less than this.</summary>
    public int ProjectCount { get; }

    /// <summary>The number of ballots, empty ones included: the n of the rules' definitions.</summary>
    public int BallotCount { get; }

    /// <summary>The number of groups of equal ballots.</summary>
    public int GroupCount => _choices.Length;

    /// <summary>The projects on each ballot of a group.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public ReadOnlySpan<int> ChoicesOf(int group) => _choices[group];

    /// <summary>How many ballots a group has; at least one.</summary>
    /// <param name="group">From 0 to less than <see cref="GroupCount"/>.</param>
    public int MultiplicityOf(int group) => _multiplicities[group];

    /// <summary>The number of ballots each project is on, by project index.</summary>
    /// <remarks>Takes time in proportion to the total length of the distinct ballots.</remarks>
    public ImmutableArray<int> CountSupporters()
    {
        int[] supporters = new int[ProjectCount];
        for (int group = 0; group < _choices.Length; group++)
        {
            foreach (int project in _choices[group])
            {
                supporters[project] += _multiplicities[group];
            }
        }

        return ImmutableArray.Create(supporters);
    }

    /// <summary>Collects ballots one by one into a <see cref="Profile"/>; memory grows only with distinct ballots.</summary>
    public sealed class Builder
    {
        private readonly VoteType _voteType;
        private readonly Dictionary<int[], int> _groups = new(ChoicesComparer.Instance);
        private readonly Dictionary<int[], int>.AlternateLookup<ReadOnlySpan<int>> _lookup;
        private readonly List<int> _multiplicities = [];

        // The ballot being added, without repetitions; _seenOn[p] is the last ballot that listed project p.
        private readonly int[] _ballot;
        private readonly long[] _seenOn;
        private long _ballotNumber;

        /// <summary>Starts an empty profile.</summary>
        /// <param name="voteType">How the voters expressed themselves.</param>
        /// <param name="projectCount">The number of projects voted on; at least zero.</param>
        /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
        public Builder(VoteType voteType, int projectCount)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(projectCount);
            _voteType = Enum.IsDefined(voteType) ? voteType : throw new ArgumentOutOfRangeException(nameof(voteType));
            _lookup = _groups.GetAlternateLookup<ReadOnlySpan<int>>();
            _ballot = new int[projectCount];
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
        public int Add(ReadOnlySpan<int> projects, int multiplicity = 1)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(multiplicity, 1);
            _ballotNumber++;
            int length = 0;
            foreach (int project in projects)
            {
                if (project < 0 || project >= _seenOn.Length)
                {
                    throw new ArgumentOutOfRangeException(nameof(projects), $"There is no project with the index {project}.");
                }

                if (_seenOn[project] != _ballotNumber)
                {
                    _seenOn[project] = _ballotNumber;
                    _ballot[length++] = project;
                }
            }

            Span<int> ballot = _ballot.AsSpan(0, length);
            if (_voteType != VoteType.Ordinal)
            {
                ballot.Sort();
            }

            if (_lookup.TryGetValue(ballot, out int group))
            {
                _multiplicities[group] += multiplicity;
            }
            else
            {
                _groups.Add(ballot.ToArray(), _multiplicities.Count);
                _multiplicities.Add(multiplicity);
            }

            return length;
        }

        /// <summary>The profile of the ballots added so far. More can be added afterwards; the profile does not change.</summary>
        /// <exception cref="OverflowException">There are more than 2,147,483,647 ballots.</exception>
        public Profile Build()
        {
            int[][] choices = new int[_groups.Count][];
            foreach ((int[] ballot, int group) in _groups)
            {
                choices[group] = ballot;
            }

            return new Profile(_voteType, _seenOn.Length, choices, [.. _multiplicities]);
        }
    }

    private sealed class ChoicesComparer : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public static ChoicesComparer Instance { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] int[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
