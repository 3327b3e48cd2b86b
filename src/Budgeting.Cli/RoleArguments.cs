using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary>Whose role it is, which and where: what giving and taking have in common.</summary>
internal sealed class RoleArguments(string why)
{
    private readonly Argument<string> _email = new("EMAIL") { Description = "The address of an account that has been registered on the site." };

    private readonly Argument<Role> _role = new("ROLE") { Description = "The role: " + string.Join(", ", Enum.GetNames<Role>()) + "." };

    private readonly Option<string> _region = new("--region")
    {
        Description = "The region, by its name in addresses; the role holds in those below it too.",
        HelpName = "SLUG",
        Required = true,
    };

    private readonly Option<string> _reason = new("--reason") { Description = why, HelpName = "TEXT", DefaultValueFactory = _ => "By the operator" };

    public PlatformOptions Platform { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_email);
        command.Add(_role);
        command.Add(_region);
        command.Add(_reason);
        Platform.AddTo(command);
    }

    /// <exception cref="CommandException">There is no such account or region.</exception>
    public async Task<(string Email, long Account, Role Role, RegionView Region, string Reason)> ReadAsync(
        ParseResult arguments, IServiceProvider services, CancellationToken cancellation)
    {
        string email = arguments.GetRequiredValue(_email);
        Outcome<long> account = await services.GetRequiredService<IRoles>().FindAccountAsync(Actor.Platform, email, cancellation);
        if (!account.Granted)
        {
            throw new CommandException(ExitCode.WrongUsage, $"No account has the address {email}; it is registered on the site first.");
        }

        string slug = arguments.GetRequiredValue(_region);
        RegionPage region = await services.GetRequiredService<IRegions>().FindAsync(slug, cancellation)
            ?? throw new CommandException(ExitCode.WrongUsage, $"There is no region {slug}.");
        return (email, account.Value, arguments.GetRequiredValue(_role), region.Region, arguments.GetRequiredValue(_reason));
    }
}
