using System.Globalization;
using Budgeting.Core;
using Budgeting.Web.Shell;

namespace Budgeting.Web.Components;

/// <summary>
/// Money, instants, numbers and texts as a person of the current language reads them.
/// Instants are shown in the time of Helsinki where no other zone is given.
/// </summary>
public static class Format
{
    /// <summary>Finland's time zone.</summary>
    public static readonly TimeZoneInfo Helsinki = TimeZoneInfo.FindSystemTimeZoneById("Europe/Helsinki");

    /// <summary>An amount: <c>12 000 €</c>.</summary>
    public static string Money(Money amount) => amount.ToString(CultureInfo.CurrentCulture);

    /// <summary>An amount as it is typed into a field, without the euro sign: <c>12000,50</c>.</summary>
    public static string MoneyToEdit(Money amount) =>
        (amount.Cents / 100m).ToString(amount.Cents % 100 == 0 ? "0" : "0.00", CultureInfo.CurrentCulture);

    /// <summary>A day and time: <c>21.11.2026 klo 18.30</c>.</summary>
    public static string Moment(DateTimeOffset instant, TimeZoneInfo? zone = null) =>
        InZone(instant, zone).ToString(MomentPattern, CultureInfo.CurrentCulture);

    /// <summary>The day of an instant: <c>21.11.2026</c>.</summary>
    public static string Day(DateTimeOffset instant, TimeZoneInfo? zone = null) =>
        Day(DateOnly.FromDateTime(InZone(instant, zone).DateTime));

    /// <summary>A day: <c>21.11.2026</c>.</summary>
    public static string Day(DateOnly day) => day.ToString(DayPattern, CultureInfo.CurrentCulture);

    /// <summary>The days between two instants: <c>1.3.2026–31.3.2026</c>. The end is the instant the next thing starts.</summary>
    public static string Days(DateTimeOffset start, DateTimeOffset end, TimeZoneInfo? zone = null)
    {
        var first = Day(start, zone);
        var last = Day(end > start ? end.AddTicks(-1) : end, zone);
        var dash = LanguageChoice.Current == "en" ? " – " : "–";
        return first == last ? first : first + dash + last;
    }

    /// <summary>A whole number with the language's grouping: <c>12 345</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A share of a whole, with one decimal: <c>12,5 %</c>; an empty string when the whole is nothing.</summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? "" : ((decimal)part / whole).ToString("P1", CultureInfo.CurrentCulture);

    /// <summary>A public text in the current language, or the one it falls back to. Where markup can be, prefer &lt;localized text="…" /&gt;.</summary>
    public static string Text(LocalizedText text) => text.In(LanguageChoice.Current);

    /// <summary>A value mentioned in a sentence, whatever it is.</summary>
    public static object Argument(object value) => value switch
    {
        Money amount => Money(amount),
        DateTimeOffset instant => Moment(instant),
        DateTime local => local.ToString(MomentPattern, CultureInfo.CurrentCulture),
        DateOnly day => Day(day),
        LocalizedText text => Text(text),
        int number => Number(number),
        long number => Number(number),
        double number => number.ToString("0.##", CultureInfo.CurrentCulture),
        _ => value,
    };

    internal static DateTimeOffset InZone(DateTimeOffset instant, TimeZoneInfo? zone) => TimeZoneInfo.ConvertTime(instant, zone ?? Helsinki);

    private static string DayPattern => LanguageChoice.Current == "en" ? "d MMMM yyyy" : "d.M.yyyy";

    private static string MomentPattern => LanguageChoice.Current switch
    {
        "en" => "d MMMM yyyy 'at' HH:mm",
        "sv" => "d.M.yyyy 'kl.\u00a0'H.mm",
        _ => "d.M.yyyy 'klo\u00a0'H.mm",
    };
}
