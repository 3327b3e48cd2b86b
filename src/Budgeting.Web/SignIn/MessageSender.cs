using Budgeting.Core.Notifications;
using Budgeting.Core.SignIn;

namespace Budgeting.Web.SignIn;

/// <summary>Sends messages as soon as this server has written one, and looks every few seconds for those of others and for those that are to be tried again.</summary>
internal sealed partial class MessageSender(IServiceScopeFactory scopes, IMessageDelivery delivery, MessageBell bell, ILogger<MessageSender> log) : BackgroundService
{
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tidies = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tidied = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await delivery.SendDueAsync(stoppingToken) > 0)
                {
                    // There may be more than it takes at once.
                }
                if (tidied == 0 || TimeProvider.System.GetElapsedTime(tidied) > Tidies)
                {
                    await TidyAsync(stoppingToken);
                    tidied = TimeProvider.System.GetTimestamp();
                }
                await bell.WaitAsync(Looks, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // A database that is away comes back; messages wait for it.
                LogFailed(fault);
                await Task.Delay(Looks, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TidyAsync(CancellationToken cancellation)
    {
        await delivery.PurgeAsync(cancellation);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOneTimeLinks>().PurgeAsync(cancellation);
        await scope.ServiceProvider.GetRequiredService<ISignInSessions>().PurgeAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Error, "Messages could not be sent; they are tried again")]
    private partial void LogFailed(Exception fault);
}
