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

/// <summary>Types one paper and goes on to the next.</summary>
public sealed class TypeModel(
    IRounds rounds, IPaperBallots ballots, IBallotSheets sheets, IAuthority authority, IStringLocalizer<PaperTexts> texts, RefusalTextProvider refusalTexts)
    : EntryPage(rounds, ballots, sheets, authority)
{
    /// <summary>Which typing.</summary>
    public Typing Typing { get; private set; }

    /// <summary>What the person typed for this paper before.</summary>
    public PaperEntry? Before { get; private set; }

    /// <summary>The address of this typing, without the number.</summary>
    public string TypingAddress => $"{BatchAddress}/{Typing.ToString().ToLowerInvariant()}";

    /// <summary>Why this paper is not the person's to type, in words.</summary>
    public string HindranceText => refusalTexts.TextOf(Hindrance!);

    /// <summary>Shows the paper's fields with what the person typed before.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, long batchId, string typing, int? number, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, typing, number, cancellation) is { } answer)
            return answer;
        if (number is null)
        {
            var next = await Ballots.NextAsync(User.Actor(), batchId, Typing, cancellation);
            return LocalRedirect(next is { Granted: true, Value: { } first } ? $"{TypingAddress}/{first}" : BatchAddress);
        }
        var mine = await Ballots.MineAsync(User.Actor(), batchId, Typing, Number, cancellation);
        if (mine.Granted)
            Fill(Before = mine.Value);
        else
            Hindrance = mine.Refusals[0];
        return Page();
    }

    /// <summary>Stores the entry.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, long batchId, string typing, int? number, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, batchId, typing, number, cancellation) is { } answer)
            return answer;
        var entry = Read();
        if (!entry.Granted)
            return RefuseEntry(entry.Refusals);
        var typed = await Ballots.TypeAsync(User.Actor(), batchId, Typing, Number, entry.Value, cancellation);
        if (!typed.Granted)
            return RefuseEntry(typed.Refusals);
        this.Confirm(typed.Value.State switch
        {
            PaperBatchState.Clean => texts["Typed.Clean"],
            PaperBatchState.Comparing => texts["Typed.Differences"],
            _ when typed.Value.Next is null => texts["Typed.Last", Number],
            _ => texts["Typed", Number],
        });
        return LocalRedirect(typed.Value.Next is { } next ? $"{TypingAddress}/{next}" : BatchAddress);
    }

    private async Task<IActionResult?> LoadAsync(long roundId, long batchId, string typing, int? number, CancellationToken cancellation)
    {
        Typing = typing == "second" ? Typing.Second : Typing.First;
        Number = number ?? 0;
        return await EnterWithSheetsAsync(roundId, batchId, cancellation) ?? (IsClerk ? null : Forbid());
    }
}
