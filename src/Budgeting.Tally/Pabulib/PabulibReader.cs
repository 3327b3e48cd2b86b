using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Reads PaBuLib files (<c>.pb</c>). All or nothing: with an error there is no file.</summary>
/// <remarks>
/// Takes UTF-8 with or without byte order mark, lines ending in LF or CR LF, blank lines, quoted cells with <c>""</c>
/// and line breaks in them, columns in any order, decimal points and commas. The stream is read once, front to back, and
/// is not closed; only the file itself is held in memory. Takes time in proportion to the length of the file.
/// </remarks>
public static class PabulibReader
{
    private static readonly ImmutableArray<string> Sections = ["META", "PROJECTS", "VOTES"];

    /// <summary>Reads a file.</summary>
    /// <param name="stream">The bytes of the file.</param>
    /// <exception cref="PabulibException">The file cannot be read; the exception says why, and where.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static PabulibFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PabulibRecordReader records = new(stream);
        List<PabulibSection> sections = [];
        bool more = records.Read();
        foreach (string section in Sections)
        {
            if (!more || !records.Is(section))
            {
                throw new PabulibException(PabulibErrorCode.MissingSection, Math.Max(records.Line, 1), section, section);
            }

            sections.Add(ReadSection(records, section, out more));
        }

        return PabulibElection.Interpret(sections[0], sections[1], sections[2], records.Layout);
    }

    /// <summary>Reads a file from its text.</summary>
    /// <param name="text">The whole file.</param>
    /// <exception cref="PabulibException">The file cannot be read; the exception says why, and where.</exception>
    public static PabulibFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false));
    }

    /// <summary>Reads a file, or says why it cannot be read.</summary>
    /// <param name="stream">The bytes of the file.</param>
    /// <param name="file">The file, or null.</param>
    /// <param name="error">Why there is no file, or null.</param>
    /// <returns>Whether there is a file.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(
        Stream stream, [NotNullWhen(true)] out PabulibFile? file, [NotNullWhen(false)] out PabulibError? error)
    {
        try
        {
            (file, error) = (Read(stream), null);
            return true;
        }
        catch (PabulibException exception)
        {
            (file, error) = (null, exception.Error);
            return false;
        }
    }

    // From the record with the section's title up to the next title, at which the records then stand.
    private static PabulibSection ReadSection(PabulibRecordReader records, string section, out bool more)
    {
        int titleLine = records.Line;
        records.Columns = [];
        if (!records.Read() || TitleOf(records) is not null)
        {
            string first = section == "META" ? "key" : section == "PROJECTS" ? "project_id" : "voter_id";
            throw new PabulibException(PabulibErrorCode.MissingColumn, titleLine, first, first, section);
        }

        int headerLine = records.Line;
        ImmutableArray<string> columns = [.. Enumerable.Range(0, records.Count).Select(records.Text)];
        records.Columns = columns;
        PabulibRows rows = new(columns.Length);
        RowLines lines = new();
        while (true)
        {
            more = records.Read();
            if (!more || TitleOf(records) is not null)
            {
                break;
            }

            if (records.Count != columns.Length)
            {
                throw new PabulibException(
                    PabulibErrorCode.WrongColumnCount, records.Line, section, Text(columns.Length), Text(records.Count));
            }

            lines.Add(records.Line);
            records.CopyTo(rows);
        }

        if (more && (section == Sections[^1] || !records.Is(Sections[Sections.IndexOf(section) + 1])))
        {
            string found = TitleOf(records)!;
            throw new PabulibException(PabulibErrorCode.SectionOutOfOrder, records.Line, found, found);
        }

        return new PabulibSection(new PabulibTable(columns, rows), headerLine, lines);
    }

    private static string? TitleOf(PabulibRecordReader records) => records.Count == 1 ? Sections.FirstOrDefault(records.Is) : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
