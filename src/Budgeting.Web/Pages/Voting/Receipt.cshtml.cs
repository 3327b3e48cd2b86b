using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Says that the vote is stored, and gives the receipt once, from an encrypted cookie.</summary>
public sealed class ReceiptModel(IRounds rounds, VotingSessions sessions) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The receipt; null when the page was opened without casting.</summary>
    public string? Receipt { get; private set; }

    /// <summary>The pass of somebody who votes by a code; null for others.</summary>
    public EntryPass? Pass { get; private set; }

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>Under what the receipt is handed over: to whoever cast the vote, not to the next person at the same browser.</summary>
    internal static string KeyOf(long roundId, Actor voter, EntryPass? pass) => pass is null
        ? string.Create(CultureInfo.InvariantCulture, $"Receipt.{roundId}.{voter.AccountId}")
        : string.Create(CultureInfo.InvariantCulture, $"Receipt.{roundId}.entry {pass.EntryId}");

    /// <summary>Shows the receipt.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Pass = sessions.Find(HttpContext, roundId);
        Receipt = TempData[KeyOf(roundId, User.Actor(), Pass)] as string;
        return Page();
    }
}
