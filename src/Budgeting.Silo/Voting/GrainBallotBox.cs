using System.Collections.Concurrent;
using Budgeting.Core;
using Budgeting.Core.Voting;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Budgeting.Silo.Voting;

/// <summary>
/// The ballot box by way of its shards. Ballots for a shard that come while others are on their way travel together.
/// </summary>
internal sealed partial class GrainBallotBox(
    [FromKeyedServices(Own.Key)] IBallotBox own, Grains grains, IOptions<BallotBoxOptions> options, ILogger<GrainBallotBox> log) : IBallotBox
{
    private readonly ConcurrentDictionary<(long RoundId, int Shard), Courier> _couriers = new();
    private int _waiting;

    public async Task<Outcome<StoredBallot>> CastAsync(CastBallot ballot, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var place = (ballot.RoundId, GrainKeys.ShardOf(ballot.Voter.Key));
        if (!_couriers.TryGetValue(place, out var courier))
        {
            if (await grains.BallotBoxAsync(ballot.RoundId, place.Item2, cancellation) is not { } shard)
                return await own.CastAsync(ballot, cancellation);
            courier = _couriers.GetOrAdd(place, _ => new Courier(this, shard));
        }
        try
        {
            return Interlocked.Increment(ref _waiting) > options.Value.QueueLength ? Refusal.Of("Voting.Busy") : await courier.CarryAsync(ballot);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public Task<Outcome<Done>> WithdrawAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        ActAsync(roundId, voter, shard => shard.WithdrawAsync(voter), () => own.WithdrawAsync(roundId, voter, cancellation), cancellation);

    public Task<Outcome<Done>> IssuePaperAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        ActAsync(roundId, voter, shard => shard.IssuePaperAsync(voter), () => own.IssuePaperAsync(roundId, voter, cancellation), cancellation);

    public Task<Outcome<Done>> TakeBackPaperAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        ActAsync(roundId, voter, shard => shard.TakeBackPaperAsync(voter), () => own.TakeBackPaperAsync(roundId, voter, cancellation), cancellation);

    public Task<FoundBallot> FindAsync(long roundId, Voter voter, string? receipt, CancellationToken cancellation) => own.FindAsync(roundId, voter, receipt, cancellation);

    public Task<ReceiptStatus> CheckReceiptAsync(long roundId, string receipt, CancellationToken cancellation) => own.CheckReceiptAsync(roundId, receipt, cancellation);

    public Task<Outcome<Done>> CheckAsync(CastBallot ballot, CancellationToken cancellation) => own.CheckAsync(ballot, cancellation);

    // Where the shard is out of reach this silo's own box does it: the database sees to it that a voter has one ballot.
    private async Task<Outcome<Done>> ActAsync(
        long roundId, Voter voter, Func<IBallotBoxGrain, Task<Outcome<Done>>> act, Func<Task<Outcome<Done>>> service, CancellationToken cancellation) =>
        await grains.BallotBoxAsync(roundId, GrainKeys.ShardOf(voter.Key), cancellation) is { } shard
            ? await grains.ReadAsync(() => act(shard), service)
            : await service();

    private async Task<Outcome<StoredBallot>[]> CastAsync(IBallotBoxGrain shard, CastBallot[] ballots)
    {
        try
        {
            return (await shard.CastAsync(ballots.AsImmutable())).Value;
        }
        catch (TimeoutException fault)
        {
            // It may still be written. Sent again under the same name, a ballot is not stored twice.
            Unanswered(fault, ballots.Length);
            return [.. ballots.Select(_ => (Outcome<StoredBallot>)Refusal.Of("Voting.NotStored"))];
        }
        catch (Exception fault) when (Grains.OutOfReach(fault))
        {
            // The shard's silo is gone. Whether it wrote some of these before, the name of each act tells the box.
            Redirected(fault, ballots.Length);
            return await Task.WhenAll(ballots.Select(ballot => own.CastAsync(ballot, default)));
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} ballots were sent to a silo that is gone; this one writes them")]
    private partial void Redirected(Exception fault, int count);

    [LoggerMessage(LogLevel.Error, "{Count} ballots were not answered in time")]
    private partial void Unanswered(Exception fault, int count);

    private sealed class Courier(GrainBallotBox box, IBallotBoxGrain shard)
    {
        private readonly Lock _lock = new();
        private List<Parcel> _waiting = [];
        private bool _underWay;

        public Task<Outcome<StoredBallot>> CarryAsync(CastBallot ballot)
        {
            var parcel = new Parcel(ballot);
            List<Parcel> group;
            lock (_lock)
            {
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
                    var answers = await box.CastAsync(shard, [.. group.Select(parcel => parcel.Ballot)]);
                    for (var i = 0; i < group.Count; i++)
                        group[i].Answer.SetResult(answers[i]);
                }
                catch (Exception fault)
                {
                    foreach (var parcel in group)
                        parcel.Answer.TrySetException(fault);
                }
                lock (_lock)
                {
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
