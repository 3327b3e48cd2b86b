using System.Globalization;
using Budgeting.Core.Rounds;
using Quartz;

namespace Budgeting.Web.Jobs;

/// <summary>Alarms as Quartz triggers, one for each phase of a round that has duties.</summary>
internal sealed class PhaseAlarms(ISchedulerFactory schedulers) : IPhaseAlarms
{
    public async Task SetAsync(DutyAlarm alarm, CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        var trigger = TriggerBuilder.Create(scheduler.TimeProvider)
            .ForJob(PhaseDutyJob.Key)
            .WithIdentity(KeyOf(alarm))
            .StartAt(alarm.DueAt)
            .UsingJobData(PhaseDutyJob.RoundId, alarm.RoundId.ToString(CultureInfo.InvariantCulture))
            // Whoever wakes late, for a server was down at the time, acts at once.
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
            .Build();
        await scheduler.ScheduleJob(trigger, ScheduleJobOptions.Replacing, cancellation);
    }

    public async Task<bool> IsSetAsync(DutyAlarm alarm, CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        return await scheduler.GetTrigger(KeyOf(alarm), cancellation) is { } trigger && (trigger.StartTimeUtc - alarm.DueAt).Duration() < TimeSpan.FromSeconds(1);
    }

    private static TriggerKey KeyOf(DutyAlarm alarm) => new(alarm.Phase.ToString(), string.Create(CultureInfo.InvariantCulture, $"round-{alarm.RoundId}"));
}
