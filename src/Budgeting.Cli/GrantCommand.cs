using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting grant EMAIL ROLE --region SLUG</c>: how the first administrator of an installation comes to be.</summary>
internal sealed class GrantCommand : Command
{
    private readonly Argument<string> _email = new("EMAIL") { Description = "The address of an account that has been registered on the site." };

    private readonly Argument<Role> _role = new("ROLE") { Description = "The role: " + string.Join(", ", Enum.GetNames<Role>()) + "." };

    private readonly Option<string> _region = new("--region")
    {
        Description = "The region, by its name in addresses; the role holds in those below it too.",
        HelpName = "SLUG",
        Required = true,
    };

    private readonly PlatformOptions _platform = new();

    public GrantCommand()
        : base("grant", "Gives an account a role in a region.")
    {
        Add(_email);
        Add(_role);
        Add(_region);
        _platform.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IAuthority authority = scope.ServiceProvider.GetRequiredService<IAuthority>();
        string email = arguments.GetRequiredValue(_email);
        long account = await authority.FindAccountAsync(email, cancellation)
            ?? throw new CommandException(ExitCode.WrongUsage, $"No account has the address {email}; it is registered on the site first.");
        string slug = arguments.GetRequiredValue(_region);
        RegionPage region = await scope.ServiceProvider.GetRequiredService<IRegions>().FindAsync(slug, cancellation)
            ?? throw new CommandException(ExitCode.WrongUsage, $"There is no region {slug}.");
        Role role = arguments.GetRequiredValue(_role);
        Outcome<Done> granted = await authority.GrantAsync(Actor.Platform, account, role, region.Region.Id, cancellation);
        if (!granted.Granted)
        {
            throw new CommandException(ExitCode.WrongUsage, granted.Refusals[0].Key);
        }

        arguments.InvocationConfiguration.Output.WriteLine($"{email} is now {role} in {region.Region.Name.Fi}.");
        return ExitCode.Ok;
    }
}
