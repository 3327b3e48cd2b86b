using Budgeting.Core.Rounds;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>All rounds, or those in one phase.</summary>
public sealed class IndexModel(IRounds rounds, IStringLocalizer<SharedTexts> texts) : PageModel
{
    /// <summary>The phase to list, by its name in code; anything else lists all.</summary>
    // A text and not a Phase: a phase that is not one is not an error to report, it filters nothing.
    [BindProperty(SupportsGet = true)]
    public string? Phase { get; set; }

    /// <summary>The phases to choose from.</summary>
    public IReadOnlyList<SelectListItem> Phases { get; private set; } = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<RoundCard> Found { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var chosen = Enum.GetValues<Phase>().Where(phase => phase.ToString() == Phase).Select(phase => (Phase?)phase).FirstOrDefault();
        Phases = [.. Enum.GetValues<Phase>().Select(phase => new SelectListItem(texts.Of(phase), phase.ToString()))];
        Found = [.. (await rounds.ListAsync(new(Phase: chosen), cancellation)).Select(round => new RoundCard(round))];
    }
}
