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

    /// <summary>The deliveries of an account, newest first: no address, no content.</summary>
    Task<IReadOnlyList<Delivery>> LogOfAsync(long accountId, CancellationToken cancellation);

    /// <summary>Deletes the lines of the log that are older than 90 days.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>A line of the log of deliveries.</summary>
/// <param name="Kind">What the message was for.</param>
/// <param name="Channel">By which way.</param>
/// <param name="State">What became of it.</param>
/// <param name="At">When it was last tried, or is to be.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record Delivery(MessageKind Kind, MessageChannel Channel, MessageState State, DateTimeOffset At, int Attempts);
