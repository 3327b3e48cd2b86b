using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Silo.Cluster;
using Orleans.Concurrency;

namespace Budgeting.Silo.Results;

/// <summary>A round's published result from memory. The key is the region and the round.</summary>
[Alias("budgeting.IResultGrain")]
public interface IResultGrain : IGrainWithStringKey
{
    /// <summary>See <see cref="IResults.FindAsync"/>.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<Outcome<RoundResult>> FindAsync();

    /// <summary>The round has changed: what is remembered is forgotten.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}

[RegionPlacement]
internal sealed class ResultGrain : Grain, IResultGrain
{
    // A published result does not change; the refusal before it is published ends with a change that is told.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Remembered<Outcome<RoundResult>> _result;

    public ResultGrain(Own own, TimeProvider time) => _result = new(
        time, Fresh, () => own.AskAsync<IResults, Outcome<RoundResult>>(results => results.FindAsync(GrainKeys.IdOf(this.GetPrimaryKeyString()), default)), _ => null);

    public Task<Outcome<RoundResult>> FindAsync() => _result.GetAsync();

    public Task ChangedAsync()
    {
        _result.Forget();
        return Task.CompletedTask;
    }
}

/// <summary>Results by way of their grains.</summary>
internal sealed class GrainResults([FromKeyedServices(Own.Key)] IResults own, Grains grains) : IResults
{
    public async Task<Outcome<RoundResult>> FindAsync(long roundId, CancellationToken cancellation) =>
        await grains.ResultAsync(roundId, cancellation) is { } result
            ? await grains.AskAsync(result, grain => grain.FindAsync(), () => own.FindAsync(roundId, cancellation))
            : await own.FindAsync(roundId, cancellation);
}
