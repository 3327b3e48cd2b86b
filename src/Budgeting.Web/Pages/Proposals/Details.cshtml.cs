using Budgeting.Core.Attachments;
using Budgeting.Core.Following;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Pages.My;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>One proposal with the official answer to it.</summary>
public sealed class DetailsModel(IProposals proposals, IRounds rounds, IAttachments attachments, IModeration moderation, IFollowing following) : PageModel
{
    /// <summary>The proposal with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Its attachments.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>What its author is told of moderation; empty for others.</summary>
    public IReadOnlyList<ModerationActView> Told { get; private set; } = [];

    /// <summary>The button that follows it; null where it cannot be followed.</summary>
    public FollowButton? Follow { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation) is not { } found)
            return NotFound();
        Shown = found;
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        // What is hidden can be left alone by those who follow it, and not be followed anew.
        if (found.Proposal is { Readable: true, Status: not (ProposalStatus.Draft or ProposalStatus.Withdrawn) } shown)
        {
            var button = await FollowButton.ForAsync(this, following, shown.RoundId, proposalId, cancellation);
            Follow = shown.Hidden is null || shown.Own || button.Follows == true ? button : null;
        }
        if (found.Proposal.Own)
            Told = await moderation.OwnAsync(User.Actor(), proposalId, cancellation);
        return Page();
    }
}
