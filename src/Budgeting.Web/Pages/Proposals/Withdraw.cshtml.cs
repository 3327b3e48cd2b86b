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

/// <summary>Asks whether a proposal really is to be taken back.</summary>
[Authorize]
public sealed class WithdrawModel(IProposals proposals, IRounds rounds, IStringLocalizer<ProposalTexts> texts) : PageModel
{
    /// <summary>The proposal with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Asks; one that cannot be taken back any more is shown on its own page.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        return Shown.CanChange ? Page() : LocalRedirect($"/proposals/{proposalId}");
    }

    /// <summary>Takes it back.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        var outcome = await proposals.WithdrawAsync(User.Actor(), proposalId, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Withdraw.Done", Shown.Proposal.Title]);
        return LocalRedirect("/my/proposals");
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
