using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Budgeting.Core.Tests.Database;

/// <summary>How the tables can be divided among servers, as docs/scale.md says it, against what the model has.</summary>
public sealed partial class DivisionTests
{
    [Fact]
    public async Task Every_table_is_in_the_document_and_divided_as_it_says_there()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var tables = await world.Sql(context => Task.FromResult(context.Model.GetEntityTypes().Where(entity => !entity.IsMappedToJson()).GroupBy(entity => entity.GetTableName()!).ToDictionary(group => group.Key, group => group.First())));
        var said = Rows().ToDictionary(row => row.Table, row => row.Division);

        Assert.Equal(tables.Keys.Order(), said.Keys.Order());
        Assert.All(said, row => Assert.True(Holds(tables[row.Key], row.Value, said), $"{row.Key} is not divided by: {row.Value}"));
        // What grows with every voter and every ballot is each round's own: nothing of it is shared between regions.
        Assert.All(Hot, table => Assert.Matches("^(by its key|by round|through )", said[table]));
    }

    private static readonly string[] Hot =
    [
        "ballots", "spent_ballots", "published_ballots", "commitment_chunks", "electors", "elector_codes", "elector_accounts",
        "paper_entries", "paper_ballots", "proposals", "attachments", "attachment_pieces",
    ];

    private static bool Holds(IEntityType table, string division, IReadOnlyDictionary<string, string> said) => division switch
    {
        "by its key" => table.FindPrimaryKey()!.Properties.Any(property => property.Name == "RoundId"),
        "by round" => table.FindProperty("RoundId") is not null,
        "everywhere" => true,
        _ when Through().Match(division) is { Success: true } match => table.GetForeignKeys().Any(key => key.PrincipalEntityType.GetTableName() == match.Groups[1].Value)
            && Regex.IsMatch(said[match.Groups[1].Value], "^(by its key|by round|through )"),
        _ => false,
    };

    private static IEnumerable<(string Table, string Division)> Rows()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder)!;
        foreach (var line in File.ReadLines(Path.Combine(folder, "docs", "scale.md")))
        {
            // | division | tables | …
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length > 3 && Division().IsMatch(cells[1]))
            {
                foreach (Match table in Name().Matches(cells[2]))
                    yield return (table.Groups[1].Value, cells[1]);
            }
        }
    }

    [GeneratedRegex("^through `([a-z_]+)`$")]
    private static partial Regex Through();

    [GeneratedRegex("^(by its key|by round|everywhere|through `[a-z_]+`)$")]
    private static partial Regex Division();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Name();
}
