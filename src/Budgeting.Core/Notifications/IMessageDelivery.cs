namespace Budgeting.Core.Notifications;

/// <summary>Sends what the outbox holds. Any number of servers may do so at once.</summary>
public interface IMessageDelivery
{
    /// <summary>Whether messages of a channel are sent at all.</summary>
    bool Carries(MessageChannel channel);

    /// <summary>
    /// Sends what is due. Each message is sent by one server; one that is killed between sending a message and noting it down leaves it to be
    /// sent a second time a minute later.
    /// </summary>
    /// <returns>How many were tried.</returns>
    Task<int> SendDueAsync(CancellationToken cancellation);

    /// <summary>Deletes the lines of the log that are older than <see cref="People.RetentionOptions.DeliveryLogDays"/>.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}
