using System.CommandLine;
using System.Text;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary><c>budgeting convert FILE --to pb|projects-csv|votes-csv</c></summary>
internal sealed class ConvertCommand : Command
{
    private readonly Argument<string> _file = new("FILE") { Description = "A PaBuLib file (.pb), compressed with gzip or not, or - for standard input." };

    private readonly Option<string> _to = new("--to")
    {
        Description = "The format: pb (as this tool writes it), projects-csv or votes-csv (for spreadsheets; text that looks like a formula is quoted).",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "pb",
    };

    public ConvertCommand()
        : base("convert", "Writes an election to standard output in another format.")
    {
        Add(_file);
        Add(_to);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string format = arguments.GetRequiredValue(_to);
        if (format is not ("pb" or "projects-csv" or "votes-csv"))
        {
            throw new CommandException(ExitCode.WrongUsage, $"--to: there is no '{format}'; there is pb, projects-csv, votes-csv.");
        }

        PabulibFile file = ElectionFile.Read(arguments.GetRequiredValue(_file));
        using Stream stream = Console.OpenStandardOutput();
        if (format == "pb")
        {
            PabulibWriter.Write(file, stream);
            return ExitCode.Ok;
        }

        using StreamWriter writer = new(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        PabulibTable table = format == "votes-csv" ? file.Votes : file.Projects;
        writer.WriteLine(string.Join(',', table.Columns.Select(Cell)));
        for (int row = 0; row < table.RowCount; row++)
        {
            writer.WriteLine(string.Join(',', table.Row(row).ToArray().Select(Cell)));
        }

        return ExitCode.Ok;
    }

    // A spreadsheet takes text that begins so for a formula; an apostrophe keeps it text.
    private static string Cell(string text)
    {
        string safe = text.Length > 0 && "=+-@\t\r".Contains(text[0]) && !Rational.TryParse(text, out _) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
