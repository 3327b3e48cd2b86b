using Budgeting.Core;

namespace Budgeting.Web.Pages.Admin;

/// <summary>A public text as it is entered in the platform's languages.</summary>
public sealed class LocalizedInput
{
    /// <summary>Finnish, always needed.</summary>
    public string Fi { get; set; } = "";

    /// <summary>Swedish.</summary>
    public string Sv { get; set; } = "";

    /// <summary>English.</summary>
    public string En { get; set; } = "";

    /// <summary>A text to be edited.</summary>
    public static LocalizedInput Of(LocalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new() { Fi = text.Fi, Sv = text.Sv ?? "", En = text.En ?? "" };
    }

    /// <summary>The text.</summary>
    public LocalizedText ToText() => new(Fi.Trim(), Given(Sv), Given(En));

    /// <summary>Refusals of this text, which Core names as a whole, beside the language that they are about.</summary>
    public IEnumerable<Refusal> Place(IEnumerable<Refusal> refusals, string name) =>
        refusals.Select(refusal => refusal.Field == name ? refusal with { Field = $"{name}.{LanguageOf(refusal)}" } : refusal);

    private string LanguageOf(Refusal refusal)
    {
        if (refusal.Arguments is not [int shortest, int longest])
            return nameof(Fi);
        // As Core counts: a line break is one character, however a browser sends it.
        (string Language, int? Length)[] texts = [(nameof(Fi), Length(Fi.Trim())), (nameof(Sv), Length(Given(Sv))), (nameof(En), Length(Given(En)))];
        return texts.FirstOrDefault(text => text.Length < shortest || text.Length > longest).Language ?? nameof(Fi);
    }

    private static int? Length(string? text) => text?.ReplaceLineEndings("\n").Length;

    private static string? Given(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
