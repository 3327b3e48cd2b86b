using System.CommandLine;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary><c>budgeting tally FILE --rule RULE [--satisfaction …] [--completion …] [--ties …] [--json] [--explain] [--thorough] [--verify]</c></summary>
internal sealed class TallyCommand : Command
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "A PaBuLib file (.pb), compressed with gzip or not, or - for standard input.",
    };

    private readonly RuleOptions _rules = new();

    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object instead of a table." };

    private readonly Option<bool> _explain = new("--explain") { Description = "Say for every project why it is funded or not, and what would have changed that." };

    private readonly Option<bool> _thorough = new("--thorough") { Description = "Explain with a hundred times the effort: count more of the smaller changes, which can take minutes." };

    private readonly Option<bool> _verify = new("--verify") { Description = "Check the outcome without counting again; exit with 5 when it is refuted." };

    private readonly Option<string> _language = new("--language")
    {
        Description = "The language of explanations: fi, sv or en.",
        HelpName = "CODE",
        DefaultValueFactory = _ => "en",
    };

    public TallyCommand()
        : base("tally", "Counts an election and says what every project's outcome is.")
    {
        Add(_file);
        _rules.AddTo(this, withRule: true);
        Add(_json);
        Add(_explain);
        Add(_thorough);
        Add(_verify);
        Add(_language);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string language = arguments.GetRequiredValue(_language);
        if (!ExplanationText.Languages.Contains(language))
        {
            throw new CommandException(ExitCode.WrongUsage, $"--language: there is no '{language}'; there is {string.Join(", ", ExplanationText.Languages)}.");
        }

        TieBreak ties = _rules.Ties(arguments);
        PabulibFile file = ElectionFile.Read(arguments.GetRequiredValue(_file), out string sha256);
        ITallyRule rule = _rules.Rule(arguments, file);
        using Progress progress = new("counting");
        TallyResult result = Count(file, rule, ties);
        bool thorough = arguments.GetValue(_thorough);
        Explanation? explanation = thorough || arguments.GetValue(_explain)
            ? Explanation.Of(file.Instance, file.Profile, rule, result, thorough ? 100 * Explanation.DefaultEffort : Explanation.DefaultEffort)
            : null;
        IReadOnlyList<Finding>? findings = arguments.GetValue(_verify) ? Verification.Check(file.Instance, file.Profile, rule, result) : null;
        progress.Dispose();
        if (arguments.GetValue(_json))
        {
            TallyOutput.WriteJson(result, rule, file, sha256, explanation, findings);
        }
        else
        {
            TallyOutput.WriteTable(result, file.Instance, arguments.InvocationConfiguration.Output);
            TallyOutput.WriteExplanation(explanation, findings, file, language, arguments.InvocationConfiguration.Output);
        }

        return findings?.Any(finding => finding is { Holds: false, Property: OutcomeProperty.WithinBudget or OutcomeProperty.Payments }) == true
            ? ExitCode.Refuted
            : ExitCode.Ok;
    }

    public static TallyResult Count(PabulibFile file, ITallyRule rule, TieBreak ties)
    {
        try
        {
            return rule.Tally(file.Instance, file.Profile, ties);
        }
        catch (UnresolvedTieException exception)
        {
            throw new CommandException(ExitCode.WrongUsage, $"{exception.Message} Add another criterion to --ties.", exception);
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(ExitCode.WrongUsage, exception.Message, exception);
        }
    }
}
