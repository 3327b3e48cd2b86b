using System.Globalization;

namespace Budgeting.Core.Voting;

/// <summary>
/// A ballot's choices as stored: <c>34:1,5,7;35:2</c>, headings by id and project numbers by size, headings without choices left out.
/// Equal choices are equal texts.
/// </summary>
internal static class ChoicesText
{
    public static string Write(IEnumerable<HeadingChoices> choices) => string.Join(';', choices
        .Where(heading => heading.Projects.Count > 0)
        .OrderBy(heading => heading.HeadingId)
        .Select(heading => string.Create(CultureInfo.InvariantCulture, $"{heading.HeadingId}:{string.Join(',', heading.Projects.Order())}")));

    public static IEnumerable<(long HeadingId, int[] Projects)> Read(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            return (long.Parse(part.AsSpan(0, colon), CultureInfo.InvariantCulture),
                part[(colon + 1)..].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray());
        });

    /// <summary>The project numbers chosen in one heading, as they stand there: <c>1,5,7</c>; null when none are.</summary>
    public static string? Of(string text, long headingId)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{headingId}:");
        foreach (var part in text.AsSpan().Split(';'))
        {
            if (text.AsSpan(part).StartsWith(name, StringComparison.Ordinal))
                return text[(part.Start.Value + name.Length)..part.End.Value];
        }
        return null;
    }
}
