using Budgeting.Core.Proposals;

namespace Budgeting.Core.Evaluation;

/// <summary>Officials' answers to proposals: feasible with a cost, or not feasible with a reason. Both are public.</summary>
public interface IEvaluations
{
    /// <summary>
    /// Answers a proposal, or answers it anew. Evaluators and coordinators may from Proposing until voting begins; after that,
    /// and before publishing, only a proposal still without an answer can be answered, and only as not feasible, since the sheet is frozen.
    /// </summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Evaluation.SheetFrozen</c>, <c>Evaluation.Closed</c>, <c>Evaluation.ProposalChanged</c> (since it was read), <c>Evaluation.Hidden</c>, or refusals of the input
    /// (<c>Evaluation.CostNeeded</c>, <c>Evaluation.CostNotPositive</c>, <c>Evaluation.ReasonNeeded</c>, <c>Evaluation.ReasonTooLong</c>).</returns>
    Task<Outcome<Done>> AnswerAsync(Actor actor, long proposalId, EvaluationInput answer, CancellationToken cancellation);

    /// <summary>Submitted proposals of a round without an answer, oldest first.</summary>
    Task<IReadOnlyList<ProposalView>> WaitingAsync(Actor actor, long roundId, CancellationToken cancellation);
}

/// <summary>An answer as entered.</summary>
/// <param name="Feasible">Whether the proposal becomes a project.</param>
/// <param name="Cost">More than zero, for a feasible one; ignored otherwise.</param>
/// <param name="Reason">Public; needed when not feasible; at most 2,000 characters.</param>
/// <param name="Revision">The revision of the proposal that was read; null to answer whatever it says.</param>
public sealed record EvaluationInput(bool Feasible, Money? Cost, string? Reason, int? Revision = null);

/// <summary>An answer as shown.</summary>
/// <param name="Feasible">Whether the proposal became a project.</param>
/// <param name="Cost">Its cost; null when not feasible.</param>
/// <param name="Reason">Public, or null.</param>
/// <param name="At">When it was given.</param>
public sealed record EvaluationView(bool Feasible, Money? Cost, string? Reason, DateTimeOffset At);
