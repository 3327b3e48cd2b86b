using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// A receipt on a sheet of paper. The code is posted, so that it stands in no address; the page says nothing about the ballot, only how
/// to check it.
/// </summary>
public sealed class ReceiptPrintModel(IRounds rounds, IBallotBox box) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The receipt.</summary>
    public ReceiptCard Card { get; private set; } = null!;

    /// <summary>Without a code there is nothing to print: leads to where one is checked.</summary>
    public IActionResult OnGet(long roundId) => Redirect($"/rounds/{roundId}/receipt");

    /// <summary>Shows the receipt as it was given out.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, [FromForm] string code, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        if (await box.CheckReceiptAsync(roundId, code, cancellation) is ReceiptStatus.Mistyped or ReceiptStatus.Unknown)
            return Redirect($"/rounds/{roundId}/receipt");
        // The next person at the device must not come back to it.
        Response.Headers.CacheControl = "no-store";
        Round = round;
        Card = ReceiptCard.Of(Request, roundId, code);
        return Page();
    }
}
