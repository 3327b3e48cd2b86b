using System.Globalization;
using Budgeting.Core.Rounds;
using Quartz;

namespace Budgeting.Web.Jobs;

/// <summary>
/// Does what has fallen due in a round. Runs when an alarm rings, again after a crash, and on any server: the duties themselves
/// see to it that each is done once.
/// </summary>
internal sealed class PhaseDutyJob(IPhaseDuties duties) : IJob
{
    public const string RoundId = "roundId";

    public static readonly JobKey Key = new("phase-duty", "rounds");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await duties.CarryOutAllAsync(
            long.Parse(context.MergedJobDataMap.GetString(RoundId)!, CultureInfo.InvariantCulture), cancellationToken);
}

/// <summary>
/// Looks for duties without an alarm: those of rounds made or rescheduled by another process, those whose alarm was lost in a crash, those that failed.
/// </summary>
internal sealed class DutySweepJob(IPhaseDuties duties, IEnumerable<IPhaseAlarms> alarms) : IJob
{
    public static readonly JobKey Key = new("duty-sweep", "rounds");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        foreach (var alarm in await duties.OutstandingAsync(cancellationToken))
        {
            foreach (var kind in alarms)
            {
                if (!await kind.IsSetAsync(alarm, cancellationToken))
                    await kind.SetAsync(alarm, cancellationToken);
            }
        }
    }
}
