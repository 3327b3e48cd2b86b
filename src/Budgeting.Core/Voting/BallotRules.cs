using System.Globalization;
using Budgeting.Core.Rounds;

namespace Budgeting.Core.Voting;

/// <summary>What a ballot must keep to. The same rules speak on the review page and inside the transaction that writes.</summary>
internal static class BallotRules
{
    public static IReadOnlyList<Refusal> Check(IReadOnlyList<BallotSheet> sheets, CastBallot ballot)
    {
        List<Refusal> refusals = [];
        HashSet<long> seen = [];
        foreach (var choices in ballot.Choices)
        {
            var field = choices.HeadingId.ToString(CultureInfo.InvariantCulture);
            if (sheets.FirstOrDefault(sheet => sheet.HeadingId == choices.HeadingId) is not { } sheet)
                refusals.Add(Refusal.Of("Ballot.UnknownHeading", field));
            else if (!seen.Add(choices.HeadingId))
                refusals.Add(Refusal.Of("Ballot.HeadingTwice", field));
            else if (!ballot.Voter.OpenHeadings.Contains(choices.HeadingId))
                refusals.Add(Refusal.Of("Ballot.HeadingNotOpen", field));
            else if (choices.SheetHash != sheet.Hash)
                refusals.Add(Refusal.Of("Ballot.SheetChanged", field));
            else if (CheckHeading(sheet, choices.Projects, field) is { } refusal)
                refusals.Add(refusal);
        }
        if (refusals.Count == 0 && ballot.Choices.All(choices => choices.Projects.Count == 0))
            refusals.Add(Refusal.Of("Ballot.Empty"));
        return refusals;
    }

    /// <summary>The same limits for choices in one heading, whoever made them and on whatever: also for a paper ballot.</summary>
    public static Refusal? CheckHeading(BallotSheet sheet, IReadOnlyList<int> numbers, string field)
    {
        // Before anything is looked up: a ballot of a hundred thousand choices costs no more than one of a few.
        if (numbers.Count > Math.Max(sheet.Projects.Count, sheet.MaximumChoices ?? 0))
            return Refusal.Of("Ballot.TooMany", field, sheet.MaximumChoices ?? sheet.Projects.Count, numbers.Count);
        if (numbers.Any(number => sheet.Project(number) is null))
            return Refusal.Of("Ballot.UnknownProject", field);
        if (numbers.Distinct().Count() < numbers.Count)
            return Refusal.Of("Ballot.ProjectTwice", field);
        if (sheet.MaximumChoices is { } maximum && numbers.Count > maximum)
            return Refusal.Of("Ballot.TooMany", field, maximum, numbers.Count);
        if (sheet.BallotKind == BallotKind.Knapsack)
        {
            var sum = Money.Sum(numbers.Select(number => sheet.Project(number)!.Cost));
            if (sum > sheet.Money)
                return Refusal.Of("Ballot.OverBudget", field, sheet.Money, sum, sum - sheet.Money);
        }
        return null;
    }
}
