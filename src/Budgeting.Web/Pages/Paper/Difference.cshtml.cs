using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Paper;

/// <summary>Settles a paper on which the typings differ, after a look at it.</summary>
public sealed class DifferenceModel(
    IRounds rounds, IPaperBallots ballots, IBallotSheets sheets, IAuthority authority, IStringLocalizer<PaperTexts> texts, RefusalTextProvider refusalTexts)
    : EntryPage(rounds, ballots, sheets, authority)
{
    /// <summary>Both entries.</summary>
    public PaperDifferenceEntries Entries { get; private set; } = null!;

    /// <inheritdoc/>
    public override bool TakesNote => true;

    /// <summary>Shows both.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long batchId, int number, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, number, cancellation) is { } answer)
            return answer;
        Fill(Entries.Settlement, Entries.Note);
        return Page();
    }

    /// <summary>Settles it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, long batchId, int number, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, number, cancellation) is { } answer)
            return answer;
        var entry = Read();
        if (!entry.Granted)
            return RefuseEntry(entry.Refusals);
        var settled = await Ballots.SettleAsync(User.Actor(), batchId, number, entry.Value, Input.Note, cancellation);
        if (!settled.Granted)
            return RefuseEntry(settled.Refusals);
        this.Confirm(settled.Value == PaperBatchState.Clean ? texts["Typed.Clean"] : texts["Settle.Done", number]);
        return LocalRedirect(BatchAddress);
    }

    private async Task<IActionResult?> LoadAsync(long roundId, long batchId, int number, CancellationToken cancellation)
    {
        Number = number;
        if (await EnterWithSheetsAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        var entries = await Ballots.DifferenceAsync(User.Actor(), batchId, number, cancellation);
        if (!entries.Granted)
        {
            // Somebody settled it, or it is not this person's to see: the queue says what is left.
            this.Confirm(refusalTexts.TextOf(entries.Refusals[0]));
            return LocalRedirect(BatchAddress);
        }
        Entries = entries.Value;
        return null;
    }
}
