using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Says that the vote is stored, and gives the receipt once, from an encrypted cookie.</summary>
[Authorize]
public sealed class ReceiptModel(IRounds rounds) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The receipt; null when the page was opened without casting.</summary>
    public string? Receipt { get; private set; }

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>Under what the receipt is handed over: to whoever cast the vote, not to the next person at the same browser.</summary>
    internal static string KeyOf(long roundId, Actor voter) => string.Create(CultureInfo.InvariantCulture, $"Receipt.{roundId}.{voter.AccountId}");

    /// <summary>Shows the receipt.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Receipt = TempData[KeyOf(roundId, User.Actor())] as string;
        return Page();
    }
}
