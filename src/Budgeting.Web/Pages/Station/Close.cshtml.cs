using Budgeting.Core.Stations;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Station;

/// <summary>Closes the station on its device, by the pin.</summary>
[AtStation]
public sealed class CloseModel(IStations stations, StationDevices devices) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Asks for the pin.</summary>
    public IActionResult OnGet() => HttpContext.Station() is null ? LocalRedirect("/station") : Page();

    /// <summary>Closes.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (HttpContext.Station() is not { } station)
            return LocalRedirect("/station");
        var closed = await stations.CloseByPinAsync(station.Pass, Input.Pin, cancellation);
        if (!closed.Granted && !closed.RefusedFor("Station.Closed"))
            return this.Refuse(closed.Refusals);
        devices.Forget(HttpContext);
        return LocalRedirect("/station?ended=true");
    }

    /// <summary>The pin.</summary>
    public sealed class Form
    {
        /// <summary>As typed.</summary>
        public string Pin { get; set; } = "";
    }
}
