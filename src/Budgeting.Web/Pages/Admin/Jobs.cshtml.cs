using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Jobs;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>What the platform has yet to do as phases change, in the rounds that the person runs.</summary>
public sealed class JobsModel(IRounds rounds, IPhaseDuties duties, IRetention retention, INewsDelivery news, IAuthority authority, TimeProvider time, IStringLocalizer<AdminTexts> texts)
    : OversightPage(authority)
{
    /// <summary>Each alarm with its round.</summary>
    public IReadOnlyList<(DutyAlarm Alarm, RoundSummary Round, bool Due)> Alarms { get; private set; } = [];

    /// <summary>Whether carrying out has just failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>When each task of retention was last done.</summary>
    public IReadOnlyList<RetentionRun> Runs { get; private set; } = [];

    /// <summary>How far followers have been told.</summary>
    public IReadOnlyList<NewsRunView> News { get; private set; } = [];

    /// <summary>Whether the person may have such a task done now.</summary>
    public bool MayRun { get; private set; }

    /// <summary>How often a task is done.</summary>
    public static TimeSpan IntervalOf(RetentionTask task) => RetentionJob.IntervalOf(task);

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await LoadAsync(cancellation) ?? Page();

    /// <summary>Does what is due in a round.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } answer)
            return answer;
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        if (!await Authority.HoldsAsync(User.Actor(), round.Region.Id, cancellation, Role.Coordinator, Role.Administrator))
            return Forbid();
        try
        {
            var done = await duties.CarryOutAllAsync(roundId, cancellation);
            Failed = (await rounds.DutiesAsync(User.Actor(), roundId, cancellation)).Any(duty => duty.Note is not null);
            if (Failed)
                return await LoadAsync(cancellation) ?? Page();
            this.Confirm(done > 0 ? texts["Duties.Done", done] : texts["Duties.NothingDue"]);
            return LocalRedirect("/admin/jobs");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The service has logged why, and noted it beside the duty on the round's page.
            Failed = true;
            return await LoadAsync(cancellation) ?? Page();
        }
    }

    /// <summary>Does a task of retention now.</summary>
    public async Task<IActionResult> OnPostRetentionAsync(string? task, CancellationToken cancellation)
    {
        var administers = await Authority.RegionsAsync(User.Actor(), cancellation, Role.Administrator);
        if (!administers.Granted)
            return this.Refuse(administers.Refusals);
        if (!Enum.TryParse<RetentionTask>(task, out var wanted) || !Enum.IsDefined(wanted))
            return await LoadAsync(cancellation) ?? Page();
        // The site's own address by its settings: a request could name any.
        var site = HttpContext.RequestServices.GetRequiredService<SiteSettings>().Address?.GetLeftPart(UriPartial.Authority);
        var done = await retention.RunAsync(User.Actor(), wanted, site, cancellation);
        if (!done.Granted)
            return this.Refuse(done.Refusals);
        this.Confirm(texts["Retention.Done", done.Value]);
        return LocalRedirect("/admin/jobs");
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } answer)
            return answer;
        var now = time.GetUtcNow();
        var managed = (await rounds.ManagedByAsync(User.Actor(), cancellation)).ToDictionary(round => round.Id);
        Alarms = [.. (await duties.OutstandingAsync(cancellation))
            .Where(alarm => managed.ContainsKey(alarm.RoundId))
            .Select(alarm => (alarm, managed[alarm.RoundId], alarm.DueAt <= now))];
        Runs = await retention.RunsAsync(cancellation);
        News = await news.RunsAsync(cancellation);
        MayRun = (await Authority.RegionsAsync(User.Actor(), cancellation, Role.Administrator)).Granted;
        return null;
    }
}
