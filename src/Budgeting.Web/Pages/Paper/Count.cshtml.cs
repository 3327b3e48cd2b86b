using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>Corrects the hand count of a batch.</summary>
public sealed class CountModel(IRounds rounds, IPaperBallots ballots, IAuthority authority, IStringLocalizer<PaperTexts> texts)
    : PaperPage(rounds, ballots, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        Input.Papers = Batch!.Papers;
        return Page();
    }

    /// <summary>Corrects it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        if (!ModelState.IsValid)
            return Page();
        var corrected = await Ballots.CorrectCountAsync(User.Actor(), batchId, Input.Papers ?? -1, Input.Reason, cancellation);
        if (!corrected.Granted)
            return this.Refuse(corrected.Refusals);
        this.Confirm(texts["Count.Done"]);
        return LocalRedirect(BatchAddress);
    }

    /// <summary>A correction.</summary>
    public sealed class Form
    {
        /// <summary>Papers in the batch.</summary>
        public int? Papers { get; set; }

        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";
    }
}
