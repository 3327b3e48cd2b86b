using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting region SLUG --name NAME [--name-sv NAME] [--name-en NAME] [--kind KIND] [--in SLUG]</c>: adds a region.</summary>
internal sealed class RegionCommand : Command
{
    private readonly Argument<string> _slug = new("SLUG") { Description = "Its name in addresses: small letters a to z, digits and hyphens." };

    private readonly Option<string> _name = new("--name") { Description = "Its Finnish name.", HelpName = "NAME", Required = true };

    private readonly Option<string?> _nameSv = new("--name-sv") { Description = "Its Swedish name.", HelpName = "NAME" };

    private readonly Option<string?> _nameEn = new("--name-en") { Description = "Its English name.", HelpName = "NAME" };

    private readonly Option<RegionKind> _kind = new("--kind")
    {
        Description = "What it is: " + string.Join(", ", Enum.GetNames<RegionKind>()) + ".",
        DefaultValueFactory = _ => RegionKind.Municipality,
    };

    private readonly Option<string?> _in = new("--in") { Description = "The region it lies in, by its name in addresses.", HelpName = "SLUG" };

    private readonly PlatformOptions _platform = new();

    public RegionCommand()
        : base("region", "Adds a region.")
    {
        Add(_slug);
        Add(_name);
        Add(_nameSv);
        Add(_nameEn);
        Add(_kind);
        Add(_in);
        _platform.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IRegions regions = scope.ServiceProvider.GetRequiredService<IRegions>();
        long? parentId = null;
        if (arguments.GetValue(_in) is { } parent)
        {
            RegionPage found = await regions.FindAsync(parent, cancellation)
                ?? throw new CommandException(ExitCode.WrongUsage, $"There is no region {parent}.");
            parentId = found.Region.Id;
        }

        string slug = arguments.GetRequiredValue(_slug);
        LocalizedText name = new(arguments.GetRequiredValue(_name), arguments.GetValue(_nameSv), arguments.GetValue(_nameEn));
        Outcome<long> created = await regions.CreateAsync(
            Actor.Platform, new(slug, arguments.GetValue(_kind), name, parentId), cancellation);
        if (!created.Granted)
        {
            throw new CommandException(ExitCode.WrongUsage, string.Join("; ", created.Refusals.Select(RefusalSentences.Of)));
        }

        arguments.InvocationConfiguration.Output.WriteLine($"{name.Fi} is at /regions/{slug}.");
        return ExitCode.Ok;
    }
}
