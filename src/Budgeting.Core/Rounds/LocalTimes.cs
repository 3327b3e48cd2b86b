namespace Budgeting.Core.Rounds;

/// <summary>Which of the two instants is meant when clocks are turned back and a local time occurs twice.</summary>
public enum RepeatedHour
{
    /// <summary>The first, still in summer time.</summary>
    Earlier,

    /// <summary>The second, in standard time.</summary>
    Later,
}

/// <summary>Turns times as people in a region write them into instants.</summary>
public static class LocalTimes
{
    /// <summary>The instant of a local time in a zone.</summary>
    /// <param name="local">The wall clock's reading; its <see cref="DateTime.Kind"/> is ignored.</param>
    /// <param name="zone">The region's time zone.</param>
    /// <param name="repeated">Which instant is meant where the local time occurs twice; null when the person has not said.</param>
    /// <param name="field">The input that refusals stand beside.</param>
    /// <returns>
    /// The instant, or <c>Time.Skipped</c> when clocks were put forward over that time, or <c>Time.Ambiguous</c> when it occurs twice and
    /// <paramref name="repeated"/> is null.
    /// </returns>
    public static Outcome<DateTimeOffset> Resolve(DateTime local, TimeZoneInfo zone, RepeatedHour? repeated = null, string? field = null)
    {
        var wall = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(wall))
            return Refusal.Of("Time.Skipped", field, wall);
        if (!zone.IsAmbiguousTime(wall))
            return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
        var offsets = zone.GetAmbiguousTimeOffsets(wall);
        return repeated switch
        {
            RepeatedHour.Earlier => new DateTimeOffset(wall, offsets.Max()).ToUniversalTime(),
            RepeatedHour.Later => new DateTimeOffset(wall, offsets.Min()).ToUniversalTime(),
            _ => Refusal.Of("Time.Ambiguous", field, wall),
        };
    }
}
