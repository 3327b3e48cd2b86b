using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Silo.Cluster;

namespace Budgeting.Silo.Regions;

[RegionPlacement]
internal sealed class RegionGrain : Grain, IRegionGrain
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Own _own;
    private readonly TimeProvider _time;
    private readonly Remembered<RegionView[]> _tree;
    private readonly Remembered<ILookup<long, Role>> _roles;

    // A region of the county and a phase, or none: as many as there are regions and phases at most.
    private readonly Dictionary<RoundFilter, Remembered<RoundSummary[]>> _rounds = [];

    public RegionGrain(Own own, TimeProvider time)
    {
        (_own, _time) = (own, time);
        _tree = new(time, Fresh, async () => [.. await own.AskAsync<IRegions, IReadOnlyList<RegionView>>(regions => regions.TreeAsync(default))], _ => null);
        _roles = new(time, Fresh, async () => (await own.AskAsync<IAuthority, IReadOnlyList<RoleGiven>>(
            authority => authority.GivenWithinAsync(GrainKeys.IdOf(this.GetPrimaryKeyString()), default))).ToLookup(given => given.AccountId, given => given.Role), _ => null);
    }

    public Task<RegionView[]> TreeAsync() => _tree.GetAsync();

    public Task<RoundSummary[]> RoundsAsync(RoundFilter filter)
    {
        if (!_rounds.TryGetValue(filter, out var rounds))
        {
            _rounds[filter] = rounds = new(_time, Fresh,
                async () => [.. await _own.AskAsync<IRounds, IReadOnlyList<RoundSummary>>(service => service.ListAsync(filter, default))],
                found => found.Min(round => round.PhaseEndsAt));
        }
        return rounds.GetAsync();
    }

    public async Task<bool> MayHoldAsync(long accountId, Role[] roles) => (await _roles.GetAsync())[accountId].Intersect(roles).Any();

    public Task ChangedAsync()
    {
        _tree.Forget();
        _roles.Forget();
        _rounds.Clear();
        return Task.CompletedTask;
    }
}
