using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using Budgeting.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

RootCommand root = new("Counts participatory budgeting votes, and serves those who run the platform.")
{
    new TallyCommand(),
    new CompareCommand(),
    new CheckCommand(),
    new ConvertCommand(),
    new ImportCommand(),
    new RegionCommand(),
    new GrantCommand(),
    new RevokeCommand(),
    new ElectorateCommand(),
    new VerifyCommand(),
    new AuditCommand(),
    new MigrateCommand(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    return Refuse(ExitCode.WrongUsage, $"{parsed.Errors[0].Message} Try 'budgeting --help'.");
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandException exception)
{
    return Refuse(exception.ExitCode, exception.Message);
}
catch (Exception exception)
{
    // Nobody is helped by a stack trace on the terminal; the kind of error tells enough to report it.
    return Refuse(ExitCode.UnreadableInput, $"{exception.GetType().Name}: {exception.Message}");
}

static int Refuse(int exitCode, string message)
{
    Console.Error.WriteLine($"budgeting: {OneLine.Of(message)}");
    return exitCode;
}
