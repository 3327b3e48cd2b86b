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

    private static readonly string Engine = $"Budgeting.Tally {typeof(TallyResult).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>Writes one object to standard output. Amounts are strings, since JSON numbers are not exact everywhere.</summary>
    public static void WriteJson(
        TallyResult result, ITallyRule rule, PabulibFile file, string sha256, Explanation? explanation, IReadOnlyList<Finding>? findings)
    {
        ExplanationText[] texts = [.. ExplanationText.Languages.Select(language => Text(file, language))];
        using Stream stream = Console.OpenStandardOutput();
        using (Utf8JsonWriter json = new(stream, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("rule", result.Rule);
            WriteSwitches(json, rule);
            json.WriteString("engine", Engine);
            json.WriteString("inputSha256", sha256);
            json.WriteString("ties", result.Ties.ToString());
            WriteIds(json, "winners", result.Winners);
            json.WriteString("cost", result.Cost.ToString());
            json.WriteString("budget", result.Budget.ToString());
            json.WriteString("moneyLeft", result.MoneyLeft.ToString());
            WriteEqualShares(json, result);
            json.WriteStartArray("projects");
            for (int project = 0; project < result.Projects.Length; project++)
            {
                WriteOutcome(json, result.Projects[project], file.Instance.Projects[project].Name, explanation?.Projects[project], texts);
            }

            json.WriteEndArray();
            WriteVoters(json, explanation, texts);
            WriteFindings(json, findings);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void WriteSwitches(Utf8JsonWriter json, ITallyRule rule)
    {
        json.WriteString("satisfaction", Camel(rule.Satisfaction.ToString()));
        WriteLimits(json, rule);
        if (rule is GreedyRule greedy)
        {
            json.WriteString("order", Camel(greedy.Order.ToString()));
        }

        if (rule is not EqualSharesRule shares)
        {
            return;
        }

        json.WriteString("completion", Camel(shares.Completion.ToString()));
        if (shares.Increase is BudgetIncrease increase)
        {
            json.WriteStartObject("increase");
            json.WriteString("step", increase.Step.ToString());
            json.WriteBoolean("stopsWhenExhausted", increase.StopsWhenExhausted);
            json.WriteBoolean("startsWhole", increase.StartsWhole);
            json.WriteEndObject();
        }
    }

    private static void WriteLimits(Utf8JsonWriter json, ITallyRule rule)
    {
        if (rule.Eligibility != Eligibility.None)
        {
            json.WriteStartObject("eligibility");
            Amount(json, "minimumScore", rule.Eligibility.MinimumScore);
            Amount(json, "minimumShare", rule.Eligibility.MinimumShare);
            Amount(json, "costDivisor", rule.Eligibility.CostDivisor);
            json.WriteEndObject();
        }

        if (!rule.Groups.IsEmpty)
        {
            json.WriteStartArray("groups");
            foreach (ProjectGroup group in rule.Groups)
            {
                json.WriteStartObject();
                WriteIds(json, "projects", group.Projects);
                Number(json, "maxCount", group.MaxCount);
                Amount(json, "maxCost", group.MaxCost);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteEqualShares(Utf8JsonWriter json, TallyResult result)
    {
        if (result.PerVoter is Rational perVoter)
        {
            json.WriteString("perVoter", perVoter.ToString());
            json.WriteNumber("increases", result.Increases);
            json.WriteStartArray("purchases");
            foreach (Purchase purchase in result.Purchases)
            {
                json.WriteStartObject();
                json.WriteString("id", purchase.ProjectId);
                json.WriteString("price", purchase.Price.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (result.Comparison is ComparisonResult comparison)
        {
            json.WriteStartObject("comparison");
            json.WriteNumber("forEqualShares", comparison.ForEqualShares);
            json.WriteNumber("forGreedy", comparison.ForGreedy);
            json.WriteBoolean("greedyTaken", comparison.GreedyTaken);
            json.WriteEndObject();
        }
    }

    private static void WriteVoters(Utf8JsonWriter json, Explanation? explanation, ExplanationText[] texts)
    {
        if (explanation is null)
        {
            return;
        }

        WriteText(json, texts, text => text.Of(explanation));
        json.WriteString("servedShare", explanation.ServedShare.ToString());
        json.WriteStartArray("voters");
        foreach (VoterShare share in explanation.Voters)
        {
            json.WriteStartObject();
            json.WriteNumber("funded", share.Funded);
            json.WriteNumber("voters", share.Voters);
            if (share.MoneyLeft is Rational left)
            {
                json.WriteString("moneyLeft", left.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter json, IReadOnlyList<Finding>? findings)
    {
        if (findings is null)
        {
            return;
        }

        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("property", Camel(finding.Property.ToString()));
            if (finding.Holds is bool holds)
            {
                json.WriteBoolean("holds", holds);
            }
            else
            {
                json.WriteNull("holds");
            }

            json.WriteString("detail", finding.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExplanation(Utf8JsonWriter json, ProjectExplanation explanation, ExplanationText[] texts)
    {
        Number(json, "round", explanation.Round);
        Amount(json, "price", explanation.Price);
        Amount(json, "load", explanation.Load);
        Amount(json, "points", explanation.Points);
        Amount(json, "largestPayment", explanation.LargestPayment);
        Number(json, "fullPayers", explanation.FullPayers);
        Number(json, "outOfMoney", explanation.OutOfMoney);
        Number(json, "unaffordableBy", explanation.UnaffordableBy);
        Amount(json, "supportersMoney", explanation.SupportersMoney);
        Number(json, "requiredSupporters", explanation.RequiredSupporters);
        Amount(json, "requiredPoints", explanation.RequiredPoints);
        Amount(json, "groupLimit", explanation.Group?.MaxCost);
        Amount(json, "groupCost", explanation.GroupCost);
        if (explanation.EndedAt is string endedAt)
        {
            json.WriteString("endedAt", endedAt);
        }

        WriteCounterfactuals(json, "recounted", explanation.Recounted);
        WriteCounterfactuals(json, "atSameShares", explanation.AtSameShares);
        WriteText(json, texts, text => text.Of(explanation));
    }

    private static void WriteCounterfactuals(Utf8JsonWriter json, string name, Counterfactuals? counterfactuals)
    {
        if (counterfactuals is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Amount(json, "perVoter", counterfactuals.PerVoter);
        Number(json, "furtherVoters", counterfactuals.FurtherVoters?.Value);
        Exact("furtherVotersExact", counterfactuals.FurtherVoters?.IsExact);
        Amount(json, "voterPoints", counterfactuals.FurtherVoters is null ? null : counterfactuals.VoterPoints);
        Number(json, "furtherChoices", counterfactuals.FurtherChoices?.Value);
        Exact("furtherChoicesExact", counterfactuals.FurtherChoices?.IsExact);
        Amount(json, "choicePoints", counterfactuals.FurtherChoices is null ? null : counterfactuals.ChoicePoints);
        Amount(json, "highestCost", counterfactuals.HighestCost?.Value);
        Exact("highestCostExact", counterfactuals.HighestCost?.IsExact);
        json.WriteEndObject();

        void Exact(string name, bool? exact)
        {
            if (exact is bool value)
            {
                json.WriteBoolean(name, value);
            }
        }
    }

    private static void WriteText(Utf8JsonWriter json, ExplanationText[] texts, Func<ExplanationText, string> write)
    {
        json.WriteStartObject("text");
        for (int i = 0; i < texts.Length; i++)
        {
            json.WriteString(ExplanationText.Languages[i], write(texts[i]));
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is long value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Amount(Utf8JsonWriter json, string name, Rational? amount)
    {
        if (amount is Rational value)
        {
            json.WriteString(name, value.ToString());
        }
    }

    private static ExplanationText Text(PabulibFile file, string language) => new(language, file.Instance, file.MetaValue("currency"));

    /// <summary>Writes why every project is funded or not, and what was checked.</summary>
    public static void WriteExplanation(
        Explanation? explanation, IReadOnlyList<Finding>? findings, PabulibFile file, string language, TextWriter output)
    {
        if (explanation is not null)
        {
            ExplanationText text = Text(file, language);
            output.WriteLine();
            output.WriteLine(OneLine.Of(text.Of(explanation)));
            foreach (ProjectExplanation project in explanation.Projects.OrderBy(project => project.Outcome.Position))
            {
                output.WriteLine();
                string? name = file.Instance.Projects[file.Instance.IndexOf(project.Outcome.ProjectId)].Name;
                output.WriteLine(OneLine.Of($"{project.Outcome.ProjectId} {name}".TrimEnd()));
                output.WriteLine($"  {OneLine.Of(text.Of(project))}");
            }
        }

        foreach (Finding finding in findings ?? [])
        {
            output.WriteLine();
            string holds = finding.Holds switch { true => "holds", false => "does not hold", null => "not checked" };
            output.WriteLine(OneLine.Of($"{finding.Property}: {holds}{(finding.Detail.Length > 0 ? $", {finding.Detail}" : "")}"));
        }
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
        WriteRows(rows, column => column is 0 or 2 or 3 or 4, output);
    }

    /// <summary>Writes rows of cells in columns, those of numbers to the right.</summary>
    public static void WriteRows(IReadOnlyList<string[]> rows, Func<int, bool> isNumber, TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                isNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
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
            OutcomeReason.FundedByCompletion => "funded by completion",
            OutcomeReason.DoesNotFit => $"does not fit, {outcome.Missing} missing",
            OutcomeReason.NotReached => "not reached",
            OutcomeReason.NotEligible => "not eligible",
            OutcomeReason.Excluded => $"excluded by {OneLine.Of(outcome.ExcludedBy ?? "")}",
            OutcomeReason.CategoryFull => "ceiling of its group",
            OutcomeReason.NotInPreferredOutcome => "not in the preferred outcome",
            _ => "supporters out of money",
        } + (outcome.IsTied ? ", tie broken" : ""),
        OneLine.Of(name ?? ""),
    ];

    private static void WriteOutcome(Utf8JsonWriter json, ProjectOutcome outcome, string? name, ProjectExplanation? explanation, ExplanationText[] texts)
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
        json.WriteString("reason", Camel(outcome.Reason.ToString()));
        if (!outcome.IsFunded)
        {
            json.WriteString("missing", outcome.Missing.ToString());
        }

        if (outcome.ExcludedBy is not null)
        {
            json.WriteString("excludedBy", outcome.ExcludedBy);
        }

        if (outcome.IsTied)
        {
            WriteIds(json, "tied", outcome.Tied);
        }

        if (explanation is not null)
        {
            WriteExplanation(json, explanation, texts);
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

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
