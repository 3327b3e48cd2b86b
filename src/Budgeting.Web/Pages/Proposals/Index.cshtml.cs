using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>The proposals of a round, searched and filtered.</summary>
public sealed class IndexModel(IProposals proposals, IRounds rounds, IStringLocalizer<SharedTexts> texts) : PageModel
{
    private static readonly ProposalStatus[] Public = [ProposalStatus.Submitted, ProposalStatus.Feasible, ProposalStatus.NotFeasible];

    // Filters come from addresses that people edit and share: what cannot be read filters nothing.

    /// <summary>Words to find.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Words { get; set; }

    /// <summary>A heading's id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Heading { get; set; }

    /// <summary>A status by its name in code.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Status { get; set; }

    /// <summary>A language's code.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Language { get; set; }

    /// <summary>The page of the list, from 1.</summary>
    [BindProperty(SupportsGet = true)]
    public string? PageNumber { get; set; }

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>What was found.</summary>
    public ProposalList Found { get; private set; } = null!;

    /// <summary>The number of pages.</summary>
    public int PageCount => (Found.Total + Found.PageSize - 1) / Found.PageSize;

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsFiltered => !string.IsNullOrWhiteSpace(Words) || new[] { Heading, Status, Language }.Any(filter => !string.IsNullOrEmpty(filter));

    /// <summary>Headings to choose from.</summary>
    public IEnumerable<SelectListItem> Headings => Round.Headings.Select(heading => new SelectListItem(Format.Text(heading.Name), $"{heading.Id}"));

    /// <summary>Statuses to choose from.</summary>
    public IEnumerable<SelectListItem> Statuses => Public.Select(status => new SelectListItem(texts.Of(status), status.ToString()));

    /// <summary>Languages to choose from.</summary>
    public IEnumerable<SelectListItem> LanguageItems => Languages.All.Select(language => new SelectListItem(texts[$"Language.{language}"], language));

    /// <summary>Shows the list; a page after the last shows the last.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        var filter = new ProposalFilter(
            roundId,
            Words,
            Number(Heading),
            Public.Where(status => status.ToString() == Status).Select(status => (ProposalStatus?)status).FirstOrDefault(),
            Languages.All.FirstOrDefault(language => language == Language),
            (int)Math.Clamp(Number(PageNumber) ?? 1, 1, 1_000_000));
        Found = await proposals.SearchAsync(filter, cancellation);
        if (Found.Page > 1 && Found.Page > PageCount)
            Found = await proposals.SearchAsync(filter with { Page = Math.Max(1, PageCount) }, cancellation);
        return Page();
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
