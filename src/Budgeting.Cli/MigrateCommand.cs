using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting migrate</c>: brings the database up to date and ends, for installations that do it before new servers start.</summary>
internal sealed class MigrateCommand : Command
{
    private readonly PlatformOptions _platform = new();

    public MigrateCommand()
        : base("migrate", "Makes the database's tables, or brings them up to date, and ends.")
    {
        _platform.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        // Whoever opens the platform prepares its database; there is nothing else to do.
        await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
        arguments.InvocationConfiguration.Output.WriteLine("The database is up to date.");
        return ExitCode.Ok;
    }
}
