namespace Budgeting.Core;

/// <summary>The languages of the platform, by ISO 639-1 code.</summary>
public static class Languages
{
    /// <summary>Finnish, Swedish and English, in the order they are offered.</summary>
    public static readonly IReadOnlyList<string> All = ["fi", "sv", "en"];
}
