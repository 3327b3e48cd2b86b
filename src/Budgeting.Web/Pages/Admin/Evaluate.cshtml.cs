using Budgeting.Core;
using Budgeting.Core.Attachments;
using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Answers a proposal: feasible with a cost, or not feasible with a reason. Then the next one that waits.</summary>
public sealed class EvaluateModel(
    IRounds rounds, IProposals proposals, IEvaluations evaluations, IAttachments attachments, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The proposal.</summary>
    public ProposalView Proposal { get; private set; } = null!;

    /// <summary>Its attachments.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; private set; } = [];

    /// <summary>Whether the answer can be given or changed now.</summary>
    public bool Open => Round.Phase is >= Phase.Proposing and < Phase.Published && !(Frozen && Proposal.Evaluation is not null);

    /// <summary>Shows the proposal, and the answer it has.</summary>
    public async Task<IActionResult> OnGetAsync(long proposalId, CancellationToken cancellation)
    {
        if (await LoadAsync(proposalId, cancellation) is { } answer)
            return answer;
        Input.Revision = Proposal.Revision;
        if (Proposal.Evaluation is { } evaluation)
            Input = new() { Revision = Proposal.Revision, Answer = evaluation.Feasible ? Answer.Feasible : Answer.NotFeasible, Cost = evaluation.Cost is { } cost ? Format.MoneyToEdit(cost) : "", Reason = evaluation.Reason ?? "" };
        else if (Frozen)
            Input.Answer = Answer.NotFeasible;
        return Page();
    }

    /// <summary>Saves the answer and goes to the next proposal that waits.</summary>
    public async Task<IActionResult> OnPostAsync(long proposalId, CancellationToken cancellation)
    {
        if (await LoadAsync(proposalId, cancellation) is { } answer)
            return answer;
        if (Input.Answer is not { } chosen)
        {
            ModelState.AddModelError("Input.Answer", texts["Evaluate.Choose"]);
            return Page();
        }
        Money? cost = null;
        if (chosen == Answer.Feasible && !string.IsNullOrWhiteSpace(Input.Cost))
        {
            var parsed = Money.Parse(Input.Cost, nameof(Form.Cost));
            if (!parsed.Granted)
                return this.Refuse(parsed.Refusals);
            cost = parsed.Value;
        }
        var reason = string.IsNullOrWhiteSpace(Input.Reason) ? null : Input.Reason.Trim();
        var answered = await evaluations.AnswerAsync(User.Actor(), proposalId, new(chosen == Answer.Feasible, cost, reason, Input.Revision), cancellation);
        if (!answered.Granted)
        {
            // The page now shows the words as they stand; the next answer is to these.
            ModelState.Remove("Input.Revision");
            Input.Revision = Proposal.Revision;
            return this.Refuse(answered.Refusals);
        }
        var waiting = await evaluations.WaitingAsync(User.Actor(), Round.Id, cancellation);
        this.Confirm(waiting.Count > 0 ? texts["Evaluate.DoneNext", waiting.Count] : texts["Evaluate.DoneAll"]);
        return LocalRedirect(waiting.Count > 0 ? $"/admin/proposals/{waiting[0].Id}/evaluate" : $"/admin/rounds/{Round.Id}/evaluation");
    }

    private async Task<IActionResult?> LoadAsync(long proposalId, CancellationToken cancellation)
    {
        if (await proposals.FindAsync(User.Actor(), proposalId, cancellation) is not { Hidden: null } proposal || proposal.Status is ProposalStatus.Draft or ProposalStatus.Withdrawn)
            return NotFound();
        Proposal = proposal;
        Attachments = await attachments.OfProposalAsync(User.Actor(), proposalId, cancellation);
        return await EnterAsync(proposal.RoundId, cancellation, Role.Evaluator, Role.Coordinator);
    }

    /// <summary>The answers there are.</summary>
    public enum Answer
    {
        /// <summary>It becomes a project.</summary>
        Feasible,

        /// <summary>It does not.</summary>
        NotFeasible,
    }

    /// <summary>An answer.</summary>
    public sealed class Form
    {
        /// <summary>The revision of the proposal that was read.</summary>
        public int? Revision { get; set; }

        /// <summary>Which one.</summary>
        public Answer? Answer { get; set; }

        /// <summary>What it costs, when feasible.</summary>
        public string Cost { get; set; } = "";

        /// <summary>Why; public.</summary>
        public string Reason { get; set; } = "";
    }
}
