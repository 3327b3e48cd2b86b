namespace Budgeting.Core.Regions;

internal sealed class Region
{
    private Region()
    {
    }

    public long Id { get; private set; }

    public string Slug { get; private set; } = "";

    public RegionKind Kind { get; private set; }

    public LocalizedText Name { get; private set; } = new("");

    public long? ParentId { get; private set; }

    /// <summary>The ids from the root down to this region, each followed by a slash: <c>/1/4/</c>. A region lies in another when its path begins with the other's.</summary>
    public string Path { get; private set; } = "";

    public string TimeZone { get; private set; } = "";

    public static Region Create(NewRegion input) => new()
    {
        Slug = input.Slug,
        Kind = input.Kind,
        Name = input.Name,
        ParentId = input.ParentId,
        TimeZone = input.TimeZone,
    };

    /// <summary>Sets the path once the database has given the id.</summary>
    public void PlaceUnder(Region? parent) => Path = $"{parent?.Path ?? "/"}{Id}/";

    public bool LiesIn(Region other) => Path.StartsWith(other.Path, StringComparison.Ordinal);

    public IEnumerable<long> IdsFromRoot() =>
        Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture));

    public RegionView ToView() => new(Id, Slug, Kind, Name, ParentId, IdsFromRoot().Count() - 1, TimeZone);
}
