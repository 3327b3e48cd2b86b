using Budgeting.Core.Rounds;

namespace Budgeting.Silo.Rounds;

/// <summary>The second alarms of rounds, kept by their grains.</summary>
internal sealed partial class RoundAlarms(Grains grains, ISiloStatusOracle silos, ILogger<RoundAlarms> log) : IPhaseAlarms
{
    public async Task SetAsync(DutyAlarm alarm, CancellationToken cancellation)
    {
        // What is laid down before the silo runs gets its alarms when duties are first looked for.
        if (silos.CurrentStatus != SiloStatus.Active)
            return;
        try
        {
            if (await grains.RoundAlarmAsync(alarm.RoundId, cancellation) is { } grain
                && !await grains.AskAsync(grain, round => round.SetAsync(alarm.Phase, alarm.DueAt), () => Task.FromResult(false)))
            {
                NotSet(null, alarm.RoundId);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The schedule is committed, and it is tried again when duties are next looked for.
            NotSet(fault, alarm.RoundId);
        }
    }

    public async Task<bool> IsSetAsync(DutyAlarm alarm, CancellationToken cancellation) =>
        await grains.RoundAlarmAsync(alarm.RoundId, cancellation) is not { } grain
        || await grains.AskAsync(grain, round => round.IsSetAsync(alarm.Phase, alarm.DueAt), () => Task.FromResult(true));

    [LoggerMessage(LogLevel.Warning, "The second alarm of round {RoundId} could not be set")]
    private partial void NotSet(Exception? fault, long roundId);
}
