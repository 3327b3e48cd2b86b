using Budgeting.Core;
using Budgeting.Core.Regions;

namespace Budgeting.Silo.Regions;

/// <summary>Regions by way of the grain that remembers their tree.</summary>
internal sealed class GrainRegions([FromKeyedServices(Own.Key)] IRegions own, Grains grains) : IRegions
{
    public Task<IReadOnlyList<RegionView>> TreeAsync(CancellationToken cancellation) =>
        grains.AskAsync<IRegionGrain, IReadOnlyList<RegionView>>(grains.Platform, async platform => await platform.TreeAsync(), () => own.TreeAsync(cancellation));

    public Task<RegionPage?> FindAsync(string slug, CancellationToken cancellation) => own.FindAsync(slug, cancellation);

    public Task<Outcome<long>> CreateAsync(Actor actor, NewRegion region, CancellationToken cancellation) => own.CreateAsync(actor, region, cancellation);
}
