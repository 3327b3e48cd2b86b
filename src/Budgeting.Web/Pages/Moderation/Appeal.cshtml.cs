using Budgeting.Core.Moderation;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>Appeals against what was done to one's own proposal.</summary>
[Authorize]
public sealed class AppealModel(IModeration moderation, IStringLocalizer<ModerationTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public string Words { get; set; } = "";

    /// <summary>What was done.</summary>
    public ModerationActView Act { get; private set; } = null!;

    /// <summary>Shows the form; what cannot be appealed against any more is shown with the proposal.</summary>
    public async Task<IActionResult> OnGetAsync(long actId, CancellationToken cancellation)
    {
        if (!await LoadAsync(actId, cancellation))
            return NotFound();
        return Act.CanAppeal ? Page() : LocalRedirect($"/proposals/{Act.ProposalId}");
    }

    /// <summary>Stores the appeal.</summary>
    public async Task<IActionResult> OnPostAsync(long actId, CancellationToken cancellation)
    {
        if (!await LoadAsync(actId, cancellation))
            return NotFound();
        var appealed = await moderation.AppealAsync(User.Actor(), actId, Words, cancellation);
        if (!appealed.Granted)
            return this.Refuse([.. appealed.Refusals.Select(refusal => refusal.Field is null ? refusal : refusal with { Field = nameof(Words) })], prefix: "");
        this.Confirm(texts["Appeal.Done"]);
        return LocalRedirect($"/proposals/{Act.ProposalId}");
    }

    private async Task<bool> LoadAsync(long actId, CancellationToken cancellation)
    {
        if ((await moderation.OwnAsync(User.Actor(), null, cancellation)).FirstOrDefault(act => act.Id == actId) is not { } found)
            return false;
        Act = found;
        return true;
    }
}
