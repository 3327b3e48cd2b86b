using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>One proposal with the official answer to it.</summary>
public sealed class DetailsModel(IProposals proposals, IRounds rounds) : PageModel
{
    /// <summary>The proposal with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation) is not { } found)
            return NotFound();
        Shown = found;
        return Page();
    }
}
