using System.Globalization;
using Budgeting.Core.Attachments;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Proposals;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Pages.Attachments;

/// <summary>Adds files to one's own proposal and removes them.</summary>
[Authorize]
[RequestSizeLimit(LargestForm)]
public sealed class EditModel(
    IAttachments attachments, IProposals proposals, IRounds rounds, IOptions<AttachmentOptions> limits, IStringLocalizer<ModerationTexts> texts) : PageModel
{
    // The rest of the form is small. A file above the configured size and below this is answered in words, beside its field.
    private const long LargestForm = AttachmentOptions.MostBytes + (1 << 20);

    /// <summary>The file.</summary>
    [BindProperty] public IFormFile? Upload { get; set; }

    /// <summary>What it shows or is.</summary>
    [BindProperty] public string Description { get; set; } = "";

    /// <summary>The proposal with its round.</summary>
    public ProposalInRound Shown { get; private set; } = null!;

    /// <summary>What is attached.</summary>
    public IReadOnlyList<AttachmentView> Attached { get; private set; } = [];

    /// <summary>How much may be attached.</summary>
    public AttachmentOptions Limits => limits.Value;

    /// <summary>The size of a file.</summary>
    public string Megabytes => (Limits.MaximumBytes / (double)(1 << 20)).ToString("0.#", CultureInfo.CurrentCulture);

    /// <summary>Where one came from: a draft goes on to be sent.</summary>
    public string Back => $"/proposals/{Shown.Proposal.Id}{(Shown.Proposal.Status == ProposalStatus.Draft ? "/preview" : "")}";

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation) =>
        await LoadAsync(proposalId, cancellation) ? Page() : NotFound();

    /// <summary>Adds a file.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        await using var file = Upload?.OpenReadStream() ?? Stream.Null;
        var added = await attachments.AddAsync(User.Actor(), proposalId, Description, file, cancellation);
        if (!added.Granted)
            return this.Refuse([.. added.Refusals.Select(Beside)], prefix: "");
        this.Confirm(texts["Attachment.Done"]);
        return LocalRedirect($"/proposals/{proposalId}/attachments");
    }

    /// <summary>Removes one.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(long proposalId, long attachmentId, CancellationToken cancellation)
    {
        var removed = await attachments.RemoveAsync(User.Actor(), attachmentId, cancellation);
        if (!removed.Granted)
            return this.Refuse(removed.Refusals, prefix: "");
        this.Confirm(texts["Attachment.Removed"]);
        return LocalRedirect($"/proposals/{proposalId}/attachments");
    }

    private static Core.Refusal Beside(Core.Refusal refusal) => refusal.Field switch
    {
        "file" => refusal with { Field = nameof(Upload) },
        "description" => refusal with { Field = nameof(Description) },
        _ => refusal,
    };

    private async Task<bool> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        if (await ProposalInRound.FindAsync(proposals, rounds, User.Actor(), proposalId, cancellation) is not { Proposal.Own: true } found)
            return false;
        Shown = found;
        Attached = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        return true;
    }
}
