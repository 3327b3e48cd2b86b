using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>Confirms that the papers found are those handed out, so that counting goes on.</summary>
public sealed class ReconcileModel(IRounds rounds, IPaperBallots ballots, IAuthority authority, IStringLocalizer<PaperTexts> texts)
    : PaperPage(rounds, ballots, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Shows how papers and issued ballots agree.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        Input.NotReturned = Paper.NotReturned;
        return Page();
    }

    /// <summary>Confirms it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var reconciled = await Ballots.ReconcileAsync(User.Actor(), roundId, Input.NotReturned, Input.Reason, cancellation);
        if (!reconciled.Granted)
        {
            // The page shows the numbers as they are now; the next confirmation is of these.
            ModelState.Remove("Input.NotReturned");
            Input.NotReturned = Paper.NotReturned;
            return this.Refuse(reconciled.Refusals);
        }
        this.Confirm(texts["Reconcile.Done"]);
        return LocalRedirect(Address);
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation) =>
        await EnterAsync(roundId, batchId: null, cancellation) ?? (IsCoordinator ? null : Forbid());

    /// <summary>A confirmation.</summary>
    public sealed class Form
    {
        /// <summary>The papers not returned, as they were shown.</summary>
        public int NotReturned { get; set; }

        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";
    }
}
