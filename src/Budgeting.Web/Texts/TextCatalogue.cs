using System.Collections;
using System.Globalization;
using System.Resources;
using Budgeting.Core;

namespace Budgeting.Web.Texts;

/// <summary>Every text of the site by set, language and key, so that a missing translation can be found.</summary>
public static class TextCatalogue
{
    /// <summary>The sets: the classes of this namespace that have resource files.</summary>
    public static IReadOnlyList<Type> Sets { get; } =
        [.. typeof(TextCatalogue).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(TextCatalogue).Namespace && type.Name.EndsWith("Texts", StringComparison.Ordinal))
            .OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>The texts of a set that are written in a language, without what would be borrowed from another.</summary>
    public static IReadOnlyDictionary<string, string> In(Type set, string language)
    {
        ArgumentNullException.ThrowIfNull(set);
        var resources = new ResourceManager(set);
        // English stands in the neutral files.
        var culture = language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        return resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false) is { } texts
            ? texts.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!)
            : new Dictionary<string, string>();
    }

    /// <summary>What is written in some language and not, or only as an empty text, in another: <c>SharedTexts.sv: Phase.Voting</c>.</summary>
    public static IReadOnlyList<string> Missing() =>
        [.. from texts in Sets
            let written = Languages.All.ToDictionary(language => language, language => In(texts, language))
            let keys = written.Values.SelectMany(texts => texts.Keys).Distinct().Order(StringComparer.Ordinal)
            from key in keys
            from language in Languages.All
            where string.IsNullOrWhiteSpace(written[language].GetValueOrDefault(key))
            select $"{texts.Name}.{language}: {key}"];
}
