using Budgeting.Core.Invitations;
using Budgeting.Web.SignIn;

namespace Budgeting.Web.Jobs;

/// <summary>Writes invitations that are due into the outbox, a handful at a time. Every server may; each address is written to once.</summary>
internal sealed partial class InvitationSender(IServiceScopeFactory scopes, SiteSettings site, ILogger<InvitationSender> log) : BackgroundService
{
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (var scope = scopes.CreateAsyncScope())
                    await scope.ServiceProvider.GetRequiredService<IInvitations>().WriteDueAsync(site.Address, stoppingToken);
                await Task.Delay(Looks, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // A database that is away comes back; nobody is written to twice.
                LogFailed(fault);
                await Task.Delay(Looks, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Invitations could not be written; they are tried again")]
    private partial void LogFailed(Exception fault);
}
