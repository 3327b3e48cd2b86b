using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>Opens a batch for the papers of a box.</summary>
public sealed class OpenModel(IRounds rounds, IPaperBallots ballots, IAuthority authority, IStringLocalizer<PaperTexts> texts)
    : PaperPage(rounds, ballots, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await EnterAsync(roundId, batchId: null, cancellation) ?? Page();

    /// <summary>Opens it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, batchId: null, cancellation) is { } answer)
            return answer;
        // What cannot be read as a number has its fault beside the field; nothing is no number either, and Core says its bounds.
        if (!ModelState.IsValid)
            return Page();
        var opened = await Ballots.OpenBatchAsync(User.Actor(), roundId, new(Input.Place, Input.Papers ?? 0), cancellation);
        if (!opened.Granted)
            return this.Refuse(opened.Refusals);
        this.Confirm(texts["Open.Done"]);
        return LocalRedirect($"{Address}/{opened.Value}");
    }

    /// <summary>A batch.</summary>
    public sealed class Form
    {
        /// <summary>The box.</summary>
        public string Place { get; set; } = "";

        /// <summary>Its papers.</summary>
        public int? Papers { get; set; }
    }
}
