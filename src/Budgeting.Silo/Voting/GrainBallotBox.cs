using System.Collections.Concurrent;
using Budgeting.Core;
using Budgeting.Core.Voting;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Budgeting.Silo.Voting;

/// <summary>
/// The ballot box by way of its shards. Ballots for a shard that come while others are on their way travel together.
/// </summary>
internal sealed class GrainBallotBox([FromKeyedServices(Own.Key)] IBallotBox own, Grains grains, IOptions<BallotBoxOptions> options) : IBallotBox
{
    // A group may wait for the disk, and for the groups before it. Ballots have names: one that was written after all is not written twice,
    // nor does it come back when its voter has changed or withdrawn it in the meantime.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // How long ballots that came while others were on their way wait for more of their kind.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<(long RoundId, int Shard), Courier> _couriers = new();
    private readonly int _queueLength = Math.Max(1, options.Value.QueueLength / GrainKeys.Shards);

    public async Task<Outcome<StoredBallot>> CastAsync(CastBallot ballot, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var place = (ballot.RoundId, GrainKeys.ShardOf(ballot.Voter.Key));
        if (!_couriers.TryGetValue(place, out var courier))
        {
            if (await grains.BallotBoxAsync(ballot.RoundId, place.Item2, cancellation) is not { } shard)
                return await own.CastAsync(ballot, cancellation);
            courier = _couriers.GetOrAdd(place, _ => new Courier(grains, ballots => CastAsync(shard, ballots), _queueLength, options.Value.QueueLengthPerVoter));
        }
        return await courier.CarryAsync(ballot);
    }

    public Task<Outcome<Done>> WithdrawAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        ActAsync(roundId, voter, shard => shard.WithdrawAsync(voter), () => own.WithdrawAsync(roundId, voter, cancellation), cancellation);

    public Task<Outcome<Done>> IssuePaperAsync(long roundId, Voter voter, Guid act, CancellationToken cancellation) =>
        ActAsync(roundId, voter, shard => shard.IssuePaperAsync(voter, act), () => own.IssuePaperAsync(roundId, voter, act, cancellation), cancellation);

    public async Task<Outcome<Done>> TakeBackPaperAsync(long roundId, Voter voter, CancellationToken cancellation)
    {
        var again = false;
        var done = await ActAsync(roundId, voter, shard => shard.TakeBackPaperAsync(voter), () =>
        {
            again = true;
            return own.TakeBackPaperAsync(roundId, voter, cancellation);
        }, cancellation);
        // That there is none when it is asked for again may be the first time's doing. It is as the clerk wants it.
        return again && done.RefusedFor("Voting.NoPaperIssued") ? Done.It : done;
    }

    public Task<FoundBallot> FindAsync(long roundId, Voter voter, string? receipt, CancellationToken cancellation) => own.FindAsync(roundId, voter, receipt, cancellation);

    public Task<ReceiptStatus> CheckReceiptAsync(long roundId, string receipt, CancellationToken cancellation) => own.CheckReceiptAsync(roundId, receipt, cancellation);

    public Task<Outcome<Done>> CheckAsync(CastBallot ballot, CancellationToken cancellation) => own.CheckAsync(ballot, cancellation);

    // Where the shard is out of reach this silo's own box does it: the database sees to it that a voter has one ballot.
    private async Task<Outcome<Done>> ActAsync(
        long roundId, Voter voter, Func<IBallotBoxGrain, Task<Outcome<Done>>> act, Func<Task<Outcome<Done>>> service, CancellationToken cancellation) =>
        await grains.BallotBoxAsync(roundId, GrainKeys.ShardOf(voter.Key), cancellation) is { } shard
            ? await grains.AskAsync(shard, act, service, Patience)
            : await service();

    private Task<Outcome<StoredBallot>[]> CastAsync(IBallotBoxGrain shard, CastBallot[] ballots) => grains.AskAsync(
        shard,
        async grain => (await grain.CastAsync(ballots.AsImmutable())).Value,
        () => Task.WhenAll(ballots.Select(ballot => own.CastAsync(ballot, default))),
        Patience);

    private sealed class Courier(Grains grains, Func<CastBallot[], Task<Outcome<StoredBallot>[]>> castAsync, int queueLength, int queueLengthPerVoter)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, int> _unansweredPerVoter = [];
        private List<Parcel> _waiting = [];
        private bool _underWay;

        public Task<Outcome<StoredBallot>> CarryAsync(CastBallot ballot)
        {
            var parcel = new Parcel(ballot);
            List<Parcel> group;
            lock (_lock)
            {
                // As in the box: nobody fills the queue alone.
                var unanswered = _unansweredPerVoter.GetValueOrDefault(ballot.Voter.Key);
                if (_waiting.Count >= queueLength || unanswered >= queueLengthPerVoter)
                    return Task.FromResult<Outcome<StoredBallot>>(Refusal.Of("Voting.Busy"));
                _unansweredPerVoter[ballot.Voter.Key] = unanswered + 1;
                _waiting.Add(parcel);
                if (_underWay)
                    return parcel.Answer.Task;
                _underWay = true;
                (group, _waiting) = (_waiting, []);
            }
            _ = TravelAsync(group);
            return parcel.Answer.Task;
        }

        private async Task TravelAsync(List<Parcel> group)
        {
            while (group.Count > 0)
            {
                try
                {
                    var answers = await castAsync([.. group.Select(parcel => parcel.Ballot)]);
                    for (var i = 0; i < group.Count; i++)
                        group[i].Answer.SetResult(answers[i]);
                }
                catch (Exception fault)
                {
                    foreach (var parcel in group)
                        parcel.Answer.TrySetException(fault);
                }
                // A lone ballot has left at once. In a rush the next group grows a little more: each journey costs processor time of two silos.
                if (group.Count > 1 && grains.MayBeElsewhere)
                    await Task.Delay(Gathering);
                lock (_lock)
                {
                    foreach (var voter in group.Select(parcel => parcel.Ballot.Voter.Key))
                    {
                        if (--_unansweredPerVoter[voter] == 0)
                            _unansweredPerVoter.Remove(voter);
                    }
                    (group, _waiting) = (_waiting, []);
                    _underWay = group.Count > 0;
                }
            }
        }
    }

    private sealed record Parcel(CastBallot Ballot)
    {
        public TaskCompletionSource<Outcome<StoredBallot>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
