using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Web.SignIn;
using Quartz;

namespace Budgeting.Web.Jobs;

/// <summary>Deletes what has had its time: one job for each task, which any server may do.</summary>
internal sealed class RetentionJob(IRetention retention, SiteSettings site) : IJob
{
    public const string TaskName = "task";

    public static JobKey KeyOf(RetentionTask task) => new(task.ToString(), "retention");

    /// <summary>How often a task is done.</summary>
    public static TimeSpan IntervalOf(RetentionTask task) => task switch
    {
        // Addresses are kept, hashed, hardly longer than they are counted.
        RetentionTask.Attempts => TimeSpan.FromMinutes(1),
        RetentionTask.OneTimeLinks => TimeSpan.FromMinutes(10),
        _ => TimeSpan.FromHours(1),
    };

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await retention.RunAsync(
            Actor.Platform, Enum.Parse<RetentionTask>(context.MergedJobDataMap.GetString(TaskName)!), site.Address?.GetLeftPart(UriPartial.Authority), cancellationToken);
}
