using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Stations;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Admin;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Station;

/// <summary>The stations of a round, as clerks open and close them.</summary>
public sealed class DeskModel(IRounds rounds, IAuthority authority, IStations stations, IStringLocalizer<StationTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The stations, newest first.</summary>
    public IReadOnlyList<StationView> Stations { get; private set; } = [];

    /// <summary>One that was just opened, with its code; shown once.</summary>
    public OpenedStation? Opened { get; private set; }

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) => await LoadAsync(roundId, cancellation) ?? Page();

    /// <summary>Opens one.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var opened = await stations.OpenAsync(User.Actor(), roundId, new(Input.Name, Input.Pin), cancellation);
        if (!opened.Granted)
            return this.Refuse(opened.Refusals);
        // The pin does not stay on the screen.
        ModelState.Clear();
        Input = new();
        Opened = opened.Value;
        return await LoadAsync(roundId, cancellation) ?? Page();
    }

    /// <summary>Closes one.</summary>
    public async Task<IActionResult> OnPostCloseAsync(long roundId, long stationId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        ModelState.Clear();
        var closed = await stations.CloseAsync(User.Actor(), roundId, stationId, cancellation);
        if (!closed.Granted)
            return this.Refuse(closed.Refusals);
        this.Confirm(texts["Desk.Closed"]);
        return LocalRedirect($"/admin/rounds/{roundId}/stations");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        var found = await stations.OfRoundAsync(User.Actor(), roundId, cancellation);
        if (!found.Granted)
            return this.Refuse(found.Refusals);
        Stations = found.Value;
        return null;
    }

    /// <summary>A new station.</summary>
    public sealed class Form
    {
        /// <summary>Where it stands.</summary>
        public string Name { get; set; } = "";

        /// <summary>By which it is closed on the device.</summary>
        public string Pin { get; set; } = "";
    }
}
