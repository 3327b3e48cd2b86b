using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Regions;

internal sealed class RegionService(BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit) : IRegions
{
    public async Task<IReadOnlyList<RegionView>> TreeAsync(CancellationToken cancellation)
    {
        var regions = await context.Regions.AsNoTracking().ToListAsync(cancellation);
        var children = regions.ToLookup(region => region.ParentId);
        return [.. Below(null)];

        IEnumerable<RegionView> Below(long? parentId) => children[parentId]
            .OrderBy(region => region.Name.Fi, StringComparer.Create(new("fi-FI"), ignoreCase: true))
            .SelectMany(region => Below(region.Id).Prepend(region.ToView()));
    }

    public async Task<RegionPage?> FindAsync(string slug, CancellationToken cancellation)
    {
        var tree = await TreeAsync(cancellation);
        if (tree.FirstOrDefault(region => region.Slug == slug) is not { } found)
            return null;
        List<RegionView> ancestors = [];
        for (var above = found; above.ParentId is { } parentId; ancestors.Insert(0, above))
            above = tree.First(region => region.Id == parentId);
        return new(found, ancestors, [.. tree.Where(region => region.ParentId == found.Id)]);
    }

    public async Task<Outcome<long>> CreateAsync(Actor actor, NewRegion input, CancellationToken cancellation)
    {
        // Only the platform plants a root; and whoever may not add a region is told nothing of what they wrote.
        if (actor != Actor.Platform)
        {
            var refusal = input.ParentId is { } parentId ? await authority.RefuseAsync(actor, parentId, cancellation, Role.Administrator) : Refusal.Forbidden;
            if (refusal is not null)
                return refusal;
        }
        var refusals = new NewRegionValidator().Refusals(input);
        if (refusals.Count > 0)
            return refusals;
        await using var transaction = await work.BeginAsync("regions", cancellation);
        var parent = input.ParentId is { } id ? await context.Regions.FindAsync([id], cancellation) : null;
        if (input.ParentId is not null && parent is null)
            return Refusal.Of("Region.Parent", nameof(input.ParentId));
        if (await context.Regions.AnyAsync(other => other.Slug == input.Slug, cancellation))
            return Refusal.Of("Region.SlugTaken", nameof(input.Slug));
        var region = Region.Create(input);
        context.Add(region);
        await context.SaveChangesAsync(cancellation);
        region.PlaceUnder(parent);
        await audit.AppendAsync(actor, "region.created", $"region {region.Id}", new { region.Slug, region.Kind, input.ParentId }, cancellation);
        await transaction.CommitAsync(cancellation);
        return region.Id;
    }
}

internal sealed class NewRegionValidator : AbstractValidator<NewRegion>
{
    public NewRegionValidator()
    {
        RuleFor(region => region.Slug).Matches("^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$").WithErrorCode("Region.Slug");
        RuleFor(region => region.Name).Text(2, 120, "Region.Name");
        RuleFor(region => region.TimeZone).Must(zone => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)).WithErrorCode("Region.TimeZone");
    }
}
