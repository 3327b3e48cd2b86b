using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>The frozen lists that people vote on, and how to check that nothing in them has changed.</summary>
public sealed class SheetsModel(IRounds rounds, IBallotSheets sheets) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>Its sheets; none before voting opens.</summary>
    public IReadOnlyList<BallotSheet> Sheets { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Sheets = await sheets.OfRoundAsync(roundId, cancellation);
        return Page();
    }
}
