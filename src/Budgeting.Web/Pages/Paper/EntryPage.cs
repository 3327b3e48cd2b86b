using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Components;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Paper;

/// <summary>A page on which somebody says what is on a paper: numbers for each heading, or why it is invalid.</summary>
/// <param name="rounds">Finds the round.</param>
/// <param name="ballots">The paper ballots.</param>
/// <param name="sheets">The lists of projects.</param>
/// <param name="authority">Says what the person may do.</param>
public abstract class EntryPage(IRounds rounds, IPaperBallots ballots, IBallotSheets sheets, IAuthority authority) : PaperPage(rounds, ballots, authority)
{
    /// <summary>The value of <see cref="EntryForm.As"/> that records the paper as invalid for the reason chosen.</summary>
    public const string AsInvalid = "invalid";

    /// <summary>What was entered.</summary>
    [BindProperty] public EntryForm Input { get; set; } = new();

    /// <summary>The lists of projects, in the order of the fields.</summary>
    public IReadOnlyList<BallotSheet> Sheets { get; private set; } = [];

    /// <summary>The paper's number.</summary>
    public int Number { get; protected set; }

    /// <summary>The reason for which what was typed is no valid ballot, offered to be recorded with one key; null when there is none.</summary>
    public InvalidReason? Offer { get; private set; }

    /// <summary>Why the page's act cannot be done; null when it can.</summary>
    public Refusal? Hindrance { get; protected set; }

    /// <summary>Whether the page takes a note besides.</summary>
    public virtual bool TakesNote => false;

    /// <summary>Loads the lists too.</summary>
    protected async Task<IActionResult?> EnterWithSheetsAsync(long roundId, long batchId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, batchId, cancellation) is { } answer)
            return answer;
        Sheets = await sheets.OfRoundAsync(roundId, cancellation);
        return null;
    }

    /// <summary>Fills the form with an entry, or with nothing.</summary>
    protected void Fill(PaperEntry? entry, string? note = null) => Input = new()
    {
        Headings = [.. Sheets.Select(sheet => new HeadingField
        {
            HeadingId = sheet.HeadingId,
            Numbers = string.Join(' ', entry?.Choices.FirstOrDefault(choices => choices.HeadingId == sheet.HeadingId)?.Projects ?? []),
        })],
        Invalid = entry?.Invalid,
        Remark = entry?.Remark ?? "",
        Note = note ?? "",
    };

    /// <summary>The entry that was posted.</summary>
    protected Outcome<PaperEntry> Read()
    {
        if (Input.As == AsInvalid)
            return Input.Invalid is { } chosen ? PaperEntry.Of(chosen, Input.Remark) : Refusal.Of("Paper.Invalid", nameof(EntryForm.Invalid));
        if (Enum.TryParse<InvalidReason>(Input.As, out var offered) && Enum.IsDefined(offered))
            return PaperEntry.Of(offered);
        List<Refusal> refusals = [];
        List<PaperChoices> choices = [];
        foreach (var heading in Input.Headings)
        {
            var numbers = PaperChoices.Read(heading.Numbers, heading.HeadingId.ToString(CultureInfo.InvariantCulture));
            refusals.AddRange(numbers.Refusals);
            if (numbers.Granted)
                choices.Add(new(heading.HeadingId, numbers.Value));
        }
        return refusals.Count > 0 ? refusals : new PaperEntry(choices);
    }

    /// <summary>The page again, each reason beside its field.</summary>
    protected IActionResult RefuseEntry(IReadOnlyList<Refusal> refusals)
    {
        Offer = refusals.Select(InvalidReasons.For).FirstOrDefault(reason => reason is not null);
        return this.Refuse([.. refusals.Select(refusal =>
            long.TryParse(refusal.Field, NumberStyles.None, CultureInfo.InvariantCulture, out var headingId)
            && Input.Headings.FindIndex(heading => heading.HeadingId == headingId) is var place and >= 0
                ? refusal with { Field = $"Headings[{place}].Numbers" }
                : refusal)]);
    }

    /// <summary>What is on a paper.</summary>
    public sealed class EntryForm
    {
        /// <summary>The numbers typed, a heading each.</summary>
        public List<HeadingField> Headings { get; set; } = [];

        /// <summary>Which button was pressed: empty for the choices, <see cref="AsInvalid"/>, or the reason offered.</summary>
        public string As { get; set; } = "";

        /// <summary>Why it is invalid.</summary>
        public InvalidReason? Invalid { get; set; }

        /// <summary>Another reason in words.</summary>
        public string Remark { get; set; } = "";

        /// <summary>What the third person saw.</summary>
        public string Note { get; set; } = "";
    }

    /// <summary>The field of a heading.</summary>
    public sealed class HeadingField
    {
        /// <summary>The heading.</summary>
        public long HeadingId { get; set; }

        /// <summary>Numbers as typed.</summary>
        public string Numbers { get; set; } = "";
    }
}
