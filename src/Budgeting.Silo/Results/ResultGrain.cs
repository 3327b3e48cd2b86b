using Budgeting.Core;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Silo.Cluster;
using Budgeting.Silo.Rounds;
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
    // As long as the round beside it is believed, which says whether it is published and since when.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Own _own;
    private readonly ResultStore _store;
    private readonly Remembered<Outcome<RoundResult>> _answer;
    private RoundResult? _published;

    public ResultGrain(Own own, ResultStore store, TimeProvider time)
    {
        (_own, _store) = (own, store);
        _answer = new(time, Fresh, ReadAsync, _ => null);
    }

    public Task<Outcome<RoundResult>> FindAsync() => _answer.GetAsync();

    public Task ChangedAsync()
    {
        _answer.Forget();
        return Task.CompletedTask;
    }

    // A result does not change any more, but the database can be set back to before it was published: then the round tells otherwise, or of another instant.
    private async Task<Outcome<RoundResult>> ReadAsync()
    {
        if (await GrainFactory.GetGrain<IRoundGrain>(this.GetPrimaryKeyString()).FindAsync() is not { Phase: >= Phase.Published } round)
            return await OwnAsync();
        var publishedAt = round.StartOf(Phase.Published)!.Value;
        if (_published is { } known && known.PublishedAt == publishedAt)
            return known;
        var aside = await _store.FindAsync(this.GetGrainId());
        if (aside.Result is { } kept && kept.PublishedAt == publishedAt)
            return _published = kept;
        var answer = await OwnAsync();
        if (answer.Granted)
        {
            _published = answer.Value;
            // Whoever asks does not wait for it.
            _ = _store.PutAsync(this.GetGrainId(), aside, answer.Value);
        }
        return answer;
    }

    private Task<Outcome<RoundResult>> OwnAsync() =>
        _own.AskAsync<IResults, Outcome<RoundResult>>(results => results.FindAsync(GrainKeys.IdOf(this.GetPrimaryKeyString()), default));
}

/// <summary>Results by way of their grains.</summary>
internal sealed class GrainResults([FromKeyedServices(Own.Key)] IResults own, Grains grains) : IResults
{
    public async Task<Outcome<RoundResult>> FindAsync(long roundId, CancellationToken cancellation) =>
        await grains.ResultAsync(roundId, cancellation) is { } result
            ? await grains.AskAsync(result, grain => grain.FindAsync(), () => own.FindAsync(roundId, cancellation))
            : await own.FindAsync(roundId, cancellation);
}
