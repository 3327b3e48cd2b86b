using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>Changes one's own proposal, draft or submitted.</summary>
[Authorize]
public sealed class EditModel(IProposals proposals, IRounds rounds, IStringLocalizer<ProposalTexts> texts) : PageModel
{
    /// <summary>What is written.</summary>
    [BindProperty]
    public ProposalForm Input { get; set; } = new();

    /// <summary>The proposal as it is stored, with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Shows the form; a proposal that cannot be changed any more is shown on its own page.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        if (!Shown.CanChange)
            return LocalRedirect($"/proposals/{proposalId}");
        Input = ProposalForm.Of(Shown.Proposal);
        return Page();
    }

    /// <summary>Stores the change.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        if (!ModelState.IsValid)
            return Page();
        var changed = await proposals.ChangeAsync(User.Actor(), proposalId, Input.ToCore(), cancellation);
        if (!changed.Granted)
            return this.Refuse(changed.Refusals);
        if (Shown.Proposal.Status == ProposalStatus.Draft)
            return LocalRedirect($"/proposals/{proposalId}/preview");
        this.Confirm(texts["Edit.Done"]);
        return LocalRedirect($"/proposals/{proposalId}");
    }

    private async Task<bool> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        var found = await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation);
        if (found is not { Proposal.Own: true })
            return false;
        Shown = found;
        return true;
    }
}
