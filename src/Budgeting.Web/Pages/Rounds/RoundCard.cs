using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>A round as a card in a list, with what can be done in it now.</summary>
/// <param name="Round">The round.</param>
/// <param name="Vote">What to tell of the reader's own vote.</param>
public sealed record RoundCard(RoundSummary Round, VoteState Vote = VoteState.Untold);

/// <summary>What lists and pages of rounds say alike.</summary>
internal static class RoundWords
{
    /// <summary>The time zone in which a region's schedules are shown.</summary>
    public static TimeZoneInfo Zone(this RegionView region) => TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone);

    /// <summary>The beginning of a longer text, cut between words.</summary>
    public static string Teaser(string text, int most = 220)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most)
            return line;
        var end = line.LastIndexOf(' ', most);
        if (end < most / 2)
            end = char.IsHighSurrogate(line[most - 1]) ? most - 1 : most;
        return line[..end].TrimEnd(' ', ',', '.', ';', ':', '–') + "…";
    }
}
