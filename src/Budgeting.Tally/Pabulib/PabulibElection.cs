using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Budgeting.Tally;

/// <summary>Understands the three sections of a file as an election, or says why they are none.</summary>
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

    public static PabulibFile Interpret(PabulibSection meta, PabulibSection projects, PabulibSection votes, PabulibLayout layout)
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
        CheckCount(keys, "num_projects", projects, PabulibErrorCode.WrongProjectCount);
        int maxLength = voteType == VoteType.ChooseOne ? 1 : keys.Count("max_length") ?? int.MaxValue;
        Profile profile = ReadVotes(votes, voteType, instance, maxLength);
        CheckCount(keys, "num_votes", votes, PabulibErrorCode.WrongVoteCount);
        return new PabulibFile(meta.Table, projects.Table, votes.Table, layout, instance, profile);
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

    private static Profile ReadVotes(PabulibSection section, VoteType voteType, Instance instance, int maxLength)
    {
        CheckColumns(section);
        int voterColumn = section.Require("voter_id", "VOTES");
        int voteColumn = section.Require("vote", "VOTES");
        bool needsPoints = voteType is VoteType.Cumulative or VoteType.Scoring;
        int pointsColumn = needsPoints ? section.Require("points", "VOTES") : section.Table.IndexOf("points");
        PabulibTable table = section.Table;
        SeenCells voters = new(table, voterColumn);
        Utf8Index ids = new(instance.Projects.Select(project => project.Id));
        Profile.Builder profile = new(voteType, instance.Projects.Length, maxLength is int.MaxValue or 0 ? null : maxLength);
        List<int> choices = [];
        List<long> points = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            ReadOnlySpan<byte> voter = Utf8Text.Trim(table.Utf8(row, voterColumn));
            if (voter.Length == 0)
            {
                throw new PabulibException(PabulibErrorCode.MissingValue, section.RowLines[row], "voter_id");
            }

            if (!voters.Add(row, voter))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateVoter, section.RowLines[row], "voter_id", Encoding.UTF8.GetString(voter));
            }

            ReadChoices(table.Utf8(row, voteColumn), ids, section, row, choices);
            int length;
            ReadOnlySpan<int> chosen = CollectionsMarshal.AsSpan(choices);
            if (pointsColumn < 0 || (!needsPoints && Utf8Text.Trim(table.Utf8(row, pointsColumn)).IsEmpty))
            {
                length = profile.Add(chosen);
            }
            else if (TryReadWholePoints(table.Utf8(row, pointsColumn), points) && points.Count == choices.Count)
            {
                length = needsPoints ? profile.AddWhole(chosen, CollectionsMarshal.AsSpan(points)) : profile.Add(chosen);
            }
            else
            {
                List<Rational> exact = ReadPoints(table[row, pointsColumn], choices.Count, section.RowLines[row]);
                length = needsPoints ? AddPoints(profile, chosen, exact, section.RowLines[row], table[row, pointsColumn]) : profile.Add(chosen);
            }

            if (length > maxLength)
            {
                throw new PabulibException(PabulibErrorCode.BallotTooLong, section.RowLines[row], "vote", Text(maxLength), Text(length));
            }
        }

        return profile.Build();
    }

    private static int AddPoints(Profile.Builder profile, ReadOnlySpan<int> chosen, List<Rational> points, int line, string text)
    {
        try
        {
            return profile.Add(chosen, CollectionsMarshal.AsSpan(points));
        }
        catch (OverflowException)
        {
            throw new PabulibException(PabulibErrorCode.UnreadableNumber, line, "points", text);
        }
    }

    private static void ReadChoices(ReadOnlySpan<byte> vote, Utf8Index ids, PabulibSection section, int row, List<int> choices)
    {
        choices.Clear();
        if (Utf8Text.Trim(vote).IsEmpty)
        {
            return;
        }

        while (true)
        {
            int comma = vote.IndexOf((byte)',');
            ReadOnlySpan<byte> id = comma < 0 ? vote : vote[..comma];
            int project = ids.IndexOf(id);
            if (project < 0)
            {
                id = Utf8Text.Trim(id);
                project = ids.IndexOf(id);
            }

            if (project < 0)
            {
                throw id.IsEmpty
                    ? new PabulibException(PabulibErrorCode.EmptyChoice, section.RowLines[row], "vote")
                    : new PabulibException(PabulibErrorCode.UnknownProject, section.RowLines[row], "vote", Encoding.UTF8.GetString(id));
            }

            choices.Add(project);
            if (comma < 0)
            {
                return;
            }

            vote = vote[(comma + 1)..];
        }
    }

    // Almost all points are small whole numbers; anything else is left to exact numbers and their errors.
    private static bool TryReadWholePoints(ReadOnlySpan<byte> text, List<long> points)
    {
        points.Clear();
        long value = -1;
        int digits = 0;
        foreach (byte unit in text)
        {
            if (unit is >= (byte)'0' and <= (byte)'9' && digits < 15)
            {
                value = (Math.Max(value, 0) * 10) + (unit - '0');
                digits++;
            }
            else if (unit == ',' && value >= 0)
            {
                points.Add(value);
                (value, digits) = (-1, 0);
            }
            else
            {
                return false;
            }
        }

        if (value >= 0)
        {
            points.Add(value);
        }

        return value >= 0 || text.IsEmpty;
    }

    private static List<Rational> ReadPoints(ReadOnlySpan<char> points, int choices, int line)
    {
        List<Rational> read = [];
        if (!points.IsWhiteSpace())
        {
            foreach (Range part in points.Split(','))
            {
                if (!Rational.TryParse(points[part], out Rational given))
                {
                    throw new PabulibException(PabulibErrorCode.UnreadableNumber, line, "points", points[part].ToString());
                }

                read.Add(given.Sign >= 0 ? given : throw new PabulibException(PabulibErrorCode.NegativeNumber, line, "points", points[part].Trim().ToString()));
            }
        }

        return read.Count == choices
            ? read
            : throw new PabulibException(PabulibErrorCode.WrongPointsCount, line, "points", Text(choices), Text(read.Count));
    }

    private static void CheckColumns(PabulibSection section)
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

    private static void CheckCount(PabulibKeys keys, string key, PabulibSection section, PabulibErrorCode code)
    {
        int said = keys.Count(key)!.Value;
        if (said != section.Table.RowCount)
        {
            throw keys.Error(code, key, Text(said), Text(section.Table.RowCount));
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
