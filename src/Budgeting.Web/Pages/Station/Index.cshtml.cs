using Budgeting.Core.Stations;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Station;

/// <summary>Makes this device a station, by the code that a clerk got at the desk. On a station it leads to where voting begins.</summary>
[AtStation]
public sealed class IndexModel(IStations stations, StationDevices devices, ISignIn signIn) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Whether the device was a station until just now.</summary>
    [BindProperty(SupportsGet = true)] public bool Ended { get; set; }

    /// <summary>Asks for the code.</summary>
    public IActionResult OnGet() => HttpContext.Station() is { } station ? LocalRedirect(station.Pass.StartPage()) : Page();

    /// <summary>Makes the device a station.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (HttpContext.Station() is { } already)
            return LocalRedirect(already.Pass.StartPage());
        var started = await stations.StartAsync(Input.Code, HttpContext.Connection.RemoteIpAddress?.ToString(), cancellation);
        if (!started.Granted)
            return this.Refuse(started.Refusals);
        // A station is nobody's: whoever had signed in on the device is out.
        if (User.IsSignedIn())
            await signIn.SignOutAsync(cancellation);
        devices.Keep(HttpContext, started.Value);
        return LocalRedirect(started.Value.StartPage());
    }

    /// <summary>The code.</summary>
    public sealed class Form
    {
        /// <summary>As typed.</summary>
        public string Code { get; set; } = "";
    }
}
