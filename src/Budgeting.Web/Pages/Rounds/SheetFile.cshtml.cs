using System.Text;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>The bytes that a sheet's hash is of.</summary>
public sealed class SheetFileModel(IBallotSheets sheets) : PageModel
{
    /// <summary>The name the file is saved under.</summary>
    public static string NameOf(long roundId, long headingId) => $"ballot-sheet-{roundId}-{headingId}.txt";

    /// <summary>Gives the canonical form, exactly.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long headingId, CancellationToken cancellation)
    {
        var sheet = (await sheets.OfRoundAsync(roundId, cancellation)).FirstOrDefault(sheet => sheet.HeadingId == headingId);
        return sheet is null
            ? NotFound()
            : File(Encoding.UTF8.GetBytes(sheet.Canonical), "text/plain; charset=utf-8", NameOf(roundId, headingId));
    }
}
