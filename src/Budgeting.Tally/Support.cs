using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Budgeting.Tally;

/// <summary>A profile turned round: for each project the groups of ballots it has a utility for.</summary>
internal sealed class Support
{
    private readonly int[] _offsets;

    public Support(Profile profile, Satisfaction satisfaction)
    {
        Profile = profile;
        Satisfaction = satisfaction;
        bool alike = !profile.HasUtilities(satisfaction);
        int[] offsets = new int[profile.ProjectCount + 1];
        long[] room = new long[alike ? 0 : profile.ProjectCount];
        for (int group = 0; group < profile.GroupCount; group++)
        {
            ReadOnlySpan<int> choices = profile.ChoicesOf(group);
            ReadOnlySpan<long> utilities = alike ? [] : profile.UtilitiesOf(group, satisfaction, room);
            for (int i = 0; i < choices.Length; i++)
            {
                if (alike || utilities[i] > 0)
                {
                    offsets[choices[i] + 1]++;
                }
            }
        }

        for (int project = 0; project < profile.ProjectCount; project++)
        {
            offsets[project + 1] += offsets[project];
        }

        int[] next = offsets[..^1];
        int[] groups = GC.AllocateUninitializedArray<int>(offsets[^1]);
        long[]? weights = alike ? null : new long[groups.Length];
        int[] voters = new int[profile.ProjectCount];
        Int128[] totals = new Int128[profile.ProjectCount];
        for (int group = 0; group < profile.GroupCount; group++)
        {
            int multiplicity = profile.Multiplicities[group];
            ReadOnlySpan<int> choices = profile.ChoicesOf(group);
            ReadOnlySpan<long> utilities = alike ? [] : profile.UtilitiesOf(group, satisfaction, room);
            for (int i = 0; i < choices.Length; i++)
            {
                int project = choices[i];
                if (alike || utilities[i] > 0)
                {
                    int place = next[project]++;
                    groups[place] = group;
                    voters[project] += multiplicity;
                    if (weights is not null)
                    {
                        weights[place] = utilities[i];
                        totals[project] += (Int128)multiplicity * utilities[i];
                    }
                }
            }
        }

        for (int project = 0; project < voters.Length && alike; project++)
        {
            totals[project] = voters[project];
        }

        _offsets = offsets;
        Groups = groups;
        Utilities = weights;
        Voters = ImmutableCollectionsMarshal.AsImmutableArray(voters);
        Totals = totals;
    }

    public Profile Profile { get; }

    public Satisfaction Satisfaction { get; }

    public int[] Groups { get; }

    /// <summary>The utilities beside <see cref="Groups"/>; null when they are all alike within a project.</summary>
    public long[]? Utilities { get; }

    /// <summary>The number of supporters of each project.</summary>
    public ImmutableArray<int> Voters { get; }

    /// <summary>The sum of the utilities of each project; the number of supporters when they are all alike.</summary>
    public Int128[] Totals { get; }

    public int Begin(int project) => _offsets[project];

    public int End(int project) => _offsets[project + 1];

    /// <summary>A project's total in the unit a person knows: votes, points or Borda points.</summary>
    public Rational Score(int project) =>
        new((System.Numerics.BigInteger)Totals[project], Profile.UtilityUnit(Satisfaction));

    /// <summary>The utility one supporter has, as a factor of the whole numbers kept here: the cost for cost satisfaction, else one.</summary>
    public Rational UtilityFactor(Instance instance, int project) =>
        Satisfaction == Satisfaction.Cost ? instance.Projects[project].Cost : new(1, Profile.UtilityUnit(Satisfaction));
}
