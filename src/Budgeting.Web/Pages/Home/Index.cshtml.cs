using Budgeting.Core.Electorate;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Voting;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Budgeting.Web.Pages.Home;

/// <summary>The front page: what can be done now, and what came of it.</summary>
public sealed class IndexModel(IRounds rounds, IRegions regions, IElectorate electorate, IBallotBox box, IAccounts accounts) : PageModel
{
    /// <summary>Rounds by what a person can do in them; groups without rounds are left out.</summary>
    public IReadOnlyList<RoundGroup> Groups { get; private set; } = [];

    /// <summary>Where the person lives, whose rounds are shown; null for a visitor, who sees all.</summary>
    public RegionView? Home { get; private set; }

    /// <summary>The regions to choose from.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>The name of the region chooser's field; its page answers it.</summary>
    public string Region { get; } = "";

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var tree = await regions.TreeAsync(cancellation);
        var own = await accounts.FindOwnAsync(User.Actor(), cancellation);
        Home = tree.FirstOrDefault(region => region.Id == own?.HomeRegionId);
        List<(string Group, RoundCard Card)> cards = [];
        foreach (var round in await rounds.ListAsync(new(Home?.Id), cancellation))
        {
            var vote = round.Phase == Phase.Voting
                ? await box.VoteStateAsync(electorate, User.Actor(), round.Id, cancellation)
                : VoteState.Untold;
            if (GroupOf(round.Phase) is { } group)
                cards.Add((group, new(round, vote)));
        }
        Groups = [.. from name in new[] { "Vote", "Propose", "Waiting", "Upcoming", "Results" }
                     let inGroup = cards.Where(card => card.Group == name).Select(card => card.Card).ToList()
                     where inGroup.Count > 0
                     select new RoundGroup(name, inGroup)];
        // Depth is shown with a dash, since a list of choices has no levels of its own.
        Regions = [.. tree.Select(region =>
            new SelectListItem(string.Concat(Enumerable.Repeat("– ", region.Depth)) + Format.Text(region.Name), region.Slug))];
    }

    private static string? GroupOf(Phase? phase) => phase switch
    {
        Phase.Voting => "Vote",
        Phase.Proposing => "Propose",
        Phase.CoDeveloping or Phase.Evaluating or Phase.Counting => "Waiting",
        Phase.Announced => "Upcoming",
        Phase.Published or Phase.Implementing => "Results",
        _ => null,
    };
}

/// <summary>Rounds in which a person can do the same.</summary>
/// <param name="Name">What it is, as the texts name it.</param>
/// <param name="Rounds">The rounds.</param>
public sealed record RoundGroup(string Name, IReadOnlyList<RoundCard> Rounds);
