using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Adds a heading to a round.</summary>
public sealed class HeadingNewModel(IRounds rounds, IRegions regions, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : HeadingPage(rounds, regions, authority)
{
    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        Input = new() { RegionId = Round.Region.Id, BallotKind = BallotKind.Approval, MaximumChoices = "5" };
        return Page();
    }

    /// <summary>Adds it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        if (!ModelState.IsValid)
            return Page();
        var heading = Input.Read();
        if (!heading.Granted)
            return this.Refuse(heading.Refusals);
        var added = await Rounds.AddHeadingAsync(User.Actor(), roundId, heading.Value, cancellation);
        if (!added.Granted)
            return this.Refuse([.. Input.Name.Place(added.Refusals, nameof(HeadingForm.Name))]);
        this.Confirm(texts["Heading.Added"]);
        return LocalRedirect($"/admin/rounds/{roundId}");
    }
}
