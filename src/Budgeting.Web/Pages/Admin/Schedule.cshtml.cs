using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Changes a round's schedule.</summary>
public sealed class ScheduleModel(IRounds rounds, IAuthority authority, RefusalTextProvider refusals, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>The schedule as entered.</summary>
    [BindProperty] public ScheduleForm Schedule { get; set; } = new();

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        Schedule = ScheduleForm.Of(Round.Starts, Zone);
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        (Schedule.Zone, Schedule.Stored) = (Zone, Round.Starts);
        var periods = Schedule.Read();
        ModelState.AddRefusals(periods.Refusals, refusals, nameof(Schedule));
        if (!ModelState.IsValid)
            return Page();
        var changed = await Rounds.RescheduleAsync(User.Actor(), roundId, periods.Value, cancellation);
        if (!changed.Granted)
            return this.Refuse([.. Schedule.Place(changed.Refusals)], nameof(Schedule));
        this.Confirm(texts["Schedule.Done"]);
        return LocalRedirect($"/admin/rounds/{roundId}");
    }
}
