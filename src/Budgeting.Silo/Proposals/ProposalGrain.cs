using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Silo.Cluster;

namespace Budgeting.Silo.Proposals;

[RegionPlacement]
internal sealed class ProposalGrain : Grain, IProposalGrain
{
    // Besides changes made past the silos, this is how long an author's old name may stand.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Own _own;
    private readonly Remembered<ProposalView?> _proposal;

    public ProposalGrain(Own own, TimeProvider time)
    {
        _own = own;
        _proposal = new(time, Fresh, () => own.AskAsync<IProposals, ProposalView?>(proposals => proposals.FindAsync(Actor.Visitor, ProposalId, default)), _ => null);
    }

    private long ProposalId => GrainKeys.IdOf(this.GetPrimaryKeyString());

    public Task<ProposalView?> FindAsync() => _proposal.GetAsync();

    public Task<Outcome<Done>> ChangeAsync(Actor actor, ProposalInput input) =>
        _own.AskAsync<IProposals, Outcome<Done>>(proposals => proposals.ChangeAsync(actor, ProposalId, input, default));

    public Task<Outcome<Done>> WithdrawAsync(Actor actor) =>
        _own.AskAsync<IProposals, Outcome<Done>>(proposals => proposals.WithdrawAsync(actor, ProposalId, default));

    public Task<Outcome<Done>> AnswerAsync(Actor actor, EvaluationInput answer) =>
        _own.AskAsync<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(actor, ProposalId, answer, default));

    public Task ChangedAsync()
    {
        _proposal.Forget();
        return Task.CompletedTask;
    }
}
