using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Roles;

/// <summary>What the pages of a region's roles have in common.</summary>
/// <param name="regions">Finds the region.</param>
/// <param name="roles">Gives and takes roles.</param>
[Authorize]
public abstract class RegionRolesPage(IRegions regions, IRoles roles) : PageModel
{
    /// <summary>The region.</summary>
    public RegionView Region { get; private set; } = null!;

    /// <summary>Who holds what there.</summary>
    public RegionRoles Held { get; private set; } = new([], [], []);

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Region.TimeZone);

    /// <summary>Roles.</summary>
    protected IRoles Roles { get; } = roles;

    /// <summary>Loads the region and lets its administrators in.</summary>
    /// <returns>Null when they may go on; else the answer.</returns>
    protected async Task<IActionResult?> EnterAsync(string slug, CancellationToken cancellation)
    {
        if (await regions.FindAsync(slug, cancellation) is not { } found)
            return NotFound();
        Region = found.Region;
        var held = await Roles.InRegionAsync(User.Actor(), Region.Id, cancellation);
        if (!held.Granted)
            return this.Refuse(held.Refusals);
        Held = held.Value;
        return null;
    }
}
