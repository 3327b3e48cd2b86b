using Budgeting.Core;
using Budgeting.Core.Voting;
using Orleans.Concurrency;

namespace Budgeting.Silo.Voting;

/// <summary>
/// One shard of a round's ballot box: the same voter's ballots always come to the same. The key is the region, the round and the shard.
/// </summary>
/// <remarks>
/// It holds no ballot. That a voter has one ballot is the database's unique key's to see to, whoever writes: two activations of a shard,
/// which a torn network may bring about, are as good as one.
/// </remarks>
[Alias("budgeting.IBallotBoxGrain")]
public interface IBallotBoxGrain : IGrainWithStringKey
{
    /// <summary>Casts ballots of this shard; the answers are in their order. See <see cref="IBallotBox.CastAsync"/>.</summary>
    [Alias("Cast")]
    Task<Immutable<Outcome<StoredBallot>[]>> CastAsync(Immutable<CastBallot[]> ballots);

    /// <summary>See <see cref="IBallotBox.WithdrawAsync"/>.</summary>
    [Alias("Withdraw")]
    Task<Outcome<Done>> WithdrawAsync(Voter voter);

    /// <summary>See <see cref="IBallotBox.IssuePaperAsync"/>.</summary>
    [Alias("IssuePaper")]
    Task<Outcome<Done>> IssuePaperAsync(Voter voter, Guid act);

    /// <summary>See <see cref="IBallotBox.TakeBackPaperAsync"/>.</summary>
    [Alias("TakeBackPaper")]
    Task<Outcome<Done>> TakeBackPaperAsync(Voter voter);
}
