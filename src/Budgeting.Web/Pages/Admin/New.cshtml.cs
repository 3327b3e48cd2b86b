using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Account;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Creates a round.</summary>
[Authorize]
public sealed class NewModel(
    IRounds rounds, IRegions regions, IAuthority authority, RefusalTextProvider refusals, TimeProvider time, IStringLocalizer<AdminTexts> texts) : PageModel
{
    private IReadOnlyList<RegionView> _regions = [];

    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The schedule as entered.</summary>
    [BindProperty] public ScheduleForm Schedule { get; set; } = new();

    /// <summary>The regions where the person may create rounds.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>Shows the form with a usual schedule.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is { } answer)
            return answer;
        Schedule = ScheduleForm.Suggest(time.GetUtcNow(), Format.Helsinki);
        return Page();
    }

    /// <summary>Creates it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is { } answer)
            return answer;
        var region = _regions.FirstOrDefault(region => region.Id == Input.RegionId);
        if (region is null)
            ModelState.AddModelError("Input.RegionId", texts["New.ChooseRegion"]);
        else
            Schedule.Zone = TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone);
        var periods = Schedule.Read();
        ModelState.AddRefusals(periods.Refusals, refusals, nameof(Schedule));
        if (!ModelState.IsValid)
            return Page();
        var created = await rounds.CreateAsync(User.Actor(), new(region!.Id, Input.Title.ToText(), Input.Summary.ToText(), periods.Value), cancellation);
        if (created.Granted)
        {
            this.Confirm(texts["New.Done"]);
            return LocalRedirect($"/admin/rounds/{created.Value}");
        }
        var placed = Input.Summary.Place(Input.Title.Place(created.Refusals, nameof(Form.Title)), nameof(Form.Summary)).ToList();
        var ofForm = placed.Where(refusal => refusal.Field?.StartsWith("Title", StringComparison.Ordinal) == true
            || refusal.Field?.StartsWith("Summary", StringComparison.Ordinal) == true).ToList();
        ModelState.AddRefusals(ofForm, refusals);
        return this.Refuse([.. Schedule.Place(placed.Except(ofForm))], nameof(Schedule));
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        var coordinated = await authority.RegionsAsync(User.Actor(), cancellation, Role.Coordinator);
        if (!coordinated.Granted)
            return this.Refuse(coordinated.Refusals);
        var tree = await regions.TreeAsync(cancellation);
        List<RegionView> own = [];
        foreach (var region in tree)
        {
            if ((region.ParentId is { } parent && own.Exists(above => above.Id == parent))
                || coordinated.Value.Contains(region.Id))
                own.Add(region);
        }
        _regions = own;
        Regions = RegionItems.Of(own);
        return null;
    }

    /// <summary>A round to create.</summary>
    public sealed class Form
    {
        /// <summary>Whose it is.</summary>
        public long? RegionId { get; set; }

        /// <summary>Its title.</summary>
        public LocalizedInput Title { get; set; } = new();

        /// <summary>What it is about.</summary>
        public LocalizedInput Summary { get; set; } = new();
    }
}
