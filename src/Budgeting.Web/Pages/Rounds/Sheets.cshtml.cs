using Budgeting.Core.Audit;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>The frozen lists that people vote on, and how to check that nothing in them has changed.</summary>
public sealed class SheetsModel(IRounds rounds, IBallotSheets sheets, IRecords records) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>Its sheets; none before voting opens.</summary>
    public IReadOnlyList<BallotSheet> Sheets { get; private set; } = [];

    /// <summary>The head of the audit log when they were frozen; null before.</summary>
    public AuditHead? AuditHead { get; private set; }

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Sheets = await sheets.OfRoundAsync(roundId, cancellation);
        AuditHead = Sheets.Count == 0 ? null : await records.HeadAtOpeningAsync(roundId, cancellation);
        return Page();
    }
}
