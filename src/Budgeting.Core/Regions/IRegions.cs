namespace Budgeting.Core.Regions;

/// <summary>The tree of regions: wellbeing services counties, municipalities, districts.</summary>
public interface IRegions
{
    /// <summary>All regions, each parent before its children, siblings by Finnish name.</summary>
    Task<IReadOnlyList<RegionView>> TreeAsync(CancellationToken cancellation);

    /// <summary>One region by the name in its address, with its ancestors and children; null when there is none.</summary>
    Task<RegionPage?> FindAsync(string slug, CancellationToken cancellation);

    /// <summary>Adds a region. Administrators of the parent region may, and the platform.</summary>
    /// <returns>The id, or refusals: <c>Forbidden</c>, <c>Region.Slug</c>, <c>Region.SlugTaken</c>, <c>Region.Name</c>, <c>Region.TimeZone</c>, <c>Region.Parent</c>.</returns>
    Task<Outcome<long>> CreateAsync(Actor actor, NewRegion region, CancellationToken cancellation);
}

/// <summary>What a region is.</summary>
public enum RegionKind
{
    /// <summary>A wellbeing services county.</summary>
    County,

    /// <summary>A municipality.</summary>
    Municipality,

    /// <summary>A part of a municipality.</summary>
    District,
}

/// <summary>A region to add.</summary>
/// <param name="Slug">Its name in addresses: lower-case letters a–z, digits and hyphens, 2 to 60 characters.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="ParentId">The region it lies in, or null for a root.</param>
/// <param name="TimeZone">IANA time zone in which its schedules are entered and shown.</param>
public sealed record NewRegion(string Slug, RegionKind Kind, LocalizedText Name, long? ParentId, string TimeZone = "Europe/Helsinki");

/// <summary>A region as shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="ParentId">The region it lies in, or null.</param>
/// <param name="Depth">0 for a root.</param>
/// <param name="TimeZone">IANA time zone.</param>
public sealed record RegionView(long Id, string Slug, RegionKind Kind, LocalizedText Name, long? ParentId, int Depth, string TimeZone);

/// <summary>A region with its surroundings.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ancestors">From the root down to its parent.</param>
/// <param name="Children">Its direct parts.</param>
public sealed record RegionPage(RegionView Region, IReadOnlyList<RegionView> Ancestors, IReadOnlyList<RegionView> Children);
