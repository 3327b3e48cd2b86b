using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>Writes a proposal and stores it as a draft.</summary>
[Authorize]
public sealed class NewModel(IProposals proposals, IRounds rounds) : PageModel
{
    /// <summary>What is written.</summary>
    [BindProperty]
    public ProposalForm Input { get; set; } = new();

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        Input.Language = LanguageChoice.Current;
        if (Round.Headings is [var only])
            Input.HeadingId = only.Id;
        return Page();
    }

    /// <summary>Stores the draft and shows it as others will see it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (!await LoadAsync(roundId, cancellation))
            return NotFound();
        if (!ModelState.IsValid)
            return Page();
        var written = await proposals.WriteAsync(User.Actor(), roundId, Input.ToCore(), Input.Writing, cancellation);
        if (!written.Granted)
            return this.Refuse(written.Refusals);
        // Someone who came back to the form and went on writing has stored it once already: what they wrote since must not be lost.
        if (await proposals.FindAsync(User.Actor(), written.Value, cancellation) is { } stored && !Input.IsSameAs(stored))
        {
            var changed = await proposals.ChangeAsync(User.Actor(), written.Value, Input.ToCore(), cancellation);
            if (!changed.Granted)
                return this.Refuse(changed.Refusals);
        }
        return LocalRedirect($"/proposals/{written.Value}/preview");
    }

    private async Task<bool> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return false;
        Round = round;
        return true;
    }
}
