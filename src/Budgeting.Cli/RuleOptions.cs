using System.CommandLine;
using System.Globalization;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary>The options that say how to count.</summary>
internal sealed class RuleOptions
{
    private static readonly string[] Rules = ["greedy", "greedy-no-skip", "mes", "phragmen"];
    private static readonly string[] Satisfactions = ["cost", "cardinality", "points", "borda", "city-borda"];
    private static readonly string[] Completions = ["none", "add1", "add1u", "add1u-same"];
    private static readonly string[] Comparisons = ["none", "count", "cost"];

    private readonly Option<string> _rule = new("--rule") { Description = "The tally rule: greedy, greedy-no-skip, mes (equal shares) or phragmen.", HelpName = "RULE", Required = true };

    private readonly Option<string> _satisfaction = new("--satisfaction")
    {
        Description = "What a voter gains from a project: cost, cardinality, points, borda or city-borda.",
        HelpName = "WORD",
        DefaultValueFactory = _ => "cost",
    };

    private readonly Option<string> _completion = new("--completion")
    {
        Description = "How equal shares uses up the budget: none, add1, add1u (then greedy by supporters), add1u-same (then greedy by satisfaction) or step:N (add N per voter).",
        HelpName = "WORD",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<bool> _noExhaustiveStop = new("--no-exhaustive-stop") { Description = "Go on adding money even when nothing fits any more." };

    private readonly Option<bool> _integral = new("--integral") { Description = "Start adding money at a whole number per voter." };

    private readonly Option<string> _comparison = new("--comparison")
    {
        Description = "Take greedy's outcome instead when strictly more voters prefer it, by the count or the cost of their winners: none, count or cost.",
        HelpName = "WORD",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<string?> _minimumScore = new("--min-score") { Description = "Leave out projects with fewer votes or points than this.", HelpName = "NUMBER" };

    private readonly Option<string?> _minimumShare = new("--min-share") { Description = "Leave out projects with fewer supporters than this share of all voters, such as 0.05.", HelpName = "NUMBER" };

    private readonly Option<string?> _costDivisor = new("--cost-divisor")
    {
        Description = "Leave out projects whose share of supporters is less than cost / (NUMBER x budget); 3 in Swiecie.",
        HelpName = "NUMBER",
    };

    private readonly Option<bool> _total = new("--by-total") { Description = "Greedy orders by total votes or points, not by these per cost." };

    private readonly Option<string[]> _conflict = new("--conflict") { Description = "Ids that exclude each other, by commas; may be given again.", HelpName = "IDS", DefaultValueFactory = _ => [] };

    private readonly Option<string[]> _categoryCap = new("--category-cap")
    {
        Description = "NAME=AMOUNT: the projects of this category in the file may cost at most so much together; may be given again.",
        HelpName = "CAP",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _groupCap = new("--group-cap")
    {
        Description = "AMOUNT:IDS: these projects, by commas, may cost at most so much together; may be given again.",
        HelpName = "CAP",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _ties = new("--ties")
    {
        Description = "How ties are broken, the first criterion first: cost (lower), votes (more), order (in the file), id (by code point), lot:FILE (ids, one a line, as drawn).",
        HelpName = "LIST",
        DefaultValueFactory = _ => "id",
    };

    public void AddTo(Command command, bool withRule)
    {
        if (withRule)
        {
            command.Add(_rule);
            OneOf(_rule, Rules);
            command.Add(_satisfaction);
            OneOf(_satisfaction, Satisfactions);
            command.Add(_completion);
            command.Add(_noExhaustiveStop);
            command.Add(_integral);
            command.Add(_comparison);
            OneOf(_comparison, Comparisons);
            command.Add(_total);
        }

        command.Add(_minimumScore);
        command.Add(_minimumShare);
        command.Add(_costDivisor);
        command.Add(_conflict);
        command.Add(_categoryCap);
        command.Add(_groupCap);
        command.Add(_ties);
    }

    /// <summary>The rule for the ballots of a file.</summary>
    /// <exception cref="CommandException">There is no such rule, it cannot count such ballots, or an option does not go with the file.</exception>
    public ITallyRule Rule(ParseResult arguments, PabulibFile file) => Rule(
        arguments, file, arguments.GetRequiredValue(_rule), arguments.GetRequiredValue(_satisfaction), arguments.GetRequiredValue(_completion),
        arguments.GetRequiredValue(_comparison), !arguments.GetValue(_noExhaustiveStop), arguments.GetValue(_integral), arguments.GetValue(_total));

    /// <summary>The rule written as <c>mes/cost/add1</c>, what is left out as by default.</summary>
    public ITallyRule Rule(ParseResult arguments, PabulibFile file, string words)
    {
        string[] parts = words.Split('/');
        string satisfaction = parts.Length > 1 ? parts[1] : "cost";
        if (!Rules.Contains(parts[0]) || !Satisfactions.Contains(satisfaction) || parts.Length > 3)
        {
            throw new CommandException(ExitCode.WrongUsage, $"'{words}' is not RULE[/SATISFACTION[/COMPLETION]].");
        }

        return Rule(arguments, file, parts[0], satisfaction, parts.Length > 2 ? parts[2] : "none", "none", true, false, false);
    }

    public TieBreak Ties(ParseResult arguments)
    {
        string list = arguments.GetRequiredValue(_ties);
        string[] words = list.Split(',', StringSplitOptions.TrimEntries);
        IEnumerable<string>? lot = null;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].StartsWith("lot:", StringComparison.Ordinal))
            {
                lot = ReadLot(words[i]["lot:".Length..]);
                words[i] = "lot";
            }
        }

        try
        {
            return new TieBreak(words.Select(word => word switch
            {
                "cost" => TieCriterion.LowerCost,
                "votes" => TieCriterion.MoreSupporters,
                "order" => TieCriterion.FileOrder,
                "id" => TieCriterion.ProjectId,
                "lot" => TieCriterion.Lot,
                _ => throw new ArgumentException(word),
            }), lot);
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(ExitCode.WrongUsage, $"'{list}' is not a list of cost, votes, order, id and lot:FILE, each at most once.", exception);
        }
    }

    private ITallyRule Rule(
        ParseResult arguments, PabulibFile file, string rule, string satisfaction, string completion, string comparison, bool stops, bool whole, bool total)
    {
        VoteType ballots = file.Profile.VoteType;
        Satisfaction gain = (Satisfaction)Array.IndexOf(Satisfactions, satisfaction);
        Eligibility eligibility = new()
        {
            MinimumScore = Optional(arguments, _minimumScore),
            MinimumShare = Optional(arguments, _minimumShare),
            CostDivisor = Optional(arguments, _costDivisor),
        };
        ProjectGroup[] groups =
        [
            .. arguments.GetValue(_conflict)!.Select(ids => ProjectGroup.Conflict(Ids(file, ids, "--conflict"))),
            .. arguments.GetValue(_categoryCap)!.Select(cap => CategoryCap(file, cap)),
            .. arguments.GetValue(_groupCap)!.Select(cap => GroupCap(file, cap)),
        ];
        try
        {
            return rule switch
            {
                "phragmen" => new PhragmenRule(ballots) { Eligibility = eligibility, Groups = [.. groups] },
                "mes" => new EqualSharesRule(gain, ballots)
                {
                    Increase = completion == "none" ? null : new BudgetIncrease { Step = Step(completion), StopsWhenExhausted = stops, StartsWhole = whole },
                    Completion = completion switch
                    {
                        "add1u" => Completion.GreedyBySupporters,
                        "add1u-same" => Completion.GreedyBySatisfaction,
                        _ => Completion.None,
                    },
                    Comparison = comparison switch { "count" => ComparisonMeasure.Count, "cost" => ComparisonMeasure.Cost, _ => null },
                    Eligibility = eligibility,
                    Groups = [.. groups],
                },
                _ => new GreedyRule(gain, ballots)
                {
                    StopsAtFirstMisfit = rule == "greedy-no-skip",
                    Order = total ? GreedyOrder.Total : GreedyOrder.PerCost,
                    Eligibility = eligibility,
                    Groups = [.. groups],
                },
            };
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(ExitCode.WrongUsage, $"{rule} with {satisfaction} cannot count {ballots} ballots.", exception);
        }
    }

    private static Rational Step(string completion)
    {
        if (Completions.Contains(completion))
        {
            return Rational.One;
        }

        Rational step = completion.StartsWith("step:", StringComparison.Ordinal)
            ? Number(completion["step:".Length..], "--completion")
            : throw new CommandException(ExitCode.WrongUsage, $"'{completion}' is not one of {string.Join(", ", Completions)} and step:N.");
        return step.Sign > 0 ? step : throw new CommandException(ExitCode.WrongUsage, "--completion: the step must be above zero.");
    }

    private static Rational? Optional(ParseResult arguments, Option<string?> option)
    {
        if (arguments.GetValue(option) is not { } text)
        {
            return null;
        }

        Rational number = Number(text, option.Name);
        return number.Sign >= 0 ? number : throw new CommandException(ExitCode.WrongUsage, $"{option.Name}: '{text}' is less than zero.");
    }

    // A slip in a cap would quietly change who wins, so every name in it has to be there.
    private static ProjectGroup CategoryCap(PabulibFile file, string cap)
    {
        int sign = cap.LastIndexOf('=');
        string name = cap[..Math.Max(sign, 0)].Trim();
        int column = file.Projects.IndexOf("category");
        string[] ids = [.. Enumerable.Range(0, column < 0 ? 0 : file.Projects.RowCount)
            .Where(row => file.Projects[row, column].Split(',', StringSplitOptions.TrimEntries).Contains(name))
            .Select(row => file.Instance.Projects[row].Id)];
        return sign > 0 && ids.Length > 0
            ? ProjectGroup.Ceiling(Number(cap[(sign + 1)..], "--category-cap"), ids)
            : throw new CommandException(ExitCode.WrongUsage, $"--category-cap: '{cap}' is not CATEGORY=AMOUNT with a category of the file.");
    }

    private static ProjectGroup GroupCap(PabulibFile file, string cap)
    {
        int colon = cap.IndexOf(':');
        return colon > 0
            ? ProjectGroup.Ceiling(Number(cap[..colon], "--group-cap"), Ids(file, cap[(colon + 1)..], "--group-cap"))
            : throw new CommandException(ExitCode.WrongUsage, $"--group-cap: '{cap}' is not AMOUNT:IDS.");
    }

    private static string[] Ids(PabulibFile file, string list, string option)
    {
        string[] ids = list.Split(',', StringSplitOptions.TrimEntries);
        return Array.Find(ids, id => file.Instance.IndexOf(id) < 0) is { } unknown
            ? throw new CommandException(ExitCode.WrongUsage, $"{option}: there is no project '{unknown}'.")
            : ids;
    }

    private static Rational Number(string text, string option) => Rational.TryParse(text, out Rational number)
        ? number
        : throw new CommandException(ExitCode.WrongUsage, $"{option}: '{text}' is not a number.");

    private static List<string> ReadLot(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.UnreadableInput, string.Create(CultureInfo.InvariantCulture, $"{path}: {exception.Message}"), exception);
        }
    }

    private static void OneOf(Option<string> option, string[] words) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !words.Contains(result.Tokens[0].Value))
        {
            result.AddError($"There is no {option.Name[2..]} '{result.Tokens[0].Value}'; there is {string.Join(", ", words)}.");
        }
    });
}
