using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Says that the vote is stored, and shows its receipt in the browser that cast it.</summary>
[AtStation]
public sealed class ReceiptModel(IRounds rounds, IBallotBox box, VotingSessions sessions, ReceiptHandover handover, TimeProvider time) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The receipt; null when nothing was cast in this browser a short while ago, or it is in the box no more.</summary>
    public string? Receipt { get; private set; }

    /// <summary>The pass of somebody who votes by a code; null for others.</summary>
    public EntryPass? Pass { get; private set; }

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>The day on which the receipt is given, by the region's clocks.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone).DateTime);

    /// <summary>Shows the receipt.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Pass = sessions.Find(HttpContext, roundId);
        Receipt = handover.Read(HttpContext, roundId, User.Actor(), Pass);
        // The page may be opened again after the vote was changed or withdrawn elsewhere.
        if (Receipt is not null && await box.CheckReceiptAsync(roundId, Receipt, cancellation) != ReceiptStatus.Stored)
            Receipt = null;
        return Page();
    }
}
