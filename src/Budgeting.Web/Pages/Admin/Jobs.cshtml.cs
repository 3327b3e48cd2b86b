using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>What the platform has yet to do as phases change, in the rounds that the person runs.</summary>
public sealed class JobsModel(IRounds rounds, IPhaseDuties duties, IAuthority authority, TimeProvider time, IStringLocalizer<AdminTexts> texts)
    : OversightPage(authority)
{
    /// <summary>Each alarm with its round.</summary>
    public IReadOnlyList<(DutyAlarm Alarm, RoundSummary Round, bool Due)> Alarms { get; private set; } = [];

    /// <summary>Whether carrying out has just failed.</summary>
    public bool Failed { get; private set; }

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

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } answer)
            return answer;
        var now = time.GetUtcNow();
        var managed = (await rounds.ManagedByAsync(User.Actor(), cancellation)).ToDictionary(round => round.Id);
        Alarms = [.. (await duties.OutstandingAsync(cancellation))
            .Where(alarm => managed.ContainsKey(alarm.RoundId))
            .Select(alarm => (alarm, managed[alarm.RoundId], alarm.DueAt <= now))];
        return null;
    }
}
