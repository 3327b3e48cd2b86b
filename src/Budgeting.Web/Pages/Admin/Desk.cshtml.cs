using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Stations;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>
/// The desk at which a clerk helps somebody to vote. The identifier is posted and not shown again; codes are shown once, on a page that can be printed.
/// </summary>
public sealed class DeskModel(IRounds rounds, IAuthority authority, IClerkDesk desk, IStations stations, IStringLocalizer<AdminTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The entry; null while none was found.</summary>
    public DeskEntry? Entry { get; private set; }

    /// <summary>Whether the account just named was not linked, since the entry is another account's.</summary>
    public bool Disputed { get; private set; }

    /// <summary>The stations that are open or wait for their device.</summary>
    public IReadOnlyList<StationView> Stations { get; private set; } = [];

    /// <summary>A code that was just made; shown once.</summary>
    public string? Code { get; private set; }

    /// <summary>Which kind of code: <c>Session</c> or <c>Letter</c>.</summary>
    public string CodeKind { get; private set; } = "";

    /// <summary>Asks for an identifier.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        Stations = await stations.OfRoundAsync(User.Actor(), roundId, cancellation) is { Granted: true } found
            ? [.. found.Value.Where(station => station.State is StationState.Open or StationState.Waiting)] : [];
        return Page();
    }

    /// <summary>Finds the entry.</summary>
    public async Task<IActionResult> OnPostFindAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        var found = await desk.FindAsync(User.Actor(), roundId, Input.Identifier, cancellation);
        if (!found.Granted)
            return this.Refuse(found.Refusals);
        Entry = found.Value;
        // The identifier does not stay on the screen.
        ModelState.Clear();
        Input = new();
        return Page();
    }

    /// <summary>Makes a one-time code for a device at hand.</summary>
    public Task<IActionResult> OnPostSessionAsync(long roundId, long entryId, CancellationToken cancellation) =>
        ActAsync(roundId, entryId, async () => Keep("Session", await desk.IssueSessionAsync(User.Actor(), roundId, entryId, cancellation)), null, cancellation);

    /// <summary>Makes a new letter code.</summary>
    public Task<IActionResult> OnPostLetterAsync(long roundId, long entryId, CancellationToken cancellation) =>
        ActAsync(roundId, entryId, async () => Keep("Letter", await desk.ReissueLetterAsync(User.Actor(), roundId, entryId, cancellation)), null, cancellation);

    /// <summary>Marks a paper ballot as handed out.</summary>
    public Task<IActionResult> OnPostPaperAsync(long roundId, long entryId, CancellationToken cancellation) =>
        ActAsync(roundId, entryId, async () => (await desk.IssuePaperAsync(User.Actor(), roundId, entryId, cancellation)).Refusals, "Desk.PaperDone", cancellation);

    /// <summary>Takes a paper ballot back.</summary>
    public Task<IActionResult> OnPostTakeBackAsync(long roundId, long entryId, CancellationToken cancellation) =>
        ActAsync(roundId, entryId, async () => (await desk.TakeBackPaperAsync(User.Actor(), roundId, entryId, cancellation)).Refusals, "Desk.TakeBackDone", cancellation);

    /// <summary>Links the account of the person whose identity document was checked.</summary>
    public async Task<IActionResult> OnPostLinkAsync(long roundId, long entryId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        var linked = await desk.LinkAccountAsync(User.Actor(), roundId, entryId, Input.Account, cancellation);
        var entry = await desk.ReadAsync(User.Actor(), roundId, entryId, cancellation);
        if (!entry.Granted)
            return this.Refuse(entry.Refusals);
        Entry = entry.Value;
        ModelState.Clear();
        if (!linked.Granted)
            return this.Refuse(linked.Refusals);
        Disputed = linked.Value == LinkState.Disputed;
        ViewData["Done"] = texts[Disputed ? "Desk.LinkDisputed" : "Desk.LinkDone"].Value;
        Input = new();
        return Page();
    }

    private async Task<IActionResult> ActAsync(
        long roundId, long entryId, Func<Task<IReadOnlyList<Refusal>>> act, string? confirmation, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        ModelState.Clear();
        var refusals = await act();
        var entry = await desk.ReadAsync(User.Actor(), roundId, entryId, cancellation);
        if (!entry.Granted)
            return this.Refuse(entry.Refusals);
        Entry = entry.Value;
        if (refusals.Count > 0)
            return this.Refuse([.. refusals.Select(refusal => refusal with { Field = null })]);
        if (confirmation is not null)
            ViewData["Done"] = texts[confirmation].Value;
        return Page();
    }

    private IReadOnlyList<Refusal> Keep(string kind, Outcome<string> code)
    {
        if (code.Granted)
            (Code, CodeKind) = (code.Value, kind);
        return code.Refusals;
    }

    /// <summary>Whom to find.</summary>
    public sealed class Form
    {
        /// <summary>The identifier, such as a personal identity code.</summary>
        public string Identifier { get; set; } = "";

        /// <summary>The account to link: the code that the person shows, or their e-mail address.</summary>
        public string Account { get; set; } = "";
    }
}
