using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Reads PaBuLib files (<c>.pb</c>). All or nothing: with an error there is no file.</summary>
/// <remarks>
/// Takes UTF-8 with or without byte order mark, lines ending in LF or CR LF, blank lines, quoted cells with <c>""</c>
/// and line breaks in them, columns in any order, decimal points and commas. The stream is read once, front to back, and
/// is not closed. Votes are read in blocks, on all processors; of several errors the one that stands first is told, the
/// sections before the votes coming first. Memory is the file and its distinct ballots, whatever the file says of its
/// length. Takes time in proportion to the length of the file.
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
        bool more = records.Read();
        PabulibSection meta = ReadSection(records, "META", ref more);
        PabulibSection projects = ReadSection(records, "PROJECTS", ref more);
        PabulibSection header = ReadHeader(records, "VOTES", more);
        (PabulibKeys keys, VoteType voteType, Instance instance, int maxLength) = PabulibElection.Interpret(meta, projects);
        PabulibVotes votes = new(header, voteType, instance, maxLength, keys.Count("num_votes")!.Value) { EndsInNewLine = records.EndsInNewLine };
        Profile profile = votes.Read(records.Ahead, stream, records.NextLine);
        PabulibElection.CheckCount(keys, "num_votes", header.Table.RowCount, PabulibErrorCode.WrongVoteCount);
        return new PabulibFile(meta.Table, projects.Table, header.Table, records.Layout(votes.EndsInNewLine), instance, profile);
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

    /// <summary>The section a record is the title of, or null.</summary>
    internal static string? TitleOf(PabulibRecordReader records) => records.Count == 1 ? Sections.FirstOrDefault(records.Is) : null;

    // From the record with the section's title up to the next title, at which the records then stand.
    private static PabulibSection ReadSection(PabulibRecordReader records, string section, ref bool more)
    {
        PabulibSection read = ReadHeader(records, section, more);
        while (true)
        {
            more = records.Read();
            if (!more || TitleOf(records) is not null)
            {
                break;
            }

            int columns = read.Table.Columns.Length;
            if (records.Count != columns)
            {
                throw new PabulibException(PabulibErrorCode.WrongColumnCount, records.Line, section, Text(columns), Text(records.Count));
            }

            read.RowLines.Add(records.Line);
            records.CopyTo(read.Rows);
        }

        if (more && !records.Is(Sections[Sections.IndexOf(section) + 1]))
        {
            string found = TitleOf(records)!;
            throw new PabulibException(PabulibErrorCode.SectionOutOfOrder, records.Line, found, found);
        }

        read.Rows.Seal();
        return read;
    }

    // The section's title, at which the records stand, and its header.
    private static PabulibSection ReadHeader(PabulibRecordReader records, string section, bool more)
    {
        if (!more || !records.Is(section))
        {
            throw new PabulibException(PabulibErrorCode.MissingSection, Math.Max(records.Line, 1), section, section);
        }

        int titleLine = records.Line;
        records.Columns = [];
        if (!records.Read() || TitleOf(records) is not null)
        {
            string first = section == "META" ? "key" : section == "PROJECTS" ? "project_id" : "voter_id";
            throw new PabulibException(PabulibErrorCode.MissingColumn, titleLine, first, first, section);
        }

        if (records.Count > PabulibRecordReader.MaxColumns)
        {
            throw new PabulibException(
                PabulibErrorCode.WrongColumnCount, records.Line, section, Text(PabulibRecordReader.MaxColumns), Text(records.Count));
        }

        records.Columns = [.. Enumerable.Range(0, records.Count).Select(records.Text)];
        return new PabulibSection(records.Columns, records.Line);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
