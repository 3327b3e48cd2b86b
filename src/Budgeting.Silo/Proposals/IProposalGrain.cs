using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Orleans.Concurrency;

namespace Budgeting.Silo.Proposals;

/// <summary>One proposal: as a visitor sees it, from memory; what its author and its evaluators do to it, one act after another. The key is the region, the round and the proposal.</summary>
[Alias("budgeting.IProposalGrain")]
public interface IProposalGrain : IGrainWithStringKey
{
    /// <summary>The proposal as a visitor sees it; see <see cref="IProposals.FindAsync"/>.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<ProposalView?> FindAsync();

    /// <summary>See <see cref="IProposals.ChangeAsync"/>.</summary>
    [Alias("Change")]
    Task<Outcome<Done>> ChangeAsync(Actor actor, ProposalInput input);

    /// <summary>See <see cref="IProposals.WithdrawAsync"/>.</summary>
    [Alias("Withdraw")]
    Task<Outcome<Done>> WithdrawAsync(Actor actor);

    /// <summary>See <see cref="IEvaluations.AnswerAsync"/>.</summary>
    [Alias("Answer")]
    Task<Outcome<Done>> AnswerAsync(Actor actor, EvaluationInput answer);

    /// <summary>The proposal has changed: what is remembered of it is forgotten.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}
