using System.CommandLine;
using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting grant EMAIL ROLE --region SLUG</c>: how the first administrator of an installation comes to be.</summary>
internal sealed class GrantCommand : Command
{
    private readonly RoleArguments _arguments = new("Why; kept with the role.");

    private readonly Option<string?> _until = new("--until")
    {
        Description = "From when the role counts no more, as 2027-06-30T12:00Z; without it the role has no end.",
        HelpName = "INSTANT",
    };

    public GrantCommand()
        : base("grant", "Gives an account a role in a region.")
    {
        _arguments.AddTo(this);
        Add(_until);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        DateTimeOffset? until = null;
        if (arguments.GetValue(_until) is { } text)
        {
            until = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
                ? instant
                : throw new CommandException(ExitCode.WrongUsage, $"--until {text} is no instant; write it as 2027-06-30T12:00Z.");
        }

        await using ServiceProvider services = await _arguments.Platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IRoles roles = scope.ServiceProvider.GetRequiredService<IRoles>();
        (string email, long account, Role role, RegionView region, string reason) = await _arguments.ReadAsync(arguments, scope.ServiceProvider, cancellation);
        Outcome<long> granted = await roles.GrantAsync(Actor.Platform, new NewGrant(account, role, region.Id, reason, until), cancellation);
        if (!granted.Granted)
        {
            throw new CommandException(ExitCode.WrongUsage, RefusalSentences.Of(granted.Refusals[0]));
        }

        arguments.InvocationConfiguration.Output.WriteLine($"{email} is now {role} in {region.Name.Fi}.");
        return ExitCode.Ok;
    }
}
