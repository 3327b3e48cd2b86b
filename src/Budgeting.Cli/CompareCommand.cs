using System.CommandLine;
using System.Globalization;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary><c>budgeting compare FILE --rules greedy,mes/cost/add1,phragmen</c></summary>
internal sealed class CompareCommand : Command
{
    private readonly Argument<string> _file = new("FILE") { Description = "A PaBuLib file (.pb), compressed with gzip or not, or - for standard input." };

    private readonly Option<string> _list = new("--rules")
    {
        Description = "The rules by commas, each RULE[/SATISFACTION[/COMPLETION]], in the words of 'tally'.",
        HelpName = "LIST",
        DefaultValueFactory = _ => "greedy,mes,mes/cost/add1u",
    };

    private readonly RuleOptions _rules = new();

    public CompareCommand()
        : base("compare", "Counts an election by several rules, side by side.")
    {
        Add(_file);
        Add(_list);
        _rules.AddTo(this, withRule: false);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        TieBreak ties = _rules.Ties(arguments);
        PabulibFile file = ElectionFile.Read(arguments.GetRequiredValue(_file));
        string[] names = arguments.GetRequiredValue(_list).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<(string Name, TallyResult Result)> results = [];
        using (new Progress("counting"))
        {
            foreach (string name in names)
            {
                results.Add((name, TallyCommand.Count(file, _rules.Rule(arguments, file, name), ties)));
            }
        }

        List<string[]> rows =
        [
            ["", .. names],
            ["winners", .. results.Select(entry => entry.Result.Winners.Length.ToString(CultureInfo.InvariantCulture))],
            ["cost", .. results.Select(entry => entry.Result.Cost.ToString())],
            ["money left", .. results.Select(entry => entry.Result.MoneyLeft.ToString())],
            ["voters served", .. results.Select(entry => Served(file.Profile, entry.Result).ToString(CultureInfo.InvariantCulture))],
            .. Enumerable.Range(0, file.Instance.Projects.Length)
                .Where(project => results.Exists(entry => entry.Result.Projects[project].IsFunded))
                .Select(project => (string[])[OneLine.Of(file.Instance.Projects[project].Id),
                    .. results.Select(entry => entry.Result.Projects[project].IsFunded ? "funded" : "-")]),
        ];
        TallyOutput.WriteRows(rows, column => column > 0, arguments.InvocationConfiguration.Output);
        return ExitCode.Ok;
    }

    private static long Served(Profile profile, TallyResult result)
    {
        long served = 0;
        for (int group = 0; group < profile.GroupCount; group++)
        {
            foreach (int project in profile.ChoicesOf(group))
            {
                if (result.Projects[project].IsFunded)
                {
                    served += profile.MultiplicityOf(group);
                    break;
                }
            }
        }

        return served;
    }
}
