using System.Globalization;
using Budgeting.Core.Voting;
using Budgeting.Tally;

namespace Budgeting.Core.Results;

/// <summary>Counts a heading by what its sheet says. The platform and those who check its record count by this same function.</summary>
internal static class HeadingCount
{
    /// <summary>The profile of a heading's ballots, empty.</summary>
    public static Profile.Builder Ballots(BallotSheet sheet) => new(VoteType.Approval, sheet.Projects.Count);

    /// <summary>Counts ballots by the sheet's rule, money and lot.</summary>
    public static HeadingResult Count(BallotSheet sheet, Profile profile)
    {
        static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
        var instance = new Instance(sheet.Money.Cents, sheet.Projects.Select(project => new Project(Id(project.Number), project.Cost.Cents)));
        var counted = new GreedyRule().Tally(instance, profile, TallyRules.TieBreak(sheet.Lot.Select(Id)));
        var numbers = counted.Projects.ToDictionary(outcome => outcome.ProjectId, outcome => sheet.Project(int.Parse(outcome.ProjectId, CultureInfo.InvariantCulture))!);
        List<ProjectResult> projects = [.. counted.Projects.OrderBy(outcome => outcome.Position).Select(outcome =>
        {
            var project = numbers[outcome.ProjectId];
            return new ProjectResult(
                project.Number, project.ProposalId, project.Title, project.Language, project.Cost, outcome.Supporters, outcome.Position,
                outcome.IsFunded, new(outcome.MoneyBefore.ToInt64()), TieBrokenBy(outcome, numbers));
        })];
        return new(
            sheet.HeadingId, sheet.HeadingName, TallyRules.Greedy, TallyRules.Ties, sheet.Hash, sheet.BallotKind,
            profile.BallotCount, sheet.Money, Money.Sum(projects.Where(project => project.Won).Select(project => project.Cost)), projects);
    }

    // Among projects with as many votes the lot decided only between those that cost the same.
    private static string? TieBrokenBy(ProjectOutcome outcome, Dictionary<string, SheetProject> projects) =>
        !outcome.IsTied ? null
        : outcome.Tied.Any(other => other != outcome.ProjectId && projects[other].Cost == projects[outcome.ProjectId].Cost) ? TallyRules.Lot
        : TallyRules.LowerCost;
}
