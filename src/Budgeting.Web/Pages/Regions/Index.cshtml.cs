using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Regions;

/// <summary>The tree of regions.</summary>
public sealed class IndexModel(IRegions regions, IRounds rounds) : PageModel
{
    /// <summary>The regions of the highest level, with all below them.</summary>
    public RegionBranches Tree { get; private set; } = null!;

    /// <summary>Shows the tree, or goes to the region that the front page's form chose.</summary>
    /// <param name="region">The name of the chosen region in addresses.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IActionResult> OnGetAsync(string? region, CancellationToken cancellation)
    {
        var all = await regions.TreeAsync(cancellation);
        if (all.FirstOrDefault(known => known.Slug == region) is { } chosen)
            return LocalRedirect($"/regions/{chosen.Slug}");
        var open = (await rounds.ListAsync(new(), cancellation))
            .Where(round => round.Phase is Phase.Proposing or Phase.Voting)
            .ToLookup(round => round.Region.Id);
        Tree = new(all.ToLookup(known => known.ParentId), open, null);
        return Page();
    }
}

/// <summary>The regions under one, for a list that holds such lists.</summary>
/// <param name="Children">Regions by the one they lie in.</param>
/// <param name="Open">Rounds in which something can be done now, by region.</param>
/// <param name="ParentId">The region whose parts are listed; null for the highest level.</param>
public sealed record RegionBranches(ILookup<long?, RegionView> Children, ILookup<long, RoundSummary> Open, long? ParentId);
