using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Chooses projects. A post comes back with the same choices and their totals, so that everything works without scripts.
/// </summary>
[AtStation]
public sealed class IndexModel(
    IRounds rounds, IElectorate electorate, IBallotSheets sheets, IBallotBox box, VotingSessions sessions, ReceiptHandover handover, RefusalTextProvider refusals)
    : BallotPage(rounds, electorate, sheets, box, sessions, handover, refusals)
{
    /// <summary>Shows the sheets, with the choices of the ballot in the box where it was cast in this browser.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation) is { } answer)
            return answer;
        Choose(BallotForm.Of(Stored));
        return Page();
    }

    /// <summary>Shows the choices posted, and what they add up to. Nothing is stored.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation) is { } answer)
            return answer;
        Choose(BallotForm.Read(Request.Form));
        return Page();
    }
}
