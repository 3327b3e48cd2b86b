using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>Lets a batch be typed again.</summary>
public sealed class ReopenModel(IRounds rounds, IPaperBallots ballots, IAuthority authority, IStringLocalizer<PaperTexts> texts)
    : PaperPage(rounds, ballots, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long batchId, CancellationToken cancellation) =>
        await LoadAsync(roundId, batchId, cancellation) ?? Page();

    /// <summary>Reopens it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        var reopened = await Ballots.ReopenAsync(User.Actor(), batchId, Input.Reason, cancellation);
        if (!reopened.Granted)
            return this.Refuse(reopened.Refusals);
        this.Confirm(texts["Reopen.Done"]);
        return LocalRedirect(BatchAddress);
    }

    private async Task<IActionResult?> LoadAsync(long roundId, long batchId, CancellationToken cancellation) =>
        await EnterAsync(roundId, batchId, cancellation) ?? (IsCoordinator ? null : Forbid());

    /// <summary>Why.</summary>
    public sealed class Form
    {
        /// <summary>The reason.</summary>
        public string Reason { get; set; } = "";
    }
}
