using Budgeting.Core.Assistance;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Admin;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>Whether a helper may assist in the booth, and how many voters were helped; clerks note it here.</summary>
public sealed class HelpersModel(IRounds rounds, IAuthority authority, IAssistance assistance, IStringLocalizer<AssistanceTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Whether helpers are allowed.</summary>
    public bool Allowed { get; private set; }

    /// <summary>How many voters were helped.</summary>
    public IReadOnlyList<HelpCount> Counts { get; private set; } = [];

    /// <summary>The kinds of helpers.</summary>
    public IEnumerable<SelectListItem> Helpers => Enum.GetValues<HelperKind>().Select(helper => new SelectListItem(texts.Of(helper), helper.ToString()));

    /// <summary>The kinds of reasons.</summary>
    public IEnumerable<SelectListItem> Reasons => Enum.GetValues<HelpReason>().Select(reason => new SelectListItem(texts.Of(reason), reason.ToString()));

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await LoadAsync(roundId, cancellation, Role.Clerk, Role.Coordinator, Role.Administrator) ?? Page();

    /// <summary>Notes that a voter was helped.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation, Role.Clerk) is { } answer)
            return answer;
        var noted = await assistance.NoteAsync(User.Actor(), roundId, new(Read<HelperKind>(Input.Helper), Read<HelpReason>(Input.Reason)), cancellation);
        if (!noted.Granted)
            return this.Refuse(noted.Refusals);
        this.Confirm(texts["Helpers.Noted"]);
        return LocalRedirect($"/admin/rounds/{roundId}/helpers");
    }

    /// <summary>Allows or forbids helpers.</summary>
    public async Task<IActionResult> OnPostSetAsync(long roundId, bool allowed, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation, Role.Coordinator, Role.Administrator) is { } answer)
            return answer;
        ModelState.Clear();
        var set = await assistance.SetAsync(User.Actor(), roundId, allowed, cancellation);
        if (!set.Granted)
            return this.Refuse(set.Refusals);
        this.Confirm(texts[allowed ? "Helpers.NowAllowed" : "Helpers.NowForbidden"]);
        return LocalRedirect($"/admin/rounds/{roundId}/helpers");
    }

    private static T? Read<T>(string name)
        where T : struct, Enum => Enum.TryParse<T>(name, out var read) && Enum.IsDefined(read) ? read : null;

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (await EnterAsync(roundId, cancellation, roles) is { } answer)
            return answer;
        Allowed = await assistance.MayHelpAsync(roundId, cancellation);
        var counted = await assistance.CountAsync(User.Actor(), roundId, cancellation);
        if (!counted.Granted)
            return this.Refuse(counted.Refusals);
        Counts = counted.Value;
        return null;
    }

    /// <summary>A note.</summary>
    public sealed class Form
    {
        /// <summary>By what kind of helper.</summary>
        public string Helper { get; set; } = "";

        /// <summary>For what kind of reason.</summary>
        public string Reason { get; set; } = "";
    }
}
