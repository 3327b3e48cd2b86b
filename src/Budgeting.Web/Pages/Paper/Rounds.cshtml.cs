using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Paper;

/// <summary>The rounds whose paper ballots a clerk or coordinator can work on now.</summary>
[Authorize]
public sealed class RoundsModel(IRounds rounds, IPaperBallots ballots, IAuthority authority) : PageModel
{
    /// <summary>The rounds.</summary>
    public IReadOnlyList<RoundView> Rounds { get; private set; } = [];

    /// <summary>Lists them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var entered = await authority.RegionsAsync(User.Actor(), cancellation, Role.Clerk, Role.Coordinator);
        if (!entered.Granted)
            return this.Refuse(entered.Refusals);
        List<RoundView> open = [];
        foreach (var roundId in await ballots.RoundsAsync(User.Actor(), cancellation))
        {
            if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is { } round)
                open.Add(round);
        }
        Rounds = open;
        return Page();
    }
}
