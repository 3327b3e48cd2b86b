using System.Globalization;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Verification;

/// <summary><c>ballots.csv</c>: a line a published ballot, with its number, its band and, a column a heading, the projects chosen.</summary>
internal static class BallotsFile
{
    public static string Columns(IReadOnlyList<long> headings) =>
        string.Join(',', ["ballot", "band", .. headings.Select(id => string.Create(CultureInfo.InvariantCulture, $"heading-{id}"))]);

    public static string Line(int number, string? band, string choices, IReadOnlyList<long> headings) => string.Join(',',
        [number.ToString(CultureInfo.InvariantCulture), Cell(band ?? ""), .. headings.Select(id => (ChoicesText.Of(choices, id) ?? "").Replace(',', ' '))]);

    /// <summary>Reads a line back.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number it must have.</param>
    /// <param name="headings">The headings of the columns, in order.</param>
    /// <exception cref="InvalidDataException">The line is not such a one, or the number another.</exception>
    public static (string Choices, string Band) Read(string line, int number, IReadOnlyList<long> headings)
    {
        var cells = Cells(line);
        if (cells.Count != headings.Count + 2 || cells[0] != number.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"line {number + 1} is not ballot {number} with a band and {headings.Count} headings");
        var choices = string.Join(';', headings.Select((id, i) => (id, Chosen: cells[i + 2]))
            .Where(heading => heading.Chosen.Length > 0)
            .OrderBy(heading => heading.id)
            .Select(heading => string.Create(CultureInfo.InvariantCulture, $"{heading.id}:{heading.Chosen.Replace(' ', ',')}")));
        return (choices, cells[1]);
    }

    private static List<string> Cells(string line)
    {
        List<string> cells = [];
        for (var at = 0; ; at++)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = at;
                do
                    end = line.IndexOf('"', end + 1) is var quote and >= 0 ? quote : throw new InvalidDataException("a quotation mark is not closed");
                while (end + 1 < line.Length && line[end + 1] == '"' && ++end > 0);
                cells.Add(line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 1;
            }
            else
            {
                var end = line.IndexOf(',', at) is var comma and >= 0 ? comma : line.Length;
                cells.Add(line[at..end]);
                at = end;
            }
            if (at >= line.Length)
                return cells;
        }
    }

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
