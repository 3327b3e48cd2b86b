using FluentValidation;
using FluentValidation.Results;

namespace Budgeting.Core;

/// <summary>Turns FluentValidation's failures into refusals, whose keys every language has a text for.</summary>
public static class Validation
{
    internal static List<Refusal> Refusals<T>(this IValidator<T> validator, T input) =>
        [.. validator.Validate(input).Errors.Select(failure => new Refusal(failure.ErrorCode, failure.PropertyName, Arguments(failure)))];

    /// <summary>A text in one language: trimmed length within bounds, on one line unless lines are allowed.</summary>
    internal static void Text<T>(this IRuleBuilder<T, string?> rule, int shortest, int longest, string key, bool lines = false) =>
        rule.Must(text => Fits(text, shortest, longest, lines)).WithErrorCode(key).WithState(_ => new object[] { shortest, longest });

    /// <summary>A text in several languages: Finnish needed, the others within the same bounds where given.</summary>
    internal static void Text<T>(this IRuleBuilder<T, LocalizedText> rule, int shortest, int longest, string key, bool lines = false) =>
        rule.Must(text => Fits(text.Fi, shortest, longest, lines)
                && (string.IsNullOrWhiteSpace(text.Sv) || Fits(text.Sv, shortest, longest, lines))
                && (string.IsNullOrWhiteSpace(text.En) || Fits(text.En, shortest, longest, lines)))
            .WithErrorCode(key).WithState(_ => new object[] { shortest, longest });

    /// <summary>Whether a text has a permitted length, counted in UTF-16 units, and nothing that cannot be shown or that turns the direction of others.</summary>
    public static bool Fits(string? text, int shortest, int longest, bool lines = false) =>
        (text ?? "").Trim().Length >= shortest
        && (text is null || FitsAtMost(text, longest, lines));

    private static bool FitsAtMost(string text, int longest, bool lines) =>
        // A browser sends a line break as two characters; people count it as one.
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Length <= longest
        && !text.Any(c => char.IsControl(c) && !(lines && (c is '\n' or '\r' or '\t')))
        && !text.Any(c => c is '\u2028' or '\u2029' or >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069');

    private static IReadOnlyList<object> Arguments(ValidationFailure failure) => failure.CustomState as object[] ?? [];
}
