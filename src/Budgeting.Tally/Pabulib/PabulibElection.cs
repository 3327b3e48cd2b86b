using System.Collections.Immutable;
using System.Globalization;

namespace Budgeting.Tally;

/// <summary>Understands the sections before the votes, or says why they describe no election.</summary>
internal static class PabulibElection
{
    private static readonly ImmutableArray<string> RequiredKeys =
    [
        "description", "country", "unit", "instance", "num_projects", "num_votes",
        "budget", "vote_type", "rule", "date_begin", "date_end",
    ];

    // Lower and upper limits of the same thing are named min_… and max_…; money limits cannot be negative.
    private static readonly ImmutableArray<string> MoneyLimits = ["sum_cost", "project_cost"];
    private static readonly ImmutableArray<string> PointLimits = ["points", "sum_points"];

    /// <summary>What the sections before the votes say.</summary>
    /// <exception cref="PabulibException">They do not describe an election.</exception>
    public static (PabulibKeys Keys, VoteType VoteType, Instance Instance, int MaxLength) Interpret(PabulibSection meta, PabulibSection projects)
    {
        PabulibKeys keys = new(meta);
        foreach (string key in RequiredKeys)
        {
            keys.Require(key);
        }

        VoteType voteType = keys.Require("vote_type") switch
        {
            "approval" => VoteType.Approval,
            "ordinal" => VoteType.Ordinal,
            "cumulative" => VoteType.Cumulative,
            "scoring" => VoteType.Scoring,
            "choose-1" => VoteType.ChooseOne,
            var other => throw keys.Error(PabulibErrorCode.UnknownVoteType, "vote_type", other),
        };
        Rational budget = keys.Amount("budget")!.Value;
        CheckLimits(keys);
        CheckDates(keys);

        Instance instance = ReadProjects(projects, budget);
        CheckCount(keys, "num_projects", projects.Table.RowCount, PabulibErrorCode.WrongProjectCount);
        int maxLength = voteType == VoteType.ChooseOne ? 1 : keys.Count("max_length") ?? int.MaxValue;
        return (keys, voteType, instance, maxLength);
    }

    private static Instance ReadProjects(PabulibSection section, Rational budget)
    {
        CheckColumns(section);
        int idColumn = section.Require("project_id", "PROJECTS");
        int costColumn = section.Require("cost", "PROJECTS");
        int nameColumn = section.Table.IndexOf("name");
        HashSet<string> ids = new(StringComparer.Ordinal);
        List<Project> projects = new(section.Table.RowCount);
        for (int row = 0; row < section.Table.RowCount; row++)
        {
            ReadOnlySpan<string> cells = section.Table.Row(row);
            int line = section.RowLines[row];
            string id = cells[idColumn].Trim();
            if (id.Length == 0)
            {
                throw new PabulibException(PabulibErrorCode.MissingValue, line, "project_id");
            }

            if (id.Contains(','))
            {
                throw new PabulibException(PabulibErrorCode.CommaInProjectId, line, "project_id", id);
            }

            if (!ids.Add(id))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateProject, line, "project_id", id);
            }

            projects.Add(new Project(id, Amount(cells[costColumn], line, "cost"), nameColumn < 0 ? null : cells[nameColumn]));
        }

        return new Instance(budget, projects);
    }

    public static void CheckColumns(PabulibSection section)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int index = 0; index < section.Table.Columns.Length; index++)
        {
            string column = section.Table.Columns[index].Trim();
            if (!names.Add(column))
            {
                string field = column.Length > 0 ? column : $"column {Text(index + 1)}";
                throw new PabulibException(PabulibErrorCode.DuplicateColumn, section.HeaderLine, field, column);
            }
        }
    }

    /// <summary>Sees that there are as many rows as a key says.</summary>
    public static void CheckCount(PabulibKeys keys, string key, int found, PabulibErrorCode code)
    {
        int said = keys.Count(key)!.Value;
        if (said != found)
        {
            throw keys.Error(code, key, Text(said), Text(found));
        }
    }

    private static void CheckLimits(PabulibKeys keys)
    {
        CheckLimits(keys, "length", (key) => keys.Count(key) is int count ? (Rational)count : null);
        foreach (string name in MoneyLimits)
        {
            CheckLimits(keys, name, keys.Amount);
        }

        foreach (string name in PointLimits)
        {
            CheckLimits(keys, name, keys.Number);
        }
    }

    private static void CheckLimits(PabulibKeys keys, string name, Func<string, Rational?> read)
    {
        (string lower, string upper) = ($"min_{name}", $"max_{name}");
        if (read(lower) is Rational least && read(upper) is Rational most && least > most)
        {
            throw keys.Error(PabulibErrorCode.ContradictoryLimits, lower, lower, least.ToString(), upper, most.ToString());
        }
    }

    // A year alone stands for any of its days, so it contradicts a date only from another year.
    private static void CheckDates(PabulibKeys keys)
    {
        (string begin, string end) = (keys.Require("date_begin"), keys.Require("date_end"));
        (DateOnly first, _) = Days(begin, "date_begin");
        (_, DateOnly last) = Days(end, "date_end");
        if (first > last)
        {
            throw keys.Error(PabulibErrorCode.ContradictoryLimits, "date_begin", "date_begin", begin, "date_end", end);
        }

        (DateOnly First, DateOnly Last) Days(string text, string key)
        {
            if (DateOnly.TryParseExact(text, "dd.MM.yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
            {
                return (day, day);
            }

            return DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
                ? (day, new DateOnly(day.Year, 12, 31))
                : throw keys.Error(PabulibErrorCode.UnreadableDate, key, text);
        }
    }

    public static Rational Amount(string text, int line, string field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new PabulibException(PabulibErrorCode.MissingValue, line, field);
        }

        Rational amount = Number(text, line, field);
        return amount.Sign >= 0 ? amount : throw new PabulibException(PabulibErrorCode.NegativeNumber, line, field, text.Trim());
    }

    public static Rational Number(string text, int line, string field) =>
        Rational.TryParse(text, out Rational number)
            ? number
            : throw new PabulibException(PabulibErrorCode.UnreadableNumber, line, field, text.Trim());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
