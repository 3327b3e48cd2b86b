using System.Text.Json.Serialization;

namespace Budgeting.Core;

/// <summary>A short public text in the platform's languages. Finnish is always there; the others fall back to it.</summary>
/// <param name="Fi">Finnish.</param>
/// <param name="Sv">Swedish, or null.</param>
/// <param name="En">English, or null.</param>
public sealed record LocalizedText(
    [property: JsonPropertyName("fi")] string Fi,
    [property: JsonPropertyName("sv")] string? Sv = null,
    [property: JsonPropertyName("en")] string? En = null)
{
    /// <summary>The text in a language (<c>fi</c>, <c>sv</c> or <c>en</c>), or the Finnish one where that is missing.</summary>
    public string In(string language) => language switch
    {
        "sv" => Filled(Sv) ?? Fi,
        "en" => Filled(En) ?? Fi,
        _ => Fi,
    };

    /// <summary>The language <see cref="In"/> really answers in, for the <c>lang</c> attribute.</summary>
    public string LanguageShown(string language) => language switch
    {
        "sv" when Filled(Sv) is not null => "sv",
        "en" when Filled(En) is not null => "en",
        _ => "fi",
    };

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
