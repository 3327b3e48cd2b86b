using System.Collections.Concurrent;
using Budgeting.Core;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Silo.Proposals;
using Budgeting.Silo.Regions;
using Budgeting.Silo.Results;
using Budgeting.Silo.Rounds;
using Budgeting.Silo.Voting;

namespace Budgeting.Silo;

/// <summary>
/// Finds the grain of a thing by its id. The region that the grain's key begins with is asked of Core once and remembered: a round never
/// moves to another region, nor a region to another parent.
/// </summary>
internal sealed partial class Grains(IGrainFactory factory, ISiloStatusOracle silos, Own own, ILogger<Grains> log)
{
    // What a grain answers from memory takes it a millisecond. A silo that has fallen silent is known to be dead only after a quarter of a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Avoided = TimeSpan.FromSeconds(5);

    // Rounds are few; proposals may be many.
    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<long, long> _regionOfRound = new();
    private readonly ConcurrentDictionary<long, long> _roundOfProposal = new();
    private readonly ConcurrentDictionary<long, long> _rootOfRegion = new();

    // Until when a grain that did not answer is left alone, by the clock of ticks since the start.
    private readonly ConcurrentDictionary<GrainId, long> _silent = new();

    /// <summary>Whether there are other silos, on which a grain may be.</summary>
    public bool MayBeElsewhere => silos.GetActiveSilos().Length > 1;

    /// <summary>The grain that holds what concerns all regions.</summary>
    public IRegionGrain Platform => factory.GetGrain<IRegionGrain>(GrainKeys.Region(0));

    /// <summary>The grain of the uppermost region that a region lies in; null when there is no such region.</summary>
    public async Task<IRegionGrain?> RegionAsync(long regionId, CancellationToken cancellation)
    {
        if (!_rootOfRegion.TryGetValue(regionId, out var root))
        {
            var tree = (await own.AskAsync<IRegions, IReadOnlyList<RegionView>>(regions => regions.TreeAsync(cancellation))).ToDictionary(region => region.Id);
            if (!tree.TryGetValue(regionId, out var region))
                return null;
            while (region.ParentId is { } parentId)
                region = tree[parentId];
            _rootOfRegion[regionId] = root = region.Id;
        }
        return factory.GetGrain<IRegionGrain>(GrainKeys.Region(root));
    }

    /// <summary>A round's grain; null when there is no such round.</summary>
    public async Task<IRoundGrain?> RoundAsync(long roundId, CancellationToken cancellation) =>
        await RegionOfAsync(roundId, cancellation) is { } regionId ? factory.GetGrain<IRoundGrain>(GrainKeys.Round(regionId, roundId)) : null;

    /// <summary>The grain of a round's second alarm; null when there is no such round.</summary>
    public async Task<IRoundAlarmGrain?> RoundAlarmAsync(long roundId, CancellationToken cancellation) =>
        await RegionOfAsync(roundId, cancellation) is { } regionId ? factory.GetGrain<IRoundAlarmGrain>(GrainKeys.Round(regionId, roundId)) : null;

    /// <summary>The grain of a round's result; null when there is no such round.</summary>
    public async Task<IResultGrain?> ResultAsync(long roundId, CancellationToken cancellation) =>
        await RegionOfAsync(roundId, cancellation) is { } regionId ? factory.GetGrain<IResultGrain>(GrainKeys.Round(regionId, roundId)) : null;

    /// <summary>A proposal's grain; null when there is none that has been submitted.</summary>
    /// <param name="proposalId">The proposal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="roundId">Its round, where that is known; 0 where it is not.</param>
    public async Task<IProposalGrain?> ProposalAsync(long proposalId, CancellationToken cancellation, long roundId = 0)
    {
        if (roundId == 0 && !_roundOfProposal.TryGetValue(proposalId, out roundId))
        {
            if (await own.AskAsync<IProposals, ProposalView?>(proposals => proposals.FindAsync(Actor.Platform, proposalId, cancellation)) is not { } proposal)
                return null;
            if (_roundOfProposal.Count >= MostRemembered)
                _roundOfProposal.Clear();
            _roundOfProposal[proposalId] = roundId = proposal.RoundId;
        }
        return await RegionOfAsync(roundId, cancellation) is { } regionId ? factory.GetGrain<IProposalGrain>(GrainKeys.Proposal(regionId, roundId, proposalId)) : null;
    }

    /// <summary>The grain of the shard of a round's ballot box; null when there is no such round.</summary>
    public async Task<IBallotBoxGrain?> BallotBoxAsync(long roundId, int shard, CancellationToken cancellation) =>
        await RegionOfAsync(roundId, cancellation) is { } regionId ? factory.GetGrain<IBallotBoxGrain>(GrainKeys.BallotBox(regionId, roundId, shard)) : null;

    /// <summary>
    /// Asks a grain, or Core's own service when the grain is out of reach or does not answer within a moment: its silo has just died or
    /// hangs, or a new one is still joining. Both give the same; only the one is quicker. So it is for what may be done twice: reading, and acts that have a name.
    /// </summary>
    /// <param name="grain">The grain.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="service">Asks the service.</param>
    /// <param name="patience">How long to wait for the grain; null for the moment that reading from memory may take.</param>
    public async Task<T> AskAsync<TGrain, T>(TGrain grain, Func<TGrain, Task<T>> ask, Func<Task<T>> service, TimeSpan? patience = null)
        where TGrain : IGrain
    {
        var id = grain.GetGrainId();
        if (_silent.TryGetValue(id, out var until))
        {
            if (Environment.TickCount64 < until)
                return await service();
            _silent.TryRemove(id, out _);
        }
        try
        {
            return await ask(grain).WaitAsync(patience ?? Patience);
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            _silent[id] = Environment.TickCount64 + (long)Avoided.TotalMilliseconds;
            Unreachable(fault, id);
            return await service();
        }
    }

    private async Task<long?> RegionOfAsync(long roundId, CancellationToken cancellation)
    {
        if (_regionOfRound.TryGetValue(roundId, out var known))
            return known;
        if (await own.AskAsync<IRounds, RoundView?>(rounds => rounds.FindAsync(Actor.Platform, roundId, cancellation)) is not { } round)
            return null;
        return _regionOfRound[roundId] = round.Region.Id;
    }

    [LoggerMessage(LogLevel.Warning, "Grain {Grain} is out of reach; for a few seconds the service is asked itself")]
    private partial void Unreachable(Exception fault, GrainId grain);
}
