using Budgeting.Core.Attachments;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>One proposal with the official answer to it.</summary>
public sealed class DetailsModel(IProposals proposals, IRounds rounds, IAttachments attachments, IModeration moderation) : PageModel
{
    /// <summary>The proposal with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Its attachments.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>What its author is told of moderation; empty for others.</summary>
    public IReadOnlyList<ModerationActView> Told { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation) is not { } found)
            return NotFound();
        Shown = found;
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        if (found.Proposal.Own)
            Told = await moderation.OwnAsync(User.Actor(), proposalId, cancellation);
        return Page();
    }
}
