using Budgeting.Core;
using Budgeting.Core.Proposals;
using Orleans.Concurrency;

namespace Budgeting.Silo.Proposals;

/// <summary>One proposal: as a visitor sees it, from memory; what its author does to it, one act after another. The key is the region, the round and the proposal.</summary>
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

    /// <summary>The proposal has changed: what is remembered of it is forgotten.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}
