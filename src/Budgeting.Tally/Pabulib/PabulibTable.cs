using System.Collections.Immutable;
using System.Text;

namespace Budgeting.Tally;

/// <summary>One section of a PaBuLib file: named columns and rows of cells, all exactly as written.</summary>
/// <remarks>Two tables are equal when their columns and all their cells are, in the same order.</remarks>
public sealed class PabulibTable : IEquatable<PabulibTable>
{
    // One or the other: cells as text, or as bytes that become text when asked for.
    private readonly string[]? _cells;
    private readonly PabulibRows? _rows;
    private readonly int _rowCount;

    /// <summary>Creates a table.</summary>
    /// <param name="columns">The names of the columns; at least one.</param>
    /// <param name="rows">The rows, each with one cell for each column.</param>
    /// <exception cref="ArgumentException">There is no column, or a row has not one cell for each column.</exception>
    public PabulibTable(IEnumerable<string> columns, IEnumerable<IReadOnlyCollection<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        Columns = [.. columns];
        List<string> cells = [];
        foreach (IReadOnlyCollection<string> row in rows)
        {
            if (row.Count != Columns.Length)
            {
                throw new ArgumentException($"A row has {row.Count} cells for {Columns.Length} columns.", nameof(rows));
            }

            cells.AddRange(row);
        }

        _cells = [.. cells];
        _rowCount = Columns.IsEmpty
            ? throw new ArgumentException("A table needs a column.", nameof(columns))
            : _cells.Length / Columns.Length;
    }

    internal PabulibTable(ImmutableArray<string> columns, PabulibRows rows)
    {
        Columns = columns;
        _rows = rows;
    }

    /// <summary>The names of the columns, in order.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>The number of rows, the header not counted.</summary>
    public int RowCount => _rows?.Count ?? _rowCount;

    /// <summary>A cell.</summary>
    /// <param name="row">From 0 to less than <see cref="RowCount"/>.</param>
    /// <param name="column">From 0 to less than the number of columns.</param>
    public string this[int row, int column] => _cells is null
        ? Encoding.UTF8.GetString(_rows!.Cell(row, column))
        : Row(row)[column];

    /// <summary>The cells of a row.</summary>
    /// <param name="row">From 0 to less than <see cref="RowCount"/>.</param>
    public ReadOnlySpan<string> Row(int row) => _cells is null
        ? _rows!.Row(row)
        : _cells.AsSpan(row * Columns.Length, Columns.Length);

    /// <summary>A cell as UTF-8 bytes.</summary>
    internal ReadOnlySpan<byte> Utf8(int row, int column) =>
        _rows is null ? Encoding.UTF8.GetBytes(this[row, column]) : _rows.Cell(row, column);

    /// <summary>The index of the column with this name, white space around it not counted, or -1 when there is none.</summary>
    public int IndexOf(string column)
    {
        for (int index = 0; index < Columns.Length; index++)
        {
            if (Columns[index].AsSpan().Trim().SequenceEqual(column))
            {
                return index;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public bool Equals(PabulibTable? other)
    {
        if (other is null || RowCount != other.RowCount || !Columns.AsSpan().SequenceEqual(other.Columns.AsSpan()))
        {
            return false;
        }

        for (int row = 0; row < RowCount; row++)
        {
            for (int column = 0; column < Columns.Length; column++)
            {
                if (!Utf8(row, column).SequenceEqual(other.Utf8(row, column)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PabulibTable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        Columns.Length, RowCount, RowCount == 0 ? "" : this[0, 0], RowCount == 0 ? "" : this[RowCount - 1, Columns.Length - 1]);
}
