using System.Globalization;
using Budgeting.Core.Rounds;
using Budgeting.Silo.Cluster;
using Orleans.Concurrency;

namespace Budgeting.Silo.Rounds;

/// <summary>The second alarm of a round. The key is the region and the round.</summary>
[Alias("budgeting.IRoundAlarmGrain")]
public interface IRoundAlarmGrain : IGrainWithStringKey
{
    /// <summary>Sets the alarm of a phase, which rings a little after the phase has begun.</summary>
    /// <returns>True once it is stored.</returns>
    [AlwaysInterleave, Alias("Set")]
    Task<bool> SetAsync(Phase phase, DateTimeOffset dueAt);

    /// <summary>Whether the alarm of a phase is set for an instant, or has rung and finds that not all can be done yet.</summary>
    [AlwaysInterleave, Alias("IsSet")]
    Task<bool> IsSetAsync(Phase phase, DateTimeOffset dueAt);
}

/// <summary>
/// Sees to it that what follows from a phase is done when nobody came to the first alarm: Quartz has lost it, or its few threads are busy. It
/// rings until nothing is left to be done, on the silo that has the round.
/// </summary>
[RegionPlacement]
internal sealed partial class RoundAlarmGrain(IServiceScopeFactory scopes, TimeProvider time, ILogger<RoundAlarmGrain> log) : Grain, IRoundAlarmGrain, IRemindable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // One whose instant has passed once it is stored rings a whole period later.
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    // A tick that has not been answered by then counts as lost; a count may take longer.
    private static readonly TimeSpan Answered = TimeSpan.FromSeconds(20);

    private Task _work = Task.CompletedTask;

    private long RoundId => GrainKeys.IdOf(this.GetPrimaryKeyString());

    public async Task<bool> SetAsync(Phase phase, DateTimeOffset dueAt)
    {
        var wait = dueAt + Grace - time.GetUtcNow();
        await this.RegisterOrUpdateReminder(NameOf(phase, dueAt), wait > Soonest ? wait : Soonest, Again);
        return true;
    }

    public async Task<bool> IsSetAsync(Phase phase, DateTimeOffset dueAt) => await this.GetReminder(NameOf(phase, dueAt)) is not null;

    // A phase that is moved gets another; the one before finds when it rings that nothing is to be done for it.
    private static string NameOf(Phase phase, DateTimeOffset dueAt) => string.Create(CultureInfo.InvariantCulture, $"{phase} {dueAt.UtcDateTime:O}");

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_work.IsCompleted)
            _work = RingAsync(reminderName);
        await Task.WhenAny(_work, Task.Delay(Answered));
    }

    private async Task RingAsync(string name)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var duties = scope.ServiceProvider.GetRequiredService<IPhaseDuties>();
            var done = await duties.CarryOutAllAsync(RoundId, default);
            if (done > 0)
                NobodyCame(RoundId, done);
            if ((await duties.OutstandingAsync(default)).Any(alarm => alarm.RoundId == RoundId && NameOf(alarm.Phase, alarm.DueAt) == name))
                return;
            if (await this.GetReminder(name) is { } reminder)
                await this.UnregisterReminder(reminder);
        }
        catch (Exception fault)
        {
            NotDone(fault, RoundId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nobody came to the alarm of round {RoundId}: its second alarm has done {Done} duties. Do the jobs run?")]
    private partial void NobodyCame(long roundId, int done);

    [LoggerMessage(LogLevel.Warning, "The second alarm of round {RoundId} rang and not all could be done; it rings again in a minute")]
    private partial void NotDone(Exception fault, long roundId);
}
