using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Confirmations;

/// <summary>An act that one official asked for, and the second one's decision. Nothing of a count is shown here.</summary>
[Authorize]
public sealed class DetailsModel(IConfirmations confirmations, IStringLocalizer<RoleTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The request.</summary>
    public ConfirmationView Asked { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long confirmationId, CancellationToken cancellation) => await EnterAsync(confirmationId, cancellation) ?? Page();

    /// <summary>Confirms it, and it is done.</summary>
    public async Task<IActionResult> OnPostConfirmAsync(long confirmationId, CancellationToken cancellation) =>
        await EnterAsync(confirmationId, cancellation) ?? Answer(await confirmations.ConfirmAsync(User.Actor(), confirmationId, Input.Remark, cancellation), "Confirmation.Confirmed",
            Asked.Act == ConfirmedAct.PublishResult ? $"/rounds/{Asked.RoundId}/results" : $"/admin/rounds/{Asked.RoundId}");

    /// <summary>Declines it.</summary>
    public async Task<IActionResult> OnPostDeclineAsync(long confirmationId, CancellationToken cancellation) =>
        await EnterAsync(confirmationId, cancellation) ?? Answer(await confirmations.DeclineAsync(User.Actor(), confirmationId, Input.Remark, cancellation), "Confirmation.Declined", $"/admin/rounds/{Asked.RoundId}");

    private IActionResult Answer(Outcome<Done> decided, string done, string next)
    {
        if (!decided.Granted)
            return this.Refuse(decided.Refusals);
        this.Confirm(texts[done]);
        return LocalRedirect(next);
    }

    private async Task<IActionResult?> EnterAsync(long confirmationId, CancellationToken cancellation)
    {
        var found = await confirmations.FindAsync(User.Actor(), confirmationId, cancellation);
        if (!found.Granted)
            return this.Refuse(found.Refusals);
        Asked = found.Value;
        return null;
    }

    /// <summary>What the second official says.</summary>
    public sealed class Form
    {
        /// <summary>In words; needed for declining.</summary>
        public string Remark { get; set; } = "";
    }
}
