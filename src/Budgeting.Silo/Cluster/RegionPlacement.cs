using System.IO.Hashing;
using System.Text;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Budgeting.Silo.Cluster;

/// <summary>Keeps the grains of one region on one silo: what belongs together is asked for together.</summary>
[GenerateSerializer, Immutable, Alias("budgeting.RegionPlacement")]
public sealed class RegionPlacement : PlacementStrategy;

/// <summary>Marks a grain whose key begins with its region as placed by <see cref="RegionPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RegionPlacementAttribute() : PlacementAttribute(new RegionPlacement());

/// <summary>
/// Gives a region to the silo that the two together hash highest for. All silos agree on it without asking, and one that comes or goes
/// moves no other's regions.
/// </summary>
internal sealed class RegionPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(Choose(GrainKeys.RegionOf(target.GrainIdentity.Key.ToString()!), context.GetCompatibleSilos(target)));

    internal static SiloAddress Choose(string region, IEnumerable<SiloAddress> silos) =>
        silos.MaxBy(silo => (XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{region} {silo.ToParsableString()}")), silo))!;
}
