using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;

namespace Budgeting.Silo.Proposals;

/// <summary>Answers to proposals by way of their grains, in line with what their authors do.</summary>
internal sealed class GrainEvaluations([FromKeyedServices(Own.Key)] IEvaluations own, Grains grains) : IEvaluations
{
    public async Task<Outcome<Done>> AnswerAsync(Actor actor, long proposalId, EvaluationInput answer, CancellationToken cancellation) =>
        await grains.ProposalAsync(proposalId, cancellation) is { } proposal
            ? await proposal.AnswerAsync(actor, answer)
            : await own.AnswerAsync(actor, proposalId, answer, cancellation);

    public Task<IReadOnlyList<ProposalView>> WaitingAsync(Actor actor, long roundId, CancellationToken cancellation) => own.WaitingAsync(actor, roundId, cancellation);
}
