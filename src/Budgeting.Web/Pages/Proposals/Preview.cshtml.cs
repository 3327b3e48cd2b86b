using Budgeting.Core.Attachments;
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

/// <summary>A draft as others will see it, for its author to submit.</summary>
[Authorize]
public sealed class PreviewModel(IProposals proposals, IRounds rounds, IAttachments attachments, IStringLocalizer<ProposalTexts> texts) : PageModel
{
    /// <summary>The draft with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Its attachments.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>Shows it; what is no draft any more is on its own page.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        return Shown.Proposal.Status == ProposalStatus.Draft ? Page() : LocalRedirect($"/proposals/{proposalId}");
    }

    /// <summary>Submits it.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        var outcome = await proposals.SubmitAsync(User.Actor(), proposalId, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Preview.Done"]);
        return LocalRedirect($"/proposals/{proposalId}");
    }

    private async Task<bool> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        var found = await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation);
        if (found is not { Proposal.Own: true })
            return false;
        Shown = found;
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        return true;
    }
}
