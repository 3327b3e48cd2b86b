using Budgeting.Core.Attachments;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>One reported proposal: what people wrote, what was done, and what to do.</summary>
public sealed class CaseModel(
    IModeration moderation, IProposals proposals, IAttachments attachments, TimeProvider time, IStringLocalizer<ModerationTexts> texts) : ModeratorPage
{
    /// <summary>What was decided on an appeal.</summary>
    [BindProperty] public DecisionForm Decision { get; set; } = new();

    /// <summary>The case.</summary>
    public ModerationCase Found { get; private set; } = null!;

    /// <summary>The proposal.</summary>
    public ProposalView Proposal { get; private set; } = null!;

    /// <summary>Its attachments, those hidden too.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>Whether the ballot sheet is frozen.</summary>
    public bool Frozen => Found.FreezesAt <= time.GetUtcNow();

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation) =>
        await LoadAsync(proposalId, cancellation) ? Page() : NotFound();

    /// <summary>Acts.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation))
            return NotFound();
        var acted = await moderation.ActAsync(User.Actor(), [proposalId], Input.ToCore(), cancellation);
        if (!acted.Granted)
            return this.Refuse(acted.Refusals);
        this.Confirm(texts["Act.Done"]);
        return LocalRedirect($"/admin/moderation/{proposalId}");
    }

    /// <summary>Decides an appeal.</summary>
    public async Task<IActionResult> OnPostDecideAsync(long proposalId, CancellationToken cancellation)
    {
        if (!await LoadAsync(proposalId, cancellation) || Found.Acts.All(act => act.Id != Decision.ActId))
            return NotFound();
        var decided = await moderation.DecideAppealAsync(
            User.Actor(), Decision.ActId, new(Decision.ActStands, Decision.Reason.ReplaceLineEndings("\n")), cancellation);
        if (!decided.Granted)
            return this.Refuse(decided.Refusals, prefix: nameof(Decision));
        this.Confirm(texts["Case.Decided"]);
        return LocalRedirect($"/admin/moderation/{proposalId}");
    }

    private async Task<bool> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        if (await moderation.FindCaseAsync(User.Actor(), proposalId, cancellation) is not { } found
            || await proposals.FindAsync(User.Actor(), proposalId, cancellation) is not { } proposal)
            return false;
        (Found, Proposal) = (found, proposal);
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        return true;
    }

    /// <summary>A decision.</summary>
    public sealed class DecisionForm
    {
        /// <summary>What is appealed against.</summary>
        public long ActId { get; set; }

        /// <summary>Whether it stands.</summary>
        public bool? ActStands { get; set; }

        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";
    }
}
