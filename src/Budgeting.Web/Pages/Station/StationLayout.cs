namespace Budgeting.Web.Pages.Station;

/// <summary>How long a station waits for somebody who does not move.</summary>
public static class StationLayout
{
    /// <summary>So long it waits before it asks, in seconds.</summary>
    public const int StillSeconds = 60;

    /// <summary>So long somebody has to answer, in seconds; more than the 20 that WCAG 2.2.1 asks for.</summary>
    public const int GraceSeconds = 30;

    /// <summary>Without scripts nobody sees that somebody reads, and asking takes the page away: so long it waits where there is something to read and to choose, in seconds.</summary>
    public const int ReadingSeconds = 300;
}
