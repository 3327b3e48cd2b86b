using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Import;
using Budgeting.Core.Regions;
using Budgeting.Tally;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting import FILE… --region SLUG [--title TEXT] [--closes-in MINUTES]</c></summary>
internal sealed class ImportCommand : Command
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "PaBuLib files (.pb), each a heading of the round. A voter_id in several of them is one voter.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _region = new("--region")
    {
        Description = "The region whose round it becomes, by its name in addresses.",
        HelpName = "SLUG",
        Required = true,
    };

    private readonly Option<string?> _title = new("--title")
    {
        Description = "The round's title; otherwise the first file's description.",
        HelpName = "TEXT",
    };

    private readonly Option<double> _closesIn = new("--closes-in")
    {
        Description = "In how many minutes voting closes. The server then closes and counts, and a coordinator publishes.",
        HelpName = "MINUTES",
        DefaultValueFactory = _ => 10,
    };

    private readonly PlatformOptions _platform = new();

    public ImportCommand()
        : base("import", "Makes a round out of an election held elsewhere, its ballots cast through the ballot box.")
    {
        Add(_files);
        Add(_region);
        Add(_title);
        Add(_closesIn);
        _platform.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        // All files are read before the database is touched: an unreadable one imports nothing.
        List<PabulibFile> files = [.. arguments.GetRequiredValue(_files).Select(ElectionFile.Read)];
        double minutes = arguments.GetValue(_closesIn);
        if (minutes is not (> 0 and <= 525_600))
        {
            throw new CommandException(ExitCode.WrongUsage, "--closes-in must be more than 0 and at most 525600 minutes.");
        }

        await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        Stopwatch watch = Stopwatch.StartNew();
        DateTimeOffset closes = services.GetRequiredService<TimeProvider>().GetUtcNow().AddMinutes(minutes);
        string slug = arguments.GetRequiredValue(_region);
        RegionPage region = await scope.ServiceProvider.GetRequiredService<IRegions>().FindAsync(slug, cancellation)
            ?? throw new CommandException(ExitCode.WrongUsage, $"There is no region {slug}; it is added with 'budgeting region'.");
        Outcome<ImportReport> outcome = await scope.ServiceProvider.GetRequiredService<IElectionImport>().ImportAsync(
            Actor.Platform, files, new(region.Region.Id, arguments.GetValue(_title), closes), Console.IsErrorRedirected ? null : new TerminalProgress(), cancellation);
        if (!outcome.Granted)
        {
            throw new CommandException(ExitCode.UnreadableInput, string.Join("; ", outcome.Refusals.Select(RefusalSentences.Of)));
        }

        return Report(outcome.Value, closes, watch.Elapsed, arguments.InvocationConfiguration.Output);
    }

    private static int Report(ImportReport report, DateTimeOffset closes, TimeSpan elapsed, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Round {report.RoundId}: {report.Projects} projects, {report.Stored} ballots stored in {elapsed.TotalSeconds:0.0} s."));
        if (report.Blank > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Blank} blank ballots were left out."));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Voting closes at {closes:yyyy-MM-dd HH:mm:ss} UTC."));
        if (report.Refused.Count == 0)
        {
            return ExitCode.Ok;
        }

        throw new CommandException(ExitCode.Incomplete, "Not all ballots were stored: " + string.Join(", ", report.Refused.Select(
            reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} refused for {reason.Key}"))) + ".");
    }

    /// <summary>The number of ballots so far, on one line of the terminal.</summary>
    private sealed class TerminalProgress : IProgress<int>
    {
        public void Report(int value) => Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value} ballots"));
    }
}
