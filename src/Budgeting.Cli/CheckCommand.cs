using System.CommandLine;
using System.Globalization;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary><c>budgeting check FILE</c></summary>
internal sealed class CheckCommand : Command
{
    private readonly Argument<string> _file = new("FILE") { Description = "A PaBuLib file (.pb), compressed with gzip or not, or - for standard input." };

    public CheckCommand()
        : base("check", "Reads an election and says what is in it, or what is wrong with it and where.")
    {
        Add(_file);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        PabulibFile file = ElectionFile.Read(arguments.GetRequiredValue(_file), out string sha256);
        TextWriter output = arguments.InvocationConfiguration.Output;
        output.WriteLine($"sha256    {sha256}");
        output.WriteLine($"ballots   {Text(file.Profile.BallotCount)} of type {file.MetaValue("vote_type")!.Trim()}, {Text(file.Profile.GroupCount)} different");
        output.WriteLine($"projects  {Text(file.Instance.Projects.Length)}");
        output.WriteLine($"budget    {file.Instance.Budget}");
        foreach (Project project in file.Instance.Projects.Where(project => project.Cost > file.Instance.Budget))
        {
            output.WriteLine($"note: project {OneLine.Of(project.Id)} costs {project.Cost}, more than the budget");
        }

        if (file.Instance.Projects.Aggregate(Rational.Zero, (sum, project) => sum + project.Cost) <= file.Instance.Budget)
        {
            output.WriteLine("note: all projects fit in the budget together");
        }

        return ExitCode.Ok;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
