using Budgeting.Core;
using Budgeting.Core.Invitations;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Admin;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Invitations;

/// <summary>Plans the invitations of a round and shows how they stand, in numbers.</summary>
public sealed class IndexModel(IRounds rounds, IAuthority authority, IInvitations invitations, TimeProvider time, IStringLocalizer<InvitationTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>How the invitations stand.</summary>
    public InvitationState State { get; private set; } = new(null, false, false, 0, 0, 0, []);

    /// <summary>Whether they can still be planned.</summary>
    public bool MayPlan => Round.Phase is null or <= Phase.Voting && (State.Plan is null || State.Invited == 0);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        Input = new()
        {
            SendsAt = LocalTime.ToEdit(State.Plan?.SendsAt ?? time.GetUtcNow(), Zone), RemindsAt = State.Plan?.RemindsAt is { } reminds ? LocalTime.ToEdit(reminds, Zone) : "",
            WithCodes = State.Plan?.WithCodes ?? false,
        };
        return Page();
    }

    /// <summary>Plans them.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var sends = LocalTime.Parse(Input.SendsAt, nameof(Form.SendsAt), Zone, RepeatedHour.Earlier);
        var reminds = string.IsNullOrWhiteSpace(Input.RemindsAt) ? null : LocalTime.Parse(Input.RemindsAt, nameof(Form.RemindsAt), Zone, RepeatedHour.Earlier);
        List<Refusal> wrong = [.. sends.Refusals, .. reminds?.Refusals ?? []];
        if (wrong.Count > 0)
            return this.Refuse(wrong);
        var planned = await invitations.PlanAsync(User.Actor(), roundId, new(sends.Value, reminds?.Value, Input.WithCodes), cancellation);
        if (!planned.Granted)
            return this.Refuse(planned.Refusals);
        this.Confirm(texts["Planned"]);
        return LocalRedirect($"/admin/rounds/{roundId}/invitations");
    }

    /// <summary>Stops them.</summary>
    public async Task<IActionResult> OnPostCancelAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        ModelState.Clear();
        var cancelled = await invitations.CancelAsync(User.Actor(), roundId, cancellation);
        if (!cancelled.Granted)
            return this.Refuse(cancelled.Refusals);
        this.Confirm(texts["Cancelled"]);
        return LocalRedirect($"/admin/rounds/{roundId}/invitations");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator, Role.Administrator) is { } answer)
            return answer;
        var found = await invitations.FindAsync(User.Actor(), roundId, cancellation);
        if (!found.Granted)
            return this.Refuse(found.Refusals);
        State = found.Value;
        return null;
    }

    /// <summary>A plan.</summary>
    public sealed class Form
    {
        /// <summary>When the invitations are sent.</summary>
        public string SendsAt { get; set; } = "";

        /// <summary>When everybody is reminded; empty for never.</summary>
        public string RemindsAt { get; set; } = "";

        /// <summary>Whether they carry codes.</summary>
        public bool WithCodes { get; set; }
    }
}
