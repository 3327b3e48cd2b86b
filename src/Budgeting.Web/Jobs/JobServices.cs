using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.Data.Sqlite;
using Npgsql;
using Quartz;

namespace Budgeting.Web.Jobs;

/// <summary>How jobs run. Configured under <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Whether this process carries out duties; at least one server of an installation must.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often to look for duties without an alarm.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often to look for news to tell to followers.</summary>
    public TimeSpan NewsInterval { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Registers the jobs and their persistent store.</summary>
internal static class JobServices
{
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        var jobs = configuration.GetSection("Jobs").Get<JobOptions>() ?? new();
        if (!jobs.Enabled)
            return services;
        var database = configuration.GetSection("Database").Get<DatabaseOptions>() ?? new();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "budgeting";
                // How soon a server sees an alarm that another process has set.
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
            });
            quartz.UseDefaultThreadPool(4);
            quartz.UsePersistentStore(store =>
            {
                store.ConfigureStore(options =>
                {
                    options.TablePrefix = "qrtz_";
                    options.StoreJobDataAsStrings = true;
                    options.MisfireThreshold = TimeSpan.FromSeconds(5);
                });
                store.ProvisionSchema();
                if (database.IsSqlite)
                {
                    // A file of its own: the scheduler's polling and the ballots' commits do not wait for each other.
                    store.UseSqlite(SqliteFactory.Instance, database.SqliteFileBeside("jobs"));
                }
                else
                {
                    // Four jobs, three loops, and now and then a page that asks: docs/operations.md counts on no more.
                    store.UsePostgres(NpgsqlFactory.Instance, new NpgsqlConnectionStringBuilder(database.ConnectionString) { MinPoolSize = 0, MaxPoolSize = 10, ApplicationName = "budgeting-jobs" }.ConnectionString);
                    // After a crash another server takes over within some seconds.
                    store.UseClustering(cluster =>
                    {
                        cluster.CheckinInterval = TimeSpan.FromSeconds(1);
                        cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(2);
                    });
                }
            });
            quartz.AddJob<PhaseDutyJob>(job => job.WithIdentity(PhaseDutyJob.Key).StoreDurably().RequestRecovery());
            quartz.ScheduleJob<DutySweepJob>(
                trigger => trigger.WithIdentity("duty-sweep", "rounds").StartNow().WithSchedule(SimpleScheduleBuilder.Create()
                    .WithInterval(jobs.SweepInterval).RepeatForever()
                    .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)),
                job => job.WithIdentity(DutySweepJob.Key));
            quartz.ScheduleJob<NewsJob>(
                trigger => trigger.WithIdentity("tell", "news").StartNow().WithSchedule(SimpleScheduleBuilder.Create()
                    .WithInterval(jobs.NewsInterval).RepeatForever()
                    .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)),
                job => job.WithIdentity(NewsJob.Key));
            foreach (var task in Enum.GetValues<RetentionTask>())
            {
                quartz.ScheduleJob<RetentionJob>(
                    trigger => trigger.WithIdentity(task.ToString(), "retention").StartNow().WithSchedule(SimpleScheduleBuilder.Create()
                        .WithInterval(RetentionJob.IntervalOf(task)).RepeatForever()
                        .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)),
                    job => job.WithIdentity(RetentionJob.KeyOf(task)).UsingJobData(RetentionJob.TaskName, task.ToString()));
            }
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddHostedService<InvitationSender>();
        services.AddSingleton<IPhaseAlarms, PhaseAlarms>();
        return services;
    }
}
