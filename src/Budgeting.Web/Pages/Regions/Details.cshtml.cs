using Budgeting.Core.Electorate;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Pages.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Regions;

/// <summary>One region: its parts, and the rounds that concern the people in it.</summary>
public sealed class DetailsModel(IRegions regions, IRounds rounds, IElectorate electorate, IBallotBox box) : PageModel
{
    /// <summary>The region with its surroundings.</summary>
    public RegionPage Here { get; private set; } = null!;

    /// <summary>Its rounds, those of the regions it lies in, and those of its parts, each under the name its heading has in the texts.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<RoundCard> Rounds)> Groups { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellation)
    {
        if (await regions.FindAsync(slug, cancellation) is not { } found)
            return NotFound();
        Here = found;
        List<RoundCard> cards = [];
        foreach (var round in await rounds.ListAsync(new(found.Region.Id), cancellation))
        {
            cards.Add(new(round, round.Phase == Phase.Voting
                ? await box.VoteStateAsync(electorate, User.Actor(), round.Id, cancellation)
                : VoteState.Untold));
        }
        var above = found.Ancestors.Select(ancestor => ancestor.Id).ToHashSet();
        var groups = cards.ToLookup(card =>
            card.Round.Region.Id == found.Region.Id ? "Here" : above.Contains(card.Round.Region.Id) ? "Above" : "Below");
        Groups = [.. from name in new[] { "Here", "Above", "Below" } where groups[name].Any() select (name, (IReadOnlyList<RoundCard>)[.. groups[name]])];
        return Page();
    }
}
