using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Roles;

/// <summary>The regions whose roles a person gives and takes.</summary>
[Authorize]
public sealed class IndexModel(IAuthority authority, IRegions regions) : PageModel
{
    /// <summary>The regions, each after the one it lies in.</summary>
    public IReadOnlyList<RegionView> Regions { get; private set; } = [];

    /// <summary>Lists them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var administered = await authority.RegionsAsync(User.Actor(), cancellation, Role.Administrator);
        if (!administered.Granted)
            return this.Refuse(administered.Refusals);
        var within = administered.Value.ToHashSet();
        List<RegionView> found = [];
        // A parent stands before its children, so one pass finds all that lies below.
        foreach (var region in await regions.TreeAsync(cancellation))
        {
            if (within.Contains(region.Id) || (region.ParentId is { } parent && within.Contains(parent)))
            {
                within.Add(region.Id);
                found.Add(region);
            }
        }
        Regions = found;
        return Page();
    }
}
