using Budgeting.Core.Attachments;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>Reports a proposal or one of its attachments.</summary>
[Authorize]
public sealed class ReportModel(IModeration moderation, IProposals proposals, IAttachments attachments, IStringLocalizer<ModerationTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The proposal.</summary>
    public ProposalView Proposal { get; private set; } = null!;

    /// <summary>Its attachments.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, long? attachment, CancellationToken cancellation)
    {
        Input.AttachmentId = attachment;
        return await LoadAsync(proposalId, cancellation) ? Page() : NotFound();
    }

    /// <summary>Stores the report.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        if (!ModelState.IsValid)
            return Page();
        var reported = await moderation.ReportAsync(User.Actor(), proposalId, new(Input.Category, Input.Words, Input.AttachmentId), cancellation);
        if (!reported.Granted)
            return this.Refuse(reported.Refusals);
        this.Confirm(texts["Report.Done"]);
        return LocalRedirect($"/proposals/{proposalId}");
    }

    private async Task<bool> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        if (await proposals.FindAsync(User.Actor(), proposalId, cancellation) is not { Readable: true } proposal
            || proposal.Status is ProposalStatus.Draft or ProposalStatus.Withdrawn)
            return false;
        Proposal = proposal;
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        return true;
    }

    /// <summary>A report.</summary>
    public sealed class Form
    {
        /// <summary>What is wrong.</summary>
        public ModerationCategory? Category { get; set; }

        /// <summary>More on that.</summary>
        public string Words { get; set; } = "";

        /// <summary>The attachment; null for the text.</summary>
        public long? AttachmentId { get; set; }
    }
}
