using Budgeting.Core;
using Budgeting.Core.Proposals;

namespace Budgeting.Silo.Proposals;

/// <summary>Proposals by way of their grains. Drafts, which only their authors know of, have none.</summary>
internal sealed class GrainProposals([FromKeyedServices(Own.Key)] IProposals own, Grains grains) : IProposals
{
    public Task<Outcome<long>> WriteAsync(Actor actor, long roundId, ProposalInput input, Guid writing, CancellationToken cancellation) =>
        own.WriteAsync(actor, roundId, input, writing, cancellation);

    public async Task<Outcome<Done>> ChangeAsync(Actor actor, long proposalId, ProposalInput input, CancellationToken cancellation) =>
        await grains.ProposalAsync(proposalId, cancellation) is { } proposal
            ? await proposal.ChangeAsync(actor, input)
            : await own.ChangeAsync(actor, proposalId, input, cancellation);

    public Task<Outcome<Done>> SubmitAsync(Actor actor, long proposalId, CancellationToken cancellation) => own.SubmitAsync(actor, proposalId, cancellation);

    public async Task<Outcome<Done>> WithdrawAsync(Actor actor, long proposalId, CancellationToken cancellation) =>
        await grains.ProposalAsync(proposalId, cancellation) is { } proposal
            ? await proposal.WithdrawAsync(actor)
            : await own.WithdrawAsync(actor, proposalId, cancellation);

    // Whether a signed-in person wrote it or moderates it is the service's to say; the many who read are not signed in.
    public async Task<ProposalView?> FindAsync(Actor actor, long proposalId, CancellationToken cancellation) =>
        actor == Actor.Visitor && await grains.ProposalAsync(proposalId, cancellation) is { } proposal
            ? await grains.AskAsync(proposal, grain => grain.FindAsync(), () => own.FindAsync(actor, proposalId, cancellation))
            : await own.FindAsync(actor, proposalId, cancellation);

    public Task<ProposalList> SearchAsync(ProposalFilter filter, CancellationToken cancellation) => own.SearchAsync(filter, cancellation);

    public Task<IReadOnlyList<ProposalView>> OwnAsync(Actor actor, CancellationToken cancellation) => own.OwnAsync(actor, cancellation);
}
