using Budgeting.Core;
using Budgeting.Core.Voting;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Budgeting.Silo.Voting;

// Ballots that come while others are being written make the next group, here as in the box.
[Reentrant, HashBasedPlacement]
internal sealed class BallotBoxGrain([FromKeyedServices(Own.Key)] IBallotBox box) : Grain, IBallotBoxGrain
{
    private long RoundId => GrainKeys.IdOf(this.GetPrimaryKeyString()[..this.GetPrimaryKeyString().LastIndexOf('/')]);

    public async Task<Immutable<Outcome<StoredBallot>[]>> CastAsync(Immutable<CastBallot[]> ballots) =>
        (await Task.WhenAll(ballots.Value.Select(ballot => box.CastAsync(ballot, default)))).AsImmutable();

    public Task<Outcome<Done>> WithdrawAsync(Voter voter) => box.WithdrawAsync(RoundId, voter, default);

    public Task<Outcome<Done>> IssuePaperAsync(Voter voter, Guid act) => box.IssuePaperAsync(RoundId, voter, act, default);

    public Task<Outcome<Done>> TakeBackPaperAsync(Voter voter) => box.TakeBackPaperAsync(RoundId, voter, default);
}
