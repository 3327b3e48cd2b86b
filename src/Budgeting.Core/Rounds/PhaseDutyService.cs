using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Results;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Rounds;

internal sealed partial class PhaseDutyService(
    BudgetingContext context, UnitOfWork work, RoundSecrets secrets, SheetFreezing freezing, BallotClosing closing, ResultService results,
    AuditTrail audit, ILogger<PhaseDutyService> log) : IPhaseDuties
{
    /// <summary>Which phase's start causes which duty, in the order they are done.</summary>
    public static readonly IReadOnlyList<(PhaseDuty Duty, Phase Phase)> Causes =
    [
        (PhaseDuty.FreezeSheets, Phase.Voting),
        (PhaseDuty.CloseVoting, Phase.Counting),
        (PhaseDuty.Count, Phase.Counting),
        (PhaseDuty.MarkReadyToPublish, Phase.Counting),
    ];

    public async Task<IReadOnlyList<DutyAlarm>> OutstandingAsync(CancellationToken cancellation)
    {
        var entries = await context.PhaseDuties.AsNoTracking().Where(entry => entry.CompletedAt == null).ToListAsync(cancellation);
        return [.. entries
            .Select(entry => new DutyAlarm(entry.RoundId, Causes.First(cause => cause.Duty == entry.Duty).Phase, entry.DueAt))
            .Distinct()
            .OrderBy(alarm => alarm.DueAt)];
    }

    public async Task<PhaseDuty?> CarryOutNextAsync(long roundId, CancellationToken cancellation)
    {
        context.ChangeTracker.Clear();
        secrets.ReadyKeyRing();
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var now = await work.NowAsync(cancellation);
        var entries = await context.PhaseDuties.Where(entry => entry.RoundId == roundId && entry.CompletedAt == null).ToListAsync(cancellation);
        // Strictly in order: what is not due holds up what comes after it.
        if (entries.OrderBy(entry => entry.Duty).FirstOrDefault() is not { } entry || entry.DueAt > now)
            return null;
        var round = await context.Rounds.FirstAsync(round => round.Id == roundId, cancellation);
        try
        {
            var note = entry.Duty switch
            {
                PhaseDuty.FreezeSheets => await freezing.FreezeAsync(round, cancellation),
                PhaseDuty.CloseVoting => await closing.CloseAsync(round, cancellation),
                PhaseDuty.Count => await results.CountAsync(round, cancellation),
                _ => MarkReady(round),
            };
            entry.Complete(now, note);
            await audit.AppendAsync(Actor.Platform, $"duty.{entry.Duty}", $"round {roundId}", new { note }, cancellation);
            await transaction.CommitAsync(cancellation);
            await transaction.DisposeAsync();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await transaction.RollbackAsync(CancellationToken.None);
            DutyFailed(fault, entry.Duty, roundId);
            context.ChangeTracker.Clear();
            // The note is for the administrator's page; the duty itself stays undone and is tried again.
            await context.PhaseDuties
                .Where(failed => failed.RoundId == roundId && failed.Duty == entry.Duty && failed.CompletedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(failed => failed.Note, fault.Message), CancellationToken.None);
            throw;
        }
        if (entry.Duty == PhaseDuty.CloseVoting)
            await secrets.SweepAsync(cancellation);
        DutyDone(entry.Duty, roundId, entry.Note);
        return entry.Duty;
    }

    public async Task<int> CarryOutAllAsync(long roundId, CancellationToken cancellation)
    {
        var done = 0;
        while (await CarryOutNextAsync(roundId, cancellation) is not null)
            done++;
        return done;
    }

    private static string MarkReady(Round round)
    {
        round.MarkReadyToPublish();
        return "ready";
    }

    [LoggerMessage(LogLevel.Information, "Round {RoundId}: {Duty} done: {Note}")]
    private partial void DutyDone(PhaseDuty duty, long roundId, string? note);

    [LoggerMessage(LogLevel.Error, "Round {RoundId}: {Duty} failed and will be tried again")]
    private partial void DutyFailed(Exception fault, PhaseDuty duty, long roundId);
}
