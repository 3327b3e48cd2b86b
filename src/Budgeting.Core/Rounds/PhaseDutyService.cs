using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Paper;
using Budgeting.Core.Results;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Rounds;

internal sealed partial class PhaseDutyService(
    BudgetingContext context, UnitOfWork work, RoundSecrets secrets, SheetFreezing freezing, BallotClosing closing, ResultService results,
    PaperTally paper, AuditTrail audit, ILogger<PhaseDutyService> log) : IPhaseDuties
{
    /// <summary>Which phase's start causes which duty, in the order they are done.</summary>
    public static readonly IReadOnlyList<(PhaseDuty Duty, Phase Phase)> Causes =
    [
        (PhaseDuty.FreezeSheets, Phase.Voting),
        (PhaseDuty.CloseVoting, Phase.Counting),
        (PhaseDuty.ClearSecret, Phase.Counting),
        (PhaseDuty.Count, Phase.Counting),
        (PhaseDuty.MarkReadyToPublish, Phase.Counting),
    ];

    public async Task<IReadOnlyList<DutyAlarm>> OutstandingAsync(CancellationToken cancellation)
    {
        var entries = await context.PhaseDuties.AsNoTracking().Where(entry => entry.CompletedAt == null).ToListAsync(cancellation);
        return [.. entries
            .GroupBy(entry => (entry.RoundId, Causes.First(cause => cause.Duty == entry.Duty).Phase, entry.DueAt))
            .Select(alarm => new DutyAlarm(alarm.Key.RoundId, alarm.Key.Phase, alarm.Key.DueAt, alarm.Any(entry => entry.WaitsForPaper)))
            .OrderBy(alarm => alarm.DueAt)];
    }

    public async Task<PhaseDuty?> CarryOutNextAsync(long roundId, CancellationToken cancellation)
    {
        context.ChangeTracker.Clear();
        secrets.ReadyKeyRing();
        var outstanding = await context.PhaseDuties.AsNoTracking()
            .Where(entry => entry.RoundId == roundId && entry.CompletedAt == null).ToListAsync(cancellation);
        if (outstanding.Exists(entry => entry.Duty == PhaseDuty.ClearSecret) && !outstanding.Exists(entry => entry.Duty == PhaseDuty.CloseVoting)
            && await ClearSecretAsync(roundId, cancellation))
        {
            return PhaseDuty.ClearSecret;
        }
        // A count that was found waiting is looked at often and mostly still waits: that costs a query or two and no lock.
        if (outstanding.Exists(entry => entry.WaitsForPaper) && await paper.HoldsUpCountAsync(roundId, cancellation))
            return null;
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var now = await work.NowAsync(cancellation);
        var entries = await context.PhaseDuties
            .Where(entry => entry.RoundId == roundId && entry.CompletedAt == null && entry.Duty != PhaseDuty.ClearSecret).ToListAsync(cancellation);
        // Strictly in order: what is not due holds up what comes after it.
        if (entries.OrderBy(entry => entry.Duty).FirstOrDefault() is not { } entry || entry.DueAt > now)
            return null;
        var round = await context.Rounds.FirstAsync(round => round.Id == roundId, cancellation);
        if (entry.Duty == PhaseDuty.Count && await paper.HoldsUpCountAsync(roundId, cancellation))
        {
            entry.WaitForPaper();
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }
        try
        {
            switch (entry.Duty)
            {
                case PhaseDuty.FreezeSheets:
                    await freezing.FreezeAsync(round, cancellation);
                    break;
                case PhaseDuty.CloseVoting:
                    await closing.CloseAsync(round, cancellation);
                    break;
                case PhaseDuty.Count:
                    await results.CountAsync(round, cancellation);
                    break;
                default:
                    round.MarkReadyToPublish();
                    break;
            }
            await TickOffAsync(entry, now, transaction, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await transaction.RollbackAsync(CancellationToken.None);
            await NoteAsync(fault, entry.Duty, roundId);
            throw;
        }
        return entry.Duty;
    }

    public async Task<int> CarryOutAllAsync(long roundId, CancellationToken cancellation)
    {
        var done = 0;
        while (await CarryOutNextAsync(roundId, cancellation) is not null)
            done++;
        return done;
    }

    // SQLite clears outside of any transaction, and whoever reads can prevent it: neither the count nor a round that waits for paper waits for them.
    private async Task<bool> ClearSecretAsync(long roundId, CancellationToken cancellation)
    {
        try
        {
            if (!await secrets.ClearAsync(cancellation))
                throw new TimeoutException("Somebody reads the database, such as a backup or a download, so that the destroyed secret's traces cannot be cleared.");
            await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
            // Another server may have ticked it off meanwhile.
            if (await context.PhaseDuties.FirstOrDefaultAsync(
                entry => entry.RoundId == roundId && entry.Duty == PhaseDuty.ClearSecret && entry.CompletedAt == null, cancellation) is not { } entry)
            {
                return false;
            }
            await TickOffAsync(entry, await work.NowAsync(cancellation), transaction, cancellation);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await NoteAsync(fault, PhaseDuty.ClearSecret, roundId);
            return false;
        }
    }

    private async Task TickOffAsync(PhaseDutyEntry entry, DateTimeOffset now, IDbContextTransaction transaction, CancellationToken cancellation)
    {
        // Neither here nor in the logs a number: none of a count leaves before it is published.
        entry.Complete(now);
        await audit.AppendAsync(Actor.Platform, $"duty.{entry.Duty}", $"round {entry.RoundId}", new { entry.DueAt }, cancellation);
        await transaction.CommitAsync(cancellation);
        DutyDone(entry.Duty, entry.RoundId);
    }

    // The note is for the administrator's page; the duty itself stays undone and is tried again.
    private async Task NoteAsync(Exception fault, PhaseDuty duty, long roundId)
    {
        DutyFailed(fault, duty, roundId);
        context.ChangeTracker.Clear();
        await context.PhaseDuties
            .Where(failed => failed.RoundId == roundId && failed.Duty == duty && failed.CompletedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(failed => failed.Note, fault.Message), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "Round {RoundId}: {Duty} done")]
    private partial void DutyDone(PhaseDuty duty, long roundId);

    [LoggerMessage(LogLevel.Error, "Round {RoundId}: {Duty} failed and will be tried again")]
    private partial void DutyFailed(Exception fault, PhaseDuty duty, long roundId);
}
