using System.Collections.Immutable;

namespace Budgeting.Tally;

/// <summary>A section with the lines it was written on.</summary>
internal sealed class PabulibSection
{
    /// <summary>A section without rows.</summary>
    public PabulibSection(ImmutableArray<string> columns, int headerLine)
    {
        Rows = new PabulibRows(columns.Length);
        Table = new PabulibTable(columns, Rows);
        HeaderLine = headerLine;
    }

    public PabulibTable Table { get; }

    public PabulibRows Rows { get; }

    public int HeaderLine { get; }

    /// <summary>The lines of the rows.</summary>
    public RowLines RowLines { get; } = new();

    /// <summary>The index of a column the section must have.</summary>
    public int Require(string column, string section) =>
        Table.IndexOf(column) is var index and >= 0
            ? index
            : throw new PabulibException(PabulibErrorCode.MissingColumn, HeaderLine, column, column, section);
}
