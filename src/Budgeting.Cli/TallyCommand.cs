using System.CommandLine;
using System.CommandLine.Parsing;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary><c>budgeting tally FILE --rule greedy [--ties cost,votes,order,id] [--json]</c></summary>
internal sealed class TallyCommand : Command
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "A PaBuLib file (.pb), or - for standard input.",
    };

    private readonly Option<ITallyRule> _rule = new("--rule")
    {
        Description = "The tally rule: greedy.",
        HelpName = "RULE",
        Required = true,
        CustomParser = ParseRule,
    };

    private readonly Option<TieBreak> _ties = new("--ties")
    {
        Description = "How ties are broken, the first criterion first: a list of cost (lower), votes (more), order (in the file) and id (by code point).",
        HelpName = "LIST",
        DefaultValueFactory = _ => TieBreak.ByProjectId,
        CustomParser = ParseTies,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write one JSON object instead of a table.",
    };

    public TallyCommand()
        : base("tally", "Counts an election and says what every project's outcome is.")
    {
        Add(_file);
        Add(_rule);
        Add(_ties);
        Add(_json);
        SetAction(Run);
    }

    private static ITallyRule? ParseRule(ArgumentResult argument)
    {
        string name = argument.Tokens[0].Value;
        if (name == "greedy")
        {
            return new GreedyRule();
        }

        argument.AddError($"There is no rule '{name}'; there is greedy.");
        return null;
    }

    private static TieBreak? ParseTies(ArgumentResult argument)
    {
        string list = argument.Tokens[0].Value;
        if (TieBreak.TryParse(list, out TieBreak? ties))
        {
            return ties;
        }

        argument.AddError($"'{list}' is not a list of cost, votes, order and id, each at most once.");
        return null;
    }

    private int Run(ParseResult arguments)
    {
        PabulibFile file = ElectionFile.Read(arguments.GetRequiredValue(_file));
        TallyResult result;
        try
        {
            result = arguments.GetRequiredValue(_rule).Tally(file.Instance, file.Profile, arguments.GetRequiredValue(_ties));
        }
        catch (UnresolvedTieException exception)
        {
            throw new CommandException(
                ExitCode.WrongUsage, $"{exception.Message} Add another criterion to --ties.", exception);
        }

        if (arguments.GetValue(_json))
        {
            TallyOutput.WriteJson(result, file.Instance);
        }
        else
        {
            TallyOutput.WriteTable(result, file.Instance, arguments.InvocationConfiguration.Output);
        }

        return ExitCode.Ok;
    }
}
