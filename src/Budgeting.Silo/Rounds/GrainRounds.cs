using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Silo.Regions;

namespace Budgeting.Silo.Rounds;

/// <summary>Rounds by way of their grains.</summary>
internal sealed class GrainRounds([FromKeyedServices(Own.Key)] IRounds own, Grains grains) : IRounds
{
    public async Task<IReadOnlyList<RoundSummary>> ListAsync(RoundFilter filter, CancellationToken cancellation)
    {
        var grain = filter.RegionId is { } regionId ? await grains.RegionAsync(regionId, cancellation) : grains.Platform;
        return grain is null
            ? await own.ListAsync(filter, cancellation)
            : await grains.AskAsync<IRegionGrain, IReadOnlyList<RoundSummary>>(grain, async region => await region.RoundsAsync(filter), () => own.ListAsync(filter, cancellation));
    }

    public async Task<RoundView?> FindAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await grains.RoundAsync(roundId, cancellation) is not { } grain)
            return null;
        // What a visitor does not see yet, an official may.
        return await grains.AskAsync(grain, round => round.FindAsync(), () => Task.FromResult<RoundView?>(null)) ?? await own.FindAsync(actor, roundId, cancellation);
    }

    public Task<IReadOnlyList<RoundSummary>> ManagedByAsync(Actor actor, CancellationToken cancellation) => own.ManagedByAsync(actor, cancellation);

    public Task<Outcome<long>> CreateAsync(Actor actor, NewRound round, CancellationToken cancellation) => own.CreateAsync(actor, round, cancellation);

    public Task<Outcome<Done>> DescribeAsync(Actor actor, long roundId, LocalizedText title, LocalizedText summary, CancellationToken cancellation) =>
        ActAsync(roundId, round => round.DescribeAsync(actor, title, summary), cancellation);

    public Task<Outcome<Done>> RescheduleAsync(Actor actor, long roundId, IReadOnlyList<PhasePeriod> periods, CancellationToken cancellation) =>
        ActAsync(roundId, round => round.RescheduleAsync(actor, [.. periods]), cancellation);

    public Task<Outcome<Done>> ChangeEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation) =>
        ActAsync(roundId, round => round.ChangeEnvelopeAsync(actor, amount, reason), cancellation);

    public Task<Outcome<long>> AddHeadingAsync(Actor actor, long roundId, HeadingInput heading, CancellationToken cancellation) =>
        ActAsync(roundId, round => round.AddHeadingAsync(actor, heading), cancellation);

    public Task<Outcome<Done>> ChangeHeadingAsync(Actor actor, long roundId, long headingId, HeadingInput heading, CancellationToken cancellation) =>
        ActAsync(roundId, round => round.ChangeHeadingAsync(actor, headingId, heading), cancellation);

    public Task<IReadOnlyList<EnvelopeChangeView>> EnvelopeHistoryAsync(long roundId, CancellationToken cancellation) => own.EnvelopeHistoryAsync(roundId, cancellation);

    public Task<IReadOnlyList<PhaseDutyView>> DutiesAsync(Actor actor, long roundId, CancellationToken cancellation) => own.DutiesAsync(actor, roundId, cancellation);

    // An act whose silo dies is not tried again here: whether it was done, the person looks.
    private async Task<Outcome<T>> ActAsync<T>(long roundId, Func<IRoundGrain, Task<Outcome<T>>> act, CancellationToken cancellation) =>
        await grains.RoundAsync(roundId, cancellation) is { } round ? await act(round) : Refusal.NotFound;
}
