using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Says to anyone what has become of the ballot a receipt was given for, and never what was chosen. The code is posted, so that
/// it stands in no address.
/// </summary>
public sealed class CheckReceiptModel(IRounds rounds, IBallotBox box, IRecords records, IStringLocalizer<VotingTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>What is known of the ballot; null before a code was entered.</summary>
    public ReceiptStatus? Status { get; private set; }

    /// <summary>Shows that the ballot is among those counted; null before publishing and for a ballot that was not counted.</summary>
    public InclusionProof? Proof { get; private set; }

    /// <summary>Asks for the code.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await LoadAsync(roundId, cancellation) ? Page() : NotFound();

    /// <summary>Answers.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        if (string.IsNullOrWhiteSpace(Input.Code))
        {
            ModelState.AddModelError("Input.Code", texts["Check.Empty"]);
            return Page();
        }
        Status = await box.CheckReceiptAsync(roundId, Input.Code, cancellation);
        if (Status == ReceiptStatus.Mistyped)
            ModelState.AddModelError("Input.Code", texts["Check.Mistyped"]);
        if (await records.ProveAsync(roundId, Input.Code, cancellation) is { Granted: true } proof)
            Proof = proof.Value;
        return Page();
    }

    private async Task<bool> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return false;
        Round = round;
        return true;
    }

    /// <summary>The code.</summary>
    public sealed class Form
    {
        /// <summary>The receipt as typed.</summary>
        public string Code { get; set; } = "";
    }
}
