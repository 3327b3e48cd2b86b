using System.Globalization;
using Budgeting.Core;
using Budgeting.Web.Components;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Texts;

/// <summary>Says in the person's language why something was not done.</summary>
/// <param name="texts">The sentences.</param>
/// <param name="words">The words for values of enumerations.</param>
/// <param name="logger">Told of refusals that have no sentence.</param>
public sealed partial class RefusalTextProvider(
    IStringLocalizer<RefusalTexts> texts, IStringLocalizer<SharedTexts> words, ILogger<RefusalTextProvider> logger)
{
    private const string Generic = "Generic";

    /// <summary>The sentence of a refusal, in the current language; a general one when its own is missing.</summary>
    public string TextOf(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var text = texts[refusal.Key];
        if (text.ResourceNotFound)
        {
            LogMissing(refusal.Key);
            return texts[Generic];
        }
        try
        {
            return string.Format(CultureInfo.CurrentCulture, text.Value, [.. refusal.Arguments.Select(Shown)]);
        }
        catch (FormatException)
        {
            LogMissing(refusal.Key);
            return texts[Generic];
        }
    }

    private object Shown(object argument) => argument is Enum value ? words.Of(value) : Format.Argument(argument);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The refusal {Key} has no sentence that fits its arguments")]
    private partial void LogMissing(string key);
}
