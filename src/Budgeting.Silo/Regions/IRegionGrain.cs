using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Orleans.Concurrency;

namespace Budgeting.Silo.Regions;

/// <summary>
/// A county with all that lies in it: its lists of rounds, from memory. The key is the county, or 0 for what concerns all, the tree of regions too.
/// </summary>
[Alias("budgeting.IRegionGrain")]
public interface IRegionGrain : IGrainWithStringKey
{
    /// <summary>See <see cref="IRegions.TreeAsync"/>; for key 0.</summary>
    [AlwaysInterleave, Alias("Tree")]
    Task<RegionView[]> TreeAsync();

    /// <summary>See <see cref="IRounds.ListAsync"/>.</summary>
    [AlwaysInterleave, Alias("Rounds")]
    Task<RoundSummary[]> RoundsAsync(RoundFilter filter);

    /// <summary>A round or a region has changed: what is remembered is forgotten.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}
