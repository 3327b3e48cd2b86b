using System.Collections.Immutable;
using System.Numerics;

namespace Budgeting.Tally;

/// <summary>Finds the run of equal shares that decides: the first, or with increases the last before one overspends.</summary>
internal static class EqualSharesSearch
{
    public static (EqualSharesRun Run, long Increases) Run(Election election, ImmutableArray<ProjectGroup> groups, BudgetIncrease? increase)
    {
        Rational perVoter = election.Instance.Budget / election.Profile.BallotCount;
        EqualSharesRun run = new(election);
        if (increase is null)
        {
            run.Run(perVoter, new GroupLimits(election.Instance, groups), null);
            return (run, 0);
        }

        if (increase.StartsWhole)
        {
            perVoter = BigInteger.Divide(perVoter.Numerator, perVoter.Denominator);
        }

        EqualSharesRun next = new(election);
        run.Run(perVoter, new GroupLimits(election.Instance, groups), null);
        for (long increases = 0; ; increases++)
        {
            if (IsFinal(election, run, increase))
            {
                return (run, increases);
            }

            perVoter += increase.Step;
            next.Run(perVoter, new GroupLimits(election.Instance, groups), election.Instance.Budget);
            if (next.Cost > election.Instance.Budget)
            {
                return (run, increases);
            }

            (run, next) = (next, run);
        }
    }

    // Nothing can change any more, or nothing more is wanted.
    private static bool IsFinal(Election election, EqualSharesRun run, BudgetIncrease increase)
    {
        Rational left = election.Instance.Budget - run.Cost;
        HashSet<int> settled = [.. run.Taken.Select(taken => taken.Project), .. run.KeptOut.Select(kept => kept.Project)];
        return !Enumerable.Range(0, election.Projects.Length).Any(project =>
            election.Eligible[project] && election.Support.Voters[project] > 0 && !settled.Contains(project)
            && !election.Projects[project].Cost.IsZero
            && (!increase.StopsWhenExhausted || election.Projects[project].Cost <= left));
    }
}
