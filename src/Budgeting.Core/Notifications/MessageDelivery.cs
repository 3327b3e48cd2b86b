using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Notifications;

internal sealed partial class MessageDelivery(
    IDbContextFactory<BudgetingContext> contexts, DatabaseClock clock, IDataProtectionProvider protection, IEnumerable<IMessageGateway> gateways,
    IOptions<RetentionOptions> retention, ILogger<MessageDelivery> log) : IMessageDelivery
{
    private const int AtOnce = 4;
    private const int Batch = 100;

    // Longer than any gateway's patience, so that nobody takes over what another is still sending.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    // A link of ten minutes is tried soon and often; a mail server that is away for the night is not called every second.
    private static readonly TimeSpan[] Waits = [.. new[] { 5, 15, 60, 300, 1800 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly IDataProtector _protector = protection.CreateProtector(Outbox.Purpose);

    public bool Carries(MessageChannel channel) => gateways.Any(gateway => gateway.Channel == channel);

    public async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        List<long> due;
        await using (var context = await contexts.CreateDbContextAsync(cancellation))
        {
            var now = await clock.NowAsync(context, cancellation);
            due = await context.OutgoingMessages.Where(message => message.State == MessageState.Waiting && message.DueAt <= now)
                // Somebody waits for a link to sign in with; nobody waits for news or an invitation, and thousands get them at once.
                .OrderBy(message => message.Kind == MessageKind.News || message.RoundId != null).ThenBy(message => message.DueAt).Select(message => message.Id).Take(Batch).ToListAsync(cancellation);
        }
        var tried = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (id, cancel) =>
        {
            if (await TryAsync(id, cancel))
                Interlocked.Increment(ref tried);
        });
        return tried;
    }

    public async Task<IReadOnlyList<Delivery>> LogOfAsync(long accountId, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.OutgoingMessages.Where(message => message.AccountId == accountId).OrderByDescending(message => message.Id)
            .Select(message => new Delivery(message.Kind, message.Channel, message.State, message.DueAt, message.Attempts)).ToListAsync(cancellation);
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var before = await clock.NowAsync(context, cancellation) - TimeSpan.FromDays(retention.Value.DeliveryLogDays);
        // Nothing to delete takes no lock: on SQLite a delete would stand in line with the ballots.
        return await context.OutgoingMessages.AnyAsync(message => message.State != MessageState.Waiting && message.DueAt < before, cancellation)
            ? await context.OutgoingMessages.Where(message => message.State != MessageState.Waiting && message.DueAt < before).ExecuteDeleteAsync(cancellation) : 0;
    }

    private async Task<bool> TryAsync(long id, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var now = await clock.NowAsync(context, cancellation);
        var until = now + Lease;
        // Whoever moves the row's time has the message; others find it no longer due.
        if (await context.OutgoingMessages.Where(message => message.Id == id && message.State == MessageState.Waiting && message.DueAt <= now)
                .ExecuteUpdateAsync(row => row.SetProperty(message => message.DueAt, until).SetProperty(message => message.Attempts, message => message.Attempts + 1), cancellation) == 0)
            return false;
        var message = await context.OutgoingMessages.AsNoTracking().FirstAsync(message => message.Id == id, cancellation);
        if (message.ExpiresAt <= now)
        {
            await EndAsync(context, id, MessageState.Expired, cancellation);
            return true;
        }
        try
        {
            var gateway = gateways.FirstOrDefault(gateway => gateway.Channel == message.Channel) ?? throw new MessageDelayedException("no gateway");
            var body = JsonSerializer.Deserialize<MessageBody>(_protector.Unprotect(message.Body!))!;
            var name = string.Create(CultureInfo.InvariantCulture, $"{id}.{message.WrittenAt.UtcTicks}");
            await gateway.SendAsync(new(name, message.Channel, body.To, body.Subject, body.Text) { Unsubscribe = body.Unsubscribe }, cancellation);
            await EndAsync(context, id, MessageState.Sent, CancellationToken.None);
        }
        catch (MessageRefusedException fault)
        {
            LogRefused(message.Kind, id, fault.Message);
            await EndAsync(context, id, MessageState.Refused, cancellation);
        }
        catch (CryptographicException)
        {
            LogRefused(message.Kind, id, "its key is gone");
            await EndAsync(context, id, MessageState.Refused, cancellation);
        }
        catch (MessageDelayedException fault)
        {
            LogDelayed(message.Kind, id, message.Attempts, fault.Message);
            var again = await clock.NowAsync(context, cancellation) + Waits[Math.Min(message.Attempts, Waits.Length) - 1];
            await context.OutgoingMessages.Where(row => row.Id == id && row.State == MessageState.Waiting)
                .ExecuteUpdateAsync(row => row.SetProperty(waiting => waiting.DueAt, again), cancellation);
        }
        return true;
    }

    private async Task EndAsync(BudgetingContext context, long id, MessageState state, CancellationToken cancellation)
    {
        var now = await clock.NowAsync(context, cancellation);
        await context.OutgoingMessages.Where(message => message.Id == id).ExecuteUpdateAsync(row => row
            .SetProperty(message => message.State, state).SetProperty(message => message.Body, (byte[]?)null).SetProperty(message => message.DueAt, now), cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The message {Id} ({Kind}) was refused: {Reason}")]
    private partial void LogRefused(MessageKind kind, long id, string reason);

    [LoggerMessage(LogLevel.Warning, "The message {Id} ({Kind}) could not be sent at attempt {Attempt}: {Reason}")]
    private partial void LogDelayed(MessageKind kind, long id, int attempt, string reason);
}
