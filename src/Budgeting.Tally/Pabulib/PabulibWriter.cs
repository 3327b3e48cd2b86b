using System.Buffers;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Writes PaBuLib files (<c>.pb</c>).</summary>
/// <remarks>
/// Reading what was written gives an equal file. A cell is quoted when it has a separator, a quotation mark or a line
/// break in it, and only then, so a file that was quoted like that and had even line ends comes out byte for byte.
/// </remarks>
public static class PabulibWriter
{
    private static readonly SearchValues<char> Marks = SearchValues.Create(";\"\r\n");

    /// <summary>Writes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="stream">Where the bytes go; it is not closed.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <exception cref="EncoderFallbackException">A cell has half a surrogate pair, which UTF-8 cannot express.</exception>
    public static void Write(PabulibFile file, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(stream);
        Write(file.Meta, file.Projects, file.Votes, file.Layout, stream);
    }

    internal static void Write(PabulibTable meta, PabulibTable projects, PabulibTable votes, PabulibLayout layout, Stream stream)
    {
        using StreamWriter writer = new(
            stream, new UTF8Encoding(layout.ByteOrderMark, throwOnInvalidBytes: true), bufferSize: 1 << 16, leaveOpen: true);
        string newLine = layout.CarriageReturns ? "\r\n" : "\n";
        string before = "";
        WriteSection("META", meta);
        WriteSection("PROJECTS", projects);
        WriteSection("VOTES", votes);
        if (layout.FinalNewLine)
        {
            writer.Write(newLine);
        }

        void WriteSection(string title, PabulibTable table)
        {
            WriteRow([title]);
            WriteRow(table.Columns.AsSpan());
            for (int row = 0; row < table.RowCount; row++)
            {
                WriteRow(table.Row(row));
            }
        }

        void WriteRow(ReadOnlySpan<string> cells)
        {
            writer.Write(before);
            before = newLine;
            for (int cell = 0; cell < cells.Length; cell++)
            {
                if (cell > 0)
                {
                    writer.Write(';');
                }

                WriteCell(writer, cells[cell]);
            }
        }
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="EncoderFallbackException">A cell has half a surrogate pair, which UTF-8 cannot express.</exception>
    public static byte[] ToBytes(PabulibFile file)
    {
        using MemoryStream stream = new();
        Write(file, stream);
        return stream.ToArray();
    }

    private static void WriteCell(StreamWriter writer, string cell)
    {
        if (!cell.AsSpan().ContainsAny(Marks))
        {
            writer.Write(cell);
            return;
        }

        writer.Write('"');
        writer.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }
}
