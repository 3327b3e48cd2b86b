using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Orleans.Concurrency;

namespace Budgeting.Silo.Regions;

/// <summary>
/// A county with all that lies in it: its lists of rounds and who has roles there, from memory. The key is the county, or 0 for what concerns
/// all, the tree of regions too.
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

    /// <summary>Whether an account may hold one of the roles somewhere in the county. If not, it holds none; if so, the database is to be asked.</summary>
    [AlwaysInterleave, Alias("MayHold")]
    Task<bool> MayHoldAsync(long accountId, Role[] roles);

    /// <summary>A round, a region or a role has changed: what is remembered is forgotten.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}
