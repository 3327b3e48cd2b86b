using Budgeting.Core;
using Budgeting.Core.Assistance;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Stations;
using Budgeting.Core.Voting;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Takes the code from a letter or from the desk, and lets its holder vote. The code is posted, so that it stands in no address.
/// </summary>
[AtStation]
public sealed class CodeModel(
    IRounds rounds, IElectorate electorate, IBallotBox box, VotingSessions sessions, ReceiptHandover handover, IIdentification identification, IStations stations, StationDevices devices, IAssistance assistance, RefusalTextProvider refusals, IStringLocalizer<VotingTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>Whether the round has a register, so that codes are of use.</summary>
    public bool ByRegister { get; private set; }

    /// <summary>Whether a helper may assist in the booth.</summary>
    public bool MayHelp { get; private set; }

    /// <summary>The ways to identify.</summary>
    public IReadOnlyList<IdentificationWay> Ways => identification.Ways;

    /// <summary>The pass that this browser has; null when it has none.</summary>
    public EntryPass? Pass { get; private set; }

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>Asks for the code.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        // At a station whoever comes here is the next voter.
        return Pass is not null && HttpContext.Station() is not null ? LocalRedirect("/station/next") : Page();
    }

    /// <summary>Begins a session, or links the account.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        if (string.IsNullOrWhiteSpace(Input.Code))
        {
            ModelState.AddModelError("Input.Code", texts["Code.Empty"]);
            return Page();
        }
        var address = HttpContext.Connection.RemoteIpAddress?.ToString();
        if (User.IsSignedIn() && Input.Link)
        {
            var linked = await electorate.LinkAsync(User.Actor(), roundId, Input.Code, address, cancellation);
            if (!linked.Granted)
                return Refuse(linked.Refusals);
            EndSession(roundId);
            this.Confirm(texts["Code.Linked"]);
            return LocalRedirect($"/rounds/{roundId}/vote");
        }
        var redeemed = HttpContext.Station() is { } station
            ? await stations.RedeemCodeAsync(station.Pass, Input.Code, cancellation)
            : await electorate.RedeemCodeAsync(roundId, Input.Code, address, cancellation);
        if (!redeemed.Granted)
            return Refuse(redeemed.Refusals);
        // What the last session has left is not for this one, be it by a code of the same entry.
        handover.Forget(HttpContext, roundId);
        sessions.Begin(HttpContext, redeemed.Value);
        return LocalRedirect($"/rounds/{roundId}/vote");
    }

    /// <summary>Ends the session, so that the next person at the device begins anew.</summary>
    public async Task<IActionResult> OnPostLeaveAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        var voter = sessions.Read(HttpContext, roundId) is { } pass ? await electorate.AdmitAsync(User.Actor(), pass, roundId, cancellation) : null;
        var found = voter is { Granted: true } ? await box.FindAsync(roundId, voter.Value, receipt: null, cancellation) : null;
        if (HttpContext.Station() is not null)
            devices.Wipe(HttpContext, roundId);
        else
            EndSession(roundId);
        // Some take this for the way to cast: whoever leaves is told whether there is a vote of theirs.
        this.Confirm(texts[found?.InBox switch { InBox.Ballot => "Session.LeftStored", InBox.Nothing => "Session.LeftWithout", _ => "Session.Left" }]);
        return LocalRedirect($"/rounds/{roundId}/code");
    }

    private void EndSession(long roundId)
    {
        sessions.End(HttpContext, roundId);
        handover.Forget(HttpContext, roundId);
    }

    private IActionResult Refuse(IReadOnlyList<Refusal> reasons)
    {
        if (reasons[0].Key == "Attempts.TooMany")
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (reasons[0].Key == Refusal.NotFound.Key)
            return NotFound();
        ModelState.AddRefusals(reasons.Select(reason => reason with { Field = nameof(Form.Code) }), refusals);
        return Page();
    }

    private async Task<bool> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return false;
        Round = round;
        ByRegister = (await electorate.RuleAsync(roundId, cancellation)).Basis == ElectorateBasis.Registered;
        MayHelp = await assistance.MayHelpAsync(roundId, cancellation);
        Pass = HttpMethods.IsGet(Request.Method) ? sessions.Find(HttpContext, roundId) : null;
        return true;
    }

    /// <summary>The code.</summary>
    public sealed class Form
    {
        /// <summary>As typed.</summary>
        public string Code { get; set; } = "";

        /// <summary>Whether the account of a signed-in person is to be linked.</summary>
        public bool Link { get; set; } = true;
    }
}
