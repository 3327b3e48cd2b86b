using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Components;

/// <summary>Days and times as people enter them.</summary>
public static class LocalTime
{
    // The first two come from browsers, the rest from people whose browser shows a plain text field.
    private static readonly string[] Patterns =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "d.M.yyyy H.mm", "d.M.yyyy H:mm", "d.M.yyyy 'klo' H.mm", "d.M.yyyy 'kl.' H.mm"];

    /// <summary>The instant that a date and time field holds.</summary>
    /// <param name="text">What was posted.</param>
    /// <param name="field">The input that refusals stand beside.</param>
    /// <param name="zone">The region's time zone; Helsinki's when null.</param>
    /// <param name="repeated">Which instant is meant in the hour that autumn's clock change repeats.</param>
    /// <returns>The instant, or <c>Time.Missing</c>, <c>Time.Unreadable</c> or a refusal of <see cref="LocalTimes.Resolve"/>.</returns>
    public static Outcome<DateTimeOffset> Parse(
        string? text, string? field = null, TimeZoneInfo? zone = null, RepeatedHour? repeated = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Refusal.Of("Time.Missing", field);
        // Years near the ends of the calendar have no instant in every zone.
        return DateTime.TryParseExact(text.Trim(), Patterns, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            && local.Year is >= 1900 and <= 9000
            ? LocalTimes.Resolve(local, zone ?? Format.Helsinki, repeated, field)
            : Refusal.Of("Time.Unreadable", field);
    }

    /// <summary>An instant as a date and time field takes it: <c>2026-11-21T18:30</c>.</summary>
    public static string ToEdit(DateTimeOffset instant, TimeZoneInfo? zone = null) =>
        Format.InZone(instant, zone).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
