using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>A batch: how far it is typed, what to type next, and the papers on which the typings differ.</summary>
public sealed class BatchModel(IRounds rounds, IPaperBallots ballots, IAuthority authority, IStringLocalizer<PaperTexts> texts)
    : PaperPage(rounds, ballots, authority)
{
    /// <summary>The number that the person types next in each typing; null when none is theirs.</summary>
    public IReadOnlyDictionary<Typing, int?> Next { get; private set; } = new Dictionary<Typing, int?>();

    /// <summary>The queue of differences.</summary>
    public IReadOnlyList<PaperDifference> Differences { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long batchId, CancellationToken cancellation) =>
        await LoadAsync(roundId, batchId, cancellation) ?? Page();

    /// <summary>Compares the typings of a batch that was reopened.</summary>
    public async Task<IActionResult> OnPostCompareAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        var compared = await Ballots.CompareAsync(User.Actor(), batchId, cancellation);
        if (!compared.Granted)
            return this.Refuse(compared.Refusals);
        this.Confirm(texts[compared.Value == PaperBatchState.Clean ? "Typed.Clean" : "Typed.Differences"]);
        return LocalRedirect(BatchAddress);
    }

    private async Task<IActionResult?> LoadAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        if (Batch!.State == PaperBatchState.Typing && IsClerk)
        {
            Dictionary<Typing, int?> next = [];
            foreach (var typing in Enum.GetValues<Typing>())
                next[typing] = (await Ballots.NextAsync(User.Actor(), batchId, typing, cancellation)).Value;
            Next = next;
        }
        Differences = (await Ballots.DifferencesAsync(User.Actor(), batchId, cancellation)).Value;
        return null;
    }
}
