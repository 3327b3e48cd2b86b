using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Station;

/// <summary>Asks, where there are no scripts, whether somebody is still there, and goes on to the next voter by itself.</summary>
[AtStation]
public sealed class StillModel : PageModel
{
    /// <summary>The station's round.</summary>
    public long RoundId { get; private set; }

    /// <summary>Asks.</summary>
    public IActionResult OnGet()
    {
        if (HttpContext.Station() is not { } station)
            return LocalRedirect("/station");
        RoundId = station.Pass.RoundId;
        return Page();
    }
}
