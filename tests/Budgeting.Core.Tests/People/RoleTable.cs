using System.Text.RegularExpressions;
using Budgeting.Core.People;

namespace Budgeting.Core.Tests.People;

/// <summary>Who asks: a column of the table.</summary>
/// <param name="Name">As the table's head has it.</param>
/// <param name="Role">The role; null for a visitor and for the platform.</param>
public sealed record Column(string Name, Role? Role);

/// <summary>The table of docs/roles.md: every door of the platform, and who may go through it.</summary>
public sealed partial class RoleTable
{
    public const string May = "may", Here = "here", Own = "own", No = "no", None = "–";

    private readonly Dictionary<string, string[]> _rows = [];

    public static IReadOnlyList<Column> Columns { get; } =
        [new("visitor", null), .. Enum.GetValues<Role>().Select(role => new Column(role.ToString(), role)), new("platform", null)];

    public IEnumerable<string> Doors => _rows.Keys;

    public string Cell(string door, Column column) => _rows[door][Columns.ToList().IndexOf(column)];

    public static async Task<RoleTable> ReadAsync()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        var table = new RoleTable();
        foreach (var line in (await File.ReadAllLinesAsync(Path.Combine(folder, "docs", "roles.md"))).Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var cells = line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray();
            Assert.True(cells.Length == Columns.Count + 1, $"The row has {cells.Length} cells: {line}");
            Assert.All(cells[1..], cell => Assert.Contains(cell, new[] { May, Here, Own, No, None }));
            Assert.True(table._rows.TryAdd(cells[0].Trim('`'), cells[1..]), $"The row stands twice: {line}");
        }
        return table;
    }

    /// <summary>A door without the situation it is tried in: <c>IRounds.FindAsync (not announced)</c> is <c>IRounds.FindAsync</c>.</summary>
    public static string Bare(string door) => Situations().Replace(door, "");

    /// <summary>The situation a door is tried in; empty for the usual one.</summary>
    public static string SituationOf(string door) => Situations().Match(door) is { Success: true } match ? match.Groups["situation"].Value : "";

    [GeneratedRegex(@" \((?<situation>[a-z ]+)\)$")]
    private static partial Regex Situations();
}

/// <summary>What the answers of a door to everybody were, and what they should have been.</summary>
public sealed class RoleFindings(RoleTable table)
{
    private readonly List<string> _wrong = [];
    private int _cells, _tries;

    public int Cells => _cells;

    public int Tries => _tries;

    /// <summary>Tries a cell: with what is somebody else's and with what is one's own, from every place the role can be held.</summary>
    /// <param name="door">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="world">The world.</param>
    /// <param name="letIn">Whether a person is let in, to their own thing or to somebody else's.</param>
    public async Task TryAsync(string door, Column column, RoleWorld world, Func<RolePerson, bool, Task<bool>> letIn)
    {
        var cell = table.Cell(door, column);
        if (cell == RoleTable.None)
            return;
        Interlocked.Increment(ref _cells);
        foreach (var person in world.Of(column))
        {
            var others = await letIn(person, false);
            Expect(cell == RoleTable.May || (cell == RoleTable.Here && (person.Place is Place.Here or Place.Above)), others, "");
            if (cell == RoleTable.Own)
                Expect(true, await letIn(person, true), ", own");
            // The powers of an office do not count without a passkey; what everybody may do, they may.
            var byOffice = column.Role?.IsOffice() == true && table.Cell(door, RoleTable.Columns[1]) == RoleTable.No;
            if (byOffice && person.Place == Place.Here && (cell is RoleTable.Here or RoleTable.May))
                Expect(false, await letIn(person with { Actor = person.Actor with { PasskeyAt = null } }, false), ", without a passkey");

            void Expect(bool expected, bool seen, string how)
            {
                Interlocked.Increment(ref _tries);
                lock (_wrong)
                {
                    if (expected != seen)
                        _wrong.Add($"{door}: {column.Name} ({person.Place}{how}) is {(seen ? "let in" : "refused")}, but the table says '{cell}'");
                }
            }
        }
    }

    public void AssertNone() => Assert.True(_wrong.Count == 0, $"{_wrong.Count} of {Tries} tries:\n{string.Join('\n', _wrong.Order(StringComparer.Ordinal))}");
}
