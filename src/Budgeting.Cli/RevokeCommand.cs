using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting revoke EMAIL ROLE --region SLUG</c>: takes a role back, at once.</summary>
internal sealed class RevokeCommand : Command
{
    private readonly RoleArguments _arguments = new("Why; kept with the role that was.");

    public RevokeCommand()
        : base("revoke", "Takes a role in a region back from an account.")
    {
        _arguments.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        await using ServiceProvider services = await _arguments.Platform.OpenAsync(arguments, cancellation);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IRoles roles = scope.ServiceProvider.GetRequiredService<IRoles>();
        (string email, long account, Role role, RegionView region, string reason) = await _arguments.ReadAsync(arguments, scope.ServiceProvider, cancellation);
        RegionRoles held = (await roles.InRegionAsync(Actor.Platform, region.Id, cancellation)).Value;
        GrantView grant = held.Here.FirstOrDefault(grant => grant.AccountId == account && grant.Role == role)
            ?? throw new CommandException(ExitCode.WrongUsage, $"{email} is not {role} in {region.Name.Fi}.");
        Outcome<Done> revoked = await roles.RevokeAsync(Actor.Platform, grant.Id, reason, cancellation);
        if (!revoked.Granted)
        {
            throw new CommandException(ExitCode.WrongUsage, RefusalSentences.Of(revoked.Refusals[0]));
        }

        arguments.InvocationConfiguration.Output.WriteLine($"{email} is no longer {role} in {region.Name.Fi}.");
        return ExitCode.Ok;
    }
}
