using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Changes a heading of a round.</summary>
public sealed class HeadingModel(IRounds rounds, IRegions regions, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : HeadingPage(rounds, regions, authority)
{
    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long headingId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        if (Round.Headings.FirstOrDefault(heading => heading.Id == headingId) is not { } heading)
            return NotFound();
        Input = HeadingForm.Of(heading);
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, long headingId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        if (!ModelState.IsValid)
            return Page();
        var heading = Input.Read();
        if (!heading.Granted)
            return this.Refuse(heading.Refusals);
        var changed = await Rounds.ChangeHeadingAsync(User.Actor(), roundId, headingId, heading.Value, cancellation);
        if (!changed.Granted)
            return this.Refuse([.. Input.Name.Place(changed.Refusals, nameof(HeadingForm.Name))]);
        this.Confirm(texts["Heading.Changed"]);
        return LocalRedirect($"/admin/rounds/{roundId}");
    }
}
