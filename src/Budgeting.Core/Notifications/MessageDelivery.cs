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
        var tried = 0;
        for (var more = true; more && tried < Batch;)
        {
            var before = tried;
            await Parallel.ForEachAsync(await NextAsync(Batch - tried, cancellation), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (id, cancel) =>
            {
                if (await TryAsync(id, cancel))
                    Interlocked.Increment(ref tried);
            });
            more = tried > before;
        }
        return tried;
    }

    /// <summary>
    /// What is due: somebody waits for a link to sign in with; nobody waits for news or an invitation, and thousands get them at once. So of those no more are taken than are sent at the same
    /// time, and then it is asked again whether anybody waits, however slow the mail server is.
    /// </summary>
    private async Task<IReadOnlyList<long>> NextAsync(int most, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var now = await clock.NowAsync(context, cancellation);
        var due = context.OutgoingMessages.Where(message => message.State == MessageState.Waiting && message.DueAt <= now).OrderBy(message => message.DueAt);
        var urgent = await due.Where(message => message.Kind != MessageKind.News && message.RoundId == null).Select(message => message.Id).Take(most).ToListAsync(cancellation);
        return urgent.Count > 0 ? urgent : await due.Select(message => message.Id).Take(Math.Min(most, AtOnce)).ToListAsync(cancellation);
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
        // It may have been taken back at this moment.
        if (await context.OutgoingMessages.AsNoTracking().FirstOrDefaultAsync(message => message.Id == id, cancellation) is not { } message)
            return false;
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
