using System.Collections.Immutable;
using System.Globalization;

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
        HashSet<string> voters = new(section.Table.RowCount, StringComparer.Ordinal);
        Profile.Builder profile = new(voteType, instance.Projects.Length, maxLength is int.MaxValue or 0 ? null : maxLength);
        List<int> choices = [];
        List<Rational> points = [];
        for (int row = 0; row < section.Table.RowCount; row++)
        {
            ReadOnlySpan<string> cells = section.Table.Row(row);
            int line = section.RowLines[row];
            string voter = cells[voterColumn].Trim();
            if (voter.Length == 0)
            {
                throw new PabulibException(PabulibErrorCode.MissingValue, line, "voter_id");
            }

            if (!voters.Add(voter))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateVoter, line, "voter_id", voter);
            }

            ReadChoices(cells[voteColumn], instance, line, choices);
            if (pointsColumn >= 0 && (needsPoints || !string.IsNullOrWhiteSpace(cells[pointsColumn])))
            {
                ReadPoints(cells[pointsColumn], choices.Count, line, points);
            }

            ReadOnlySpan<int> chosen = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(choices);
            int length = needsPoints
                ? profile.Add(chosen, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points))
                : profile.Add(chosen);
            if (length > maxLength)
            {
                throw new PabulibException(PabulibErrorCode.BallotTooLong, line, "vote", Text(maxLength), Text(length));
            }
        }

        return profile.Build();
    }

    private static void ReadChoices(ReadOnlySpan<char> vote, Instance instance, int line, List<int> choices)
    {
        choices.Clear();
        if (vote.IsWhiteSpace())
        {
            return;
        }

        foreach (Range part in vote.Split(','))
        {
            ReadOnlySpan<char> id = vote[part].Trim();
            int project = instance.IndexOf(id);
            if (project < 0)
            {
                throw id.IsEmpty
                    ? new PabulibException(PabulibErrorCode.EmptyChoice, line, "vote")
                    : new PabulibException(PabulibErrorCode.UnknownProject, line, "vote", id.ToString());
            }

            choices.Add(project);
        }
    }

    private static void ReadPoints(ReadOnlySpan<char> points, int choices, int line, List<Rational> read)
    {
        read.Clear();
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

        if (read.Count != choices)
        {
            throw new PabulibException(PabulibErrorCode.WrongPointsCount, line, "points", Text(choices), Text(read.Count));
        }
    }

    private static void CheckColumns(PabulibSection section)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string column in section.Table.Columns.Select(c => c.Trim()))
        {
            if (!names.Add(column))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateColumn, section.HeaderLine, column, column);
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
