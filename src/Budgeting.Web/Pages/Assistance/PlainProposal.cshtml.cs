using Budgeting.Core.People;
using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Admin;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>A proposal's summary in plain language, beside what its author wrote.</summary>
public sealed class PlainProposalModel(IRounds rounds, IAuthority authority, IProposals proposals, IPlainSummaries summaries, IStringLocalizer<AssistanceTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public PlainForm Input { get; set; } = new();

    /// <summary>The proposal.</summary>
    public ProposalView Proposal { get; private set; } = null!;

    /// <summary>The summary as it stands; null when there is none.</summary>
    public Core.LocalizedText? Written { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (await LoadAsync(proposalId, cancellation) is { } answer)
            return answer;
        Input = PlainForm.Of(Written);
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (await LoadAsync(proposalId, cancellation) is { } answer)
            return answer;
        var written = await summaries.WriteProposalAsync(User.Actor(), proposalId, Input.Text.ToText(), cancellation);
        if (!written.Granted)
            return this.Refuse([.. Input.Text.Place(written.Refusals, nameof(Input.Text))]);
        this.Confirm(texts["Plain.Saved"]);
        return LocalRedirect($"/admin/rounds/{Round.Id}/plain");
    }

    private async Task<IActionResult?> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        if (await proposals.FindAsync(User.Actor(), proposalId, cancellation) is not { Status: not (ProposalStatus.Draft or ProposalStatus.Withdrawn) } proposal)
            return NotFound();
        Proposal = proposal;
        if (await EnterAsync(proposal.RoundId, cancellation, Role.Coordinator, Role.Evaluator) is { } answer)
            return answer;
        Written = (await summaries.OfRoundAsync(proposal.RoundId, cancellation)).Of(proposalId);
        return null;
    }
}
