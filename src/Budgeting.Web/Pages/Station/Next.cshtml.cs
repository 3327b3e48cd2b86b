using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Station;

/// <summary>Takes everything of the last voter from the station and leads to where the next one begins. By an address, so that a page can come here by itself; there is nothing to lose but one's own.</summary>
[AtStation]
public sealed class NextModel(StationDevices devices) : PageModel
{
    /// <summary>Wipes.</summary>
    public IActionResult OnGet()
    {
        if (HttpContext.Station() is not { } station)
            return LocalRedirect("/station");
        devices.Wipe(HttpContext, station.Pass.RoundId);
        return LocalRedirect(station.Pass.StartPage());
    }
}
