using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Says that the vote is stored, and gives the receipt once.</summary>
[AtStation]
public sealed class ReceiptModel(IRounds rounds, VotingSessions sessions, ReceiptHandover handover, TimeProvider time) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The receipt; null when the page was opened without casting.</summary>
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
        Receipt = handover.Take(HttpContext, roundId, User.Actor(), Pass);
        return Page();
    }
}
