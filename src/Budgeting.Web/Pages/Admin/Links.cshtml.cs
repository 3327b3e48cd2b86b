using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>The claims to entries of the register that are linked to another account; a coordinator decides them.</summary>
public sealed class LinksModel(IRounds rounds, IAuthority authority, ILinkDisputes disputes, IStringLocalizer<AdminTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The claim that is being decided.</summary>
    [BindProperty(SupportsGet = true)] public long DisputeId { get; set; }

    /// <summary>The claims that wait.</summary>
    public IReadOnlyList<LinkDispute> Waiting { get; private set; } = [];

    /// <summary>What can be decided.</summary>
    public IReadOnlyList<SelectListItem> Decisions =>
        [.. Enum.GetValues<DisputeDecision>().Select(decision => new SelectListItem(texts.Of(decision), decision.ToString()))];

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) => await LoadAsync(roundId, cancellation) ?? Page();

    /// <summary>Decides one.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var decision = Enum.TryParse<DisputeDecision>(Input.Decision, out var chosen) && Enum.IsDefined(chosen) ? chosen : (DisputeDecision?)null;
        var outcome = await disputes.DecideAsync(User.Actor(), roundId, DisputeId, decision, Input.Reason, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Links.Decided"]);
        return RedirectToPage(new { roundId, disputeId = (long?)null });
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        var waiting = await disputes.WaitingAsync(User.Actor(), roundId, cancellation);
        if (!waiting.Granted)
            return this.Refuse(waiting.Refusals);
        Waiting = waiting.Value;
        return null;
    }

    /// <summary>A decision.</summary>
    public sealed class Form
    {
        /// <summary>What is decided.</summary>
        public string Decision { get; set; } = "";

        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";
    }
}
