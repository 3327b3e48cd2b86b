using System.Text.Json;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Core.Notifications;

/// <summary>Writes messages into the transaction of the act they tell of, so that there is neither act without message nor message without act.</summary>
internal sealed class Outbox(BudgetingContext context, IDataProtectionProvider protection, IEnumerable<IMessageGateway> gateways, MessageBell bell)
{
    public const string Purpose = "Budgeting.OutgoingMessage";

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);

    /// <summary>Whether a gateway takes messages of a channel.</summary>
    public bool Carries(MessageChannel channel) => gateways.Any(gateway => gateway.Channel == channel);

    /// <summary>
    /// Lets the key ring make a new key now if it is going to: it writes that over a connection of its own, which on SQLite would wait for the
    /// transaction that waits for it.
    /// </summary>
    public void Ready() => _protector.Protect([]);

    /// <summary>Adds an e-mail to the pending changes.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="accountId">Whom it concerns; null before there is an account.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="text">What it says.</param>
    /// <param name="now">The transaction's instant.</param>
    /// <param name="useful">How long it is of any use.</param>
    /// <param name="unsubscribe">Where one POST stops such messages; null for those that are not for many.</param>
    public void Add(MessageKind kind, long? accountId, EmailAddress to, MessageText text, DateTimeOffset now, TimeSpan useful, Uri? unsubscribe = null) =>
        Add(kind, MessageChannel.Email, accountId, null, new(to.Value, text.Subject, text.Text, unsubscribe), now, useful);

    /// <summary>Adds an e-mail to a person to the pending changes: only to an address that its owner has shown to be theirs, otherwise nothing.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="account">Whom it tells.</param>
    /// <param name="text">What it says.</param>
    /// <param name="now">The transaction's instant.</param>
    /// <param name="useful">How long it is of any use.</param>
    public void Tell(MessageKind kind, Account account, MessageText text, DateTimeOffset now, TimeSpan useful)
    {
        if (account.EmailConfirmed && Carries(MessageChannel.Email) && EmailAddress.Parse(account.Email) is { } address)
            Add(kind, account.Id, address, text, now, useful);
    }

    /// <summary>Adds a message to a voter of a round to the pending changes; which voter is said nowhere but in its address.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="channel">By which way.</param>
    /// <param name="to">The address, or the telephone number.</param>
    /// <param name="text">What it says.</param>
    /// <param name="now">The transaction's instant.</param>
    /// <param name="useful">How long it is of any use.</param>
    public void AddOfRound(MessageKind kind, long roundId, MessageChannel channel, string to, MessageText text, DateTimeOffset now, TimeSpan useful) =>
        Add(kind, channel, null, roundId, new(to, text.Subject, text.Text), now, useful);

    /// <summary>Lets what was written leave at once. Called after the commit.</summary>
    public void Ring() => bell.Ring();

    private void Add(MessageKind kind, MessageChannel channel, long? accountId, long? roundId, MessageBody body, DateTimeOffset now, TimeSpan useful) => context.Add(new OutgoingMessage
    {
        Kind = kind, Channel = channel, AccountId = accountId, RoundId = roundId, WrittenAt = now, ExpiresAt = now + useful, State = MessageState.Waiting, DueAt = now,
        Body = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(body)),
    });
}

/// <summary>What of a message is secret.</summary>
internal sealed record MessageBody(string To, string Subject, string Text, Uri? Unsubscribe = null);

/// <summary>Wakes this server's sender.</summary>
public sealed class MessageBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    /// <summary>Says that there is something to send.</summary>
    public void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been rung already, and the sender looks for everything.
        }
    }

    /// <summary>Waits until it is rung, or for so long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _rung.WaitAsync(longest, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _rung.Dispose();
}
