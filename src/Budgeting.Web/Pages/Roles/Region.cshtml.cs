using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Roles;

/// <summary>Who holds what in a region, what has come down from above, and what has been.</summary>
public sealed class RegionModel(IRegions regions, IRoles roles) : RegionRolesPage(regions, roles)
{
    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellation) => await EnterAsync(slug, cancellation) ?? Page();
}
