using Budgeting.Core.Regions;
using Budgeting.Web.Components;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Budgeting.Web.Pages.Account;

/// <summary>The tree of regions as the choices of a list, the inner ones set in.</summary>
internal static class RegionItems
{
    public static IReadOnlyList<SelectListItem> Of(IReadOnlyList<RegionView> tree)
    {
        var outermost = tree.Select(region => region.Depth).DefaultIfEmpty().Min();
        // No-break spaces: a list takes ordinary ones away.
        return [.. tree.Select(region => new SelectListItem(
            string.Concat(Enumerable.Repeat("\u00a0\u00a0\u00a0", region.Depth - outermost)) + Format.Text(region.Name), $"{region.Id}"))];
    }
}
