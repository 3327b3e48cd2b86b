using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Paper;

/// <summary>The batches of a round, and how its papers agree with those handed out.</summary>
public sealed class IndexModel(IRounds rounds, IPaperBallots ballots, IAuthority authority) : PaperPage(rounds, ballots, authority)
{
    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await EnterAsync(roundId, batchId: null, cancellation) ?? Page();
}
