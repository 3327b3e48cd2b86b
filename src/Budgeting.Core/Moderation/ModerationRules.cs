using FluentValidation;

namespace Budgeting.Core.Moderation;

internal sealed class ReportValidator : AbstractValidator<ReportInput>
{
    public ReportValidator()
    {
        RuleFor(report => report.Category).Must(category => category is { } known && Enum.IsDefined(known)).WithErrorCode("Report.Category");
        RuleFor(report => report.Words).Text(0, 1_000, "Report.Words", lines: true);
        RuleFor(report => report.Words).Must(words => !string.IsNullOrWhiteSpace(words)).WithErrorCode("Report.WordsNeeded")
            .When(report => report.Category == ModerationCategory.Other);
    }
}

internal sealed class ModerationValidator : AbstractValidator<ModerationInput>
{
    public ModerationValidator()
    {
        RuleFor(act => act.Kind).Must(kind => kind is { } known && Enum.IsDefined(known)).WithErrorCode("Moderation.Kind");
        RuleFor(act => act.Category).Must(category => category is { } known && Enum.IsDefined(known)).WithErrorCode("Moderation.Category")
            .When(act => act.Kind is ModerationKind.Hide or ModerationKind.AskToChange);
        RuleFor(act => act.Reason).Text(10, 2_000, "Moderation.Reason", lines: true);
    }
}

internal sealed class AppealDecisionValidator : AbstractValidator<AppealDecision>
{
    public AppealDecisionValidator()
    {
        RuleFor(decision => decision.ActStands).NotNull().WithErrorCode("Appeal.Decision");
        RuleFor(decision => decision.Reason).Text(10, 2_000, "Appeal.Reason", lines: true);
    }
}
