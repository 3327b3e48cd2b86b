namespace Budgeting.Tally;

/// <summary>A section with the lines it was written on.</summary>
internal sealed record PabulibSection(PabulibTable Table, int HeaderLine, RowLines RowLines)
{
    /// <summary>The index of a column the section must have.</summary>
    public int Require(string column, string section) =>
        Table.IndexOf(column) is var index and >= 0
            ? index
            : throw new PabulibException(PabulibErrorCode.MissingColumn, HeaderLine, column, column, section);
}
