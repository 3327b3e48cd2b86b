using System.Collections.Immutable;
using System.Numerics;

namespace Budgeting.Tally;

/// <summary>Finds the run of equal shares that decides: the first, or with increases the last before one overspends.</summary>
/// <remarks>
/// An increase is left out only where it is proven that its outcome is that of the one before. Which increases are tried
/// on the way makes no difference to the outcome, so runs go on in parallel, each a pure function of its money.
/// </remarks>
internal sealed class EqualSharesSearch
{
    private readonly Election _election;
    private readonly ImmutableArray<ProjectGroup> _groups;
    private readonly BudgetIncrease _increase;
    private readonly Rational _start;
    private readonly EqualSharesRun[] _runs;

    private EqualSharesSearch(Election election, ImmutableArray<ProjectGroup> groups, BudgetIncrease increase, Rational start)
    {
        _election = election;
        _groups = groups;
        _increase = increase;
        _start = start;

        // Small elections are counted faster than threads are woken.
        bool alone = election.Support.Groups.Length < 5_000 || Environment.ProcessorCount == 1;
        _runs = [.. Enumerable.Range(0, alone ? 2 : Math.Min(Environment.ProcessorCount, 4) + 1).Select(_ => new EqualSharesRun(election))];
    }

    public static (EqualSharesRun Run, long Increases) Run(Election election, ImmutableArray<ProjectGroup> groups, BudgetIncrease? increase)
    {
        Rational perVoter = election.Instance.Budget / election.Profile.BallotCount;
        if (increase is null)
        {
            EqualSharesRun run = new(election);
            run.Run(perVoter, new GroupLimits(election.Instance, groups), null);
            return (run, 0);
        }

        if (increase.StartsWhole)
        {
            perVoter = BigInteger.Divide(perVoter.Numerator, perVoter.Denominator);
        }

        return new EqualSharesSearch(election, groups, increase, perVoter).Search();
    }

    private (EqualSharesRun Run, long Increases) Search()
    {
        EqualSharesRange? range = _election.Support.Utilities is null && _groups.IsEmpty && _election.Projects.Length > 0 ? new(_election) : null;
        EqualSharesRun last = _runs[0];
        long increases = 0;
        Run(last, 0);
        if (IsFinal(last))
        {
            return (last, 0);
        }

        int same = 0;
        int patience = 4;
        while (true)
        {
            if (range is not null && same >= patience)
            {
                long length = Stretch(range, last, increases);
                increases += length;
                same = 0;

                // Where outcomes change all the time, proofs are not worth trying again soon.
                patience = length >= 16 ? 1 : Math.Min(patience * 2, 16);
            }

            EqualSharesRun[] next = [.. _runs.Where(run => run != last)];
            if (next.Length == 1)
            {
                Run(next[0], increases + 1);
            }
            else
            {
                Parallel.For(0, next.Length, place => Run(next[place], increases + 1 + place));
            }

            foreach (EqualSharesRun run in next)
            {
                if (run.Cost > _election.Instance.Budget)
                {
                    return Finish(last, increases);
                }

                increases++;
                same = SameOrder(last, run) ? same + 1 : 0;
                last = run;
                if (IsFinal(run))
                {
                    return (run, increases);
                }
            }

        }
    }

    // The longest stretch of increases found for which the outcome is proven to stay as it is.
    private long Stretch(EqualSharesRange range, EqualSharesRun run, long increases)
    {
        int[] taken = [.. run.Taken.Select(entry => entry.Project)];
        long proven = 0;
        long length = 64;
        bool limited = false;
        for (int attempt = 0; attempt < 40 && length >= 6; attempt++)
        {
            if (range.Proves(taken, PerVoter(increases + proven), PerVoter(increases + proven + length)))
            {
                proven += length;
                if (limited)
                {
                    break;
                }

                length *= 4;
            }
            else
            {
                limited = true;
                length = Math.Min((length * 3) / 4, (long)(range.Suspect * length * 0.97) - 1);
            }
        }

        return proven;
    }

    private (EqualSharesRun Run, long Increases) Finish(EqualSharesRun last, long increases)
    {
        if (last.PerVoter != PerVoter(increases))
        {
            Run(last, increases);
        }

        return (last, increases);
    }

    private Rational PerVoter(long increases) => _start + (increases * _increase.Step);

    private void Run(EqualSharesRun run, long increases) => run.Run(
        PerVoter(increases), new GroupLimits(_election.Instance, _groups), increases == 0 ? null : _election.Instance.Budget);

    private static bool SameOrder(EqualSharesRun one, EqualSharesRun other)
    {
        if (one.Taken.Count != other.Taken.Count)
        {
            return false;
        }

        for (int place = 0; place < one.Taken.Count; place++)
        {
            if (one.Taken[place].Project != other.Taken[place].Project)
            {
                return false;
            }
        }

        return true;
    }

    // Nothing can change any more, or nothing more is wanted.
    private bool IsFinal(EqualSharesRun run)
    {
        Rational left = _election.Instance.Budget - run.Cost;
        HashSet<int> settled = [.. run.Taken.Select(taken => taken.Project), .. run.KeptOut.Select(kept => kept.Project)];
        for (int project = 0; project < _election.Projects.Length; project++)
        {
            if (_election.Eligible[project] && _election.Support.Voters[project] > 0 && !settled.Contains(project)
                && !_election.Projects[project].Cost.IsZero
                && (!_increase.StopsWhenExhausted || _election.Projects[project].Cost <= left))
            {
                return false;
            }
        }

        return true;
    }
}
