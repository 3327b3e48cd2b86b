using Budgeting.Core;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Paper;

/// <summary>What the pages of paper ballots have in common: the round, its papers, and what the person does with them.</summary>
/// <param name="rounds">Finds the round.</param>
/// <param name="ballots">The paper ballots.</param>
/// <param name="authority">Says what the person may do.</param>
[Authorize]
public abstract class PaperPage(IRounds rounds, IPaperBallots ballots, IAuthority authority) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>Its paper ballots.</summary>
    public PaperRound Paper { get; private set; } = null!;

    /// <summary>The batch that the page is about; null where it is about the round.</summary>
    public PaperBatchView? Batch { get; private set; }

    /// <summary>Whether the person types.</summary>
    public bool IsClerk { get; private set; }

    /// <summary>Whether the person runs the round.</summary>
    public bool IsCoordinator { get; private set; }

    /// <summary>Whether anything can be changed now.</summary>
    public bool IsOpen => Round.Phase >= Phase.Voting && !Paper.Counted && Paper.Reconciliation is null;

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>The address of the round's paper ballots.</summary>
    public string Address => $"/admin/rounds/{Round.Id}/paper";

    /// <summary>The address of the batch.</summary>
    public string BatchAddress => $"{Address}/{Batch!.Id}";

    /// <summary>The paper ballots.</summary>
    protected IPaperBallots Ballots { get; } = ballots;

    /// <summary>Loads the round, and the batch when one is named, for those who may see them.</summary>
    /// <returns>Null when they may go on; else the answer.</returns>
    protected async Task<IActionResult?> EnterAsync(long roundId, long? batchId, CancellationToken cancellation)
    {
        var paper = await Ballots.FindAsync(User.Actor(), roundId, cancellation);
        if (!paper.Granted)
            return this.Refuse(paper.Refusals);
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        (Paper, Round) = (paper.Value, round);
        if (batchId is not null)
        {
            Batch = Paper.Batches.FirstOrDefault(batch => batch.Id == batchId);
            if (Batch is null)
                return NotFound();
        }
        IsClerk = await authority.HoldsAsync(User.Actor(), round.Region.Id, cancellation, Role.Clerk);
        IsCoordinator = await authority.HoldsAsync(User.Actor(), round.Region.Id, cancellation, Role.Coordinator);
        return null;
    }
}
