using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting audit export [--output FILE]</c>: the audit log as a file that <c>budgeting verify --audit</c> follows.</summary>
internal sealed class AuditCommand : Command
{
    private readonly Option<string?> _output = new("--output") { Description = "Where to write it; otherwise standard output.", HelpName = "FILE" };

    private readonly PlatformOptions _platform = new();

    public AuditCommand()
        : base("audit", "Serves those who check the audit log.")
    {
        Command export = new("export", "Writes the whole audit log, a line an entry, to be checked with 'budgeting verify --audit'.");
        export.Add(_output);
        _platform.AddTo(export);
        export.SetAction(ExportAsync);
        Add(export);
    }

    private async Task<int> ExportAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        await using Stream target = Target(arguments.GetValue(_output));
        await scope.ServiceProvider.GetRequiredService<IAuditLog>().ExportAsync(Actor.Platform, target, cancellation);
        return ExitCode.Ok;
    }

    private static Stream Target(string? path)
    {
        try
        {
            return path is null ? Console.OpenStandardOutput() : File.Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.WrongUsage, $"{path}: {exception.Message}", exception);
        }
    }
}
