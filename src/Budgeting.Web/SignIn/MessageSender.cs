using Budgeting.Core.Notifications;

namespace Budgeting.Web.SignIn;

/// <summary>Sends messages as soon as this server has written one, and looks every few seconds for those of others and for those that are to be tried again.</summary>
internal sealed partial class MessageSender(IMessageDelivery delivery, MessageBell bell, ILogger<MessageSender> log) : BackgroundService
{
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await delivery.SendDueAsync(stoppingToken) > 0)
                {
                    // There may be more than it takes at once.
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

    [LoggerMessage(LogLevel.Error, "Messages could not be sent; they are tried again")]
    private partial void LogFailed(Exception fault);
}
