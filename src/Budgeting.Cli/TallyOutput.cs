using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary>Writes a result as JSON for programs or as a table for people; numbers are the same in every culture.</summary>
internal static class TallyOutput
{
    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes one object to standard output. Amounts are strings, since JSON numbers are not exact everywhere.</summary>
    public static void WriteJson(TallyResult result, Instance instance)
    {
        using Stream stream = Console.OpenStandardOutput();
        using (Utf8JsonWriter json = new(stream, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("rule", result.Rule);
            json.WriteString("ties", result.Ties.ToString());
            WriteIds(json, "winners", result.Winners);
            json.WriteString("cost", result.Cost.ToString());
            json.WriteString("budget", result.Budget.ToString());
            json.WriteString("moneyLeft", result.MoneyLeft.ToString());
            json.WriteStartArray("projects");
            for (int project = 0; project < result.Projects.Length; project++)
            {
                WriteOutcome(json, result.Projects[project], instance.Projects[project].Name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Writes a summary and one line a project, in the order in which the rule considered them.</summary>
    public static void WriteTable(TallyResult result, Instance instance, TextWriter output)
    {
        output.WriteLine($"rule        {result.Rule}, ties by {(result.Ties.Criteria.IsEmpty ? "nothing" : result.Ties)}");
        output.WriteLine($"budget      {result.Budget}");
        output.WriteLine($"cost        {result.Cost}");
        output.WriteLine($"money left  {result.MoneyLeft}");
        output.WriteLine($"funded      {Text(result.Winners.Length)} of {Text(result.Projects.Length)}");
        output.WriteLine();

        string[][] rows =
        [
            ["#", "project", "supporters", "cost", "money before", "outcome", "name"],
            .. result.Projects
                .Select((outcome, index) => (outcome, instance.Projects[index].Name))
                .OrderBy(row => row.outcome.Position)
                .Select(row => Row(row.outcome, row.Name)),
        ];
        bool[] isNumber = [true, false, true, true, true, false, false];
        int[] widths = [.. isNumber.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                isNumber[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static string[] Row(ProjectOutcome outcome, string? name) =>
    [
        Text(outcome.Position),
        OneLine.Of(outcome.ProjectId),
        Text(outcome.Supporters),
        outcome.Cost.ToString(),
        outcome.MoneyBefore.ToString(),
        outcome.Reason switch
        {
            OutcomeReason.Funded => "funded",
            _ => $"does not fit, {outcome.Missing} missing",
        } + (outcome.IsTied ? ", tie broken" : ""),
        OneLine.Of(name ?? ""),
    ];

    private static void WriteOutcome(Utf8JsonWriter json, ProjectOutcome outcome, string? name)
    {
        json.WriteStartObject();
        json.WriteString("id", outcome.ProjectId);
        if (name is not null)
        {
            json.WriteString("name", name);
        }

        json.WriteString("cost", outcome.Cost.ToString());
        json.WriteNumber("supporters", outcome.Supporters);
        json.WriteNumber("position", outcome.Position);
        json.WriteString("moneyBefore", outcome.MoneyBefore.ToString());
        json.WriteBoolean("funded", outcome.IsFunded);
        json.WriteString("reason", outcome.Reason switch
        {
            OutcomeReason.Funded => "funded",
            _ => "doesNotFit",
        });
        if (!outcome.IsFunded)
        {
            json.WriteString("missing", outcome.Missing.ToString());
        }

        if (outcome.IsTied)
        {
            WriteIds(json, "tied", outcome.Tied);
        }

        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (string id in ids)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
