using System.Globalization;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Tally;

namespace Budgeting.Core.Results;

/// <summary>Counts a heading by what its sheet says. The platform and those who check its record count by this same function.</summary>
internal static class HeadingCount
{
    private const int CentsInEuro = 100;

    /// <summary>The profile of a heading's ballots, empty.</summary>
    public static Profile.Builder Ballots(BallotSheet sheet) => new(VoteType.Approval, sheet.Projects.Count);

    /// <summary>Counts ballots by the sheet's rule, money and lot.</summary>
    public static HeadingResult Count(BallotSheet sheet, Profile profile) => Result(sheet, profile, Tally(sheet, profile));

    /// <summary>Counts as <see cref="Count"/> does and says why, of every project and of the whole, in the platform's languages.</summary>
    public static HeadingResult CountAndExplain(BallotSheet sheet, Profile profile)
    {
        var counted = Tally(sheet, profile);
        var instance = Instance(sheet);
        var explanation = Explanation.Of(instance, profile, TallyRules.Counting(sheet.Rule), counted);
        var texts = ExplanationText.Languages.ToDictionary(language => language, language => new ExplanationText(language, instance, "EUR"));
        LocalizedText Say(Func<ExplanationText, string> of) => new(of(texts["fi"]), of(texts["sv"]), of(texts["en"]));
        var result = Result(sheet, profile, counted);
        return result with
        {
            Summary = Say(text => text.Of(explanation)),
            Projects = [.. result.Projects.Select(project => project with { Why = Say(text => text.Of(explanation.Projects[project.Number - 1])) })],
        };
    }

    private static TallyResult Tally(BallotSheet sheet, Profile profile) =>
        TallyRules.Counting(sheet.Rule).Tally(Instance(sheet), profile, TallyRules.TieBreak(sheet.Lot.Select(Id)));

    private static Instance Instance(BallotSheet sheet) =>
        new(Euros(sheet.Money), sheet.Projects.Select(project => new Project(Id(project.Number), Euros(project.Cost), project.Title)));

    private static HeadingResult Result(BallotSheet sheet, Profile profile, TallyResult counted)
    {
        var prices = counted.Purchases.ToDictionary(purchase => purchase.ProjectId, purchase => purchase.Price);
        List<ProjectResult> projects = [.. counted.Projects.OrderBy(outcome => outcome.Position).Select(outcome =>
        {
            var project = Project(sheet, outcome.ProjectId);
            return new ProjectResult(
                project.Number, project.ProposalId, project.Title, project.Language, project.Cost, outcome.Supporters, outcome.Position,
                outcome.IsFunded, new((outcome.MoneyBefore * CentsInEuro).ToInt64()), TieBrokenBy(sheet, counted, outcome))
            {
                // Under greedy a project is funded or did not fit, as the rest of the line says.
                Reason = sheet.Rule == TallyRule.Greedy ? null : JsonName(outcome.Reason),
                Price = prices.TryGetValue(outcome.ProjectId, out var price) ? price.ToString() : null,
            };
        })];
        return new(
            sheet.HeadingId, sheet.HeadingName, TallyRules.NameOf(sheet.Rule), TallyRules.Ties, sheet.Hash, sheet.BallotKind,
            profile.BallotCount, sheet.Money, Money.Sum(projects.Where(project => project.Won).Select(project => project.Cost)), projects)
        {
            Share = counted.PerVoter?.ToString(),
        };
    }

    // The criteria in their published order: the last one that was needed between this project and one it tied with.
    private static string? TieBrokenBy(BallotSheet sheet, TallyResult counted, ProjectOutcome outcome)
    {
        if (!outcome.IsTied)
            return null;
        var asDear = outcome.Tied.Where(other => other != outcome.ProjectId && Project(sheet, other).Cost == Project(sheet, outcome.ProjectId).Cost).ToList();
        return asDear.Count == 0 ? TallyRules.LowerCost
            : asDear.Any(other => counted.Projects[int.Parse(other, CultureInfo.InvariantCulture) - 1].Supporters == outcome.Supporters) ? TallyRules.Lot
            : TallyRules.MoreSupporters;
    }

    private static SheetProject Project(BallotSheet sheet, string id) => sheet.Project(int.Parse(id, CultureInfo.InvariantCulture))!;

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Rational Euros(Money amount) => new(amount.Cents, CentsInEuro);

    private static string JsonName(OutcomeReason reason) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());
}
