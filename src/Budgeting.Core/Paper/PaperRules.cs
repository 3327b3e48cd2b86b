using System.Globalization;
using Budgeting.Core.Voting;
using FluentValidation;

namespace Budgeting.Core.Paper;

/// <summary>What an entry must keep to: the limits of <see cref="BallotRules"/>, said in words for the one who types.</summary>
internal static class PaperRules
{
    public static Outcome<PaperContent> Check(IReadOnlyList<BallotSheet> sheets, PaperEntry entry)
    {
        var refusals = new PaperEntryValidator().Refusals(entry);
        if (refusals.Count > 0)
            return refusals;
        if (entry.Invalid is { } invalid)
            return new PaperContent(null, invalid, invalid == InvalidReason.Other ? entry.Remark!.Trim() : null);
        if (entry.Choices.All(choices => choices.Projects.Count == 0))
            return Refusal.Of("Paper.Empty");
        HashSet<long> seen = [];
        foreach (var choices in entry.Choices)
        {
            var field = choices.HeadingId.ToString(CultureInfo.InvariantCulture);
            if (sheets.FirstOrDefault(sheet => sheet.HeadingId == choices.HeadingId) is not { } sheet)
                refusals.Add(Refusal.Of("Paper.UnknownHeading", field));
            else if (!seen.Add(choices.HeadingId))
                refusals.Add(Refusal.Of("Paper.HeadingTwice", field));
            else if (BallotRules.CheckHeading(sheet, choices.Projects, field) is { } refusal)
                refusals.Add(refusal with { Key = OnPaper(refusal.Key) });
        }
        if (refusals.Count > 0)
            return refusals;
        return new PaperContent(
            ChoicesText.Write(entry.Choices.Select(choices => new HeadingChoices(choices.HeadingId, "", choices.Projects))), null, null);
    }

    public static PaperEntry ToEntry(PaperContent content) => new(
        content.Choices is null ? [] : [.. ChoicesText.Read(content.Choices).Select(choices => new PaperChoices(choices.HeadingId, choices.Projects))],
        content.InvalidReason,
        content.Remark);

    // The same limit, but it speaks to a clerk with a paper in hand and not to the voter.
    private static string OnPaper(string key) => key switch
    {
        "Ballot.UnknownProject" => "Paper.UnknownProject",
        "Ballot.ProjectTwice" => "Paper.ProjectTwice",
        "Ballot.TooMany" => "Paper.TooMany",
        "Ballot.OverBudget" => "Paper.OverBudget",
        _ => key,
    };
}

internal sealed class PaperEntryValidator : AbstractValidator<PaperEntry>
{
    public PaperEntryValidator()
    {
        RuleFor(entry => entry.Invalid).IsInEnum().WithErrorCode("Paper.Invalid");
        When(entry => entry.Invalid == InvalidReason.Other, () => RuleFor(entry => entry.Remark).Text(3, 200, "Paper.Remark"));
    }
}

internal sealed class NewPaperBatchValidator : AbstractValidator<NewPaperBatch>
{
    /// <summary>So that a batch is compared in a moment; a fuller box is typed as several batches.</summary>
    public const int MostPapers = 5_000;

    public NewPaperBatchValidator()
    {
        RuleFor(batch => batch.Place).Text(2, 120, "Paper.Place");
        RuleFor(batch => batch.Papers).InclusiveBetween(1, MostPapers).WithErrorCode("Paper.Papers").WithState(_ => new object[] { 1, MostPapers });
    }
}

internal sealed record CountCorrection(int Papers, string Reason);

internal sealed class CountCorrectionValidator : AbstractValidator<CountCorrection>
{
    public CountCorrectionValidator()
    {
        RuleFor(correction => correction.Papers).InclusiveBetween(0, NewPaperBatchValidator.MostPapers)
            .WithErrorCode("Paper.Papers").WithState(_ => new object[] { 0, NewPaperBatchValidator.MostPapers });
        RuleFor(correction => correction.Reason).Text(3, 500, "Paper.Reason", lines: true);
    }
}

internal sealed record Reopening(string Reason);

internal sealed class ReopeningValidator : AbstractValidator<Reopening>
{
    public ReopeningValidator() => RuleFor(reopening => reopening.Reason).Text(3, 500, "Paper.Reason", lines: true);
}

internal sealed record SettlementNote(string Note);

internal sealed class SettlementNoteValidator : AbstractValidator<SettlementNote>
{
    public SettlementNoteValidator() => RuleFor(settlement => settlement.Note).Text(3, 500, "Paper.Note", lines: true);
}
