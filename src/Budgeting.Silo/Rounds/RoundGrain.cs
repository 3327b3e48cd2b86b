using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Silo.Cluster;

namespace Budgeting.Silo.Rounds;

[RegionPlacement]
internal sealed class RoundGrain : Grain, IRoundGrain
{
    // For changes made past the silos.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Own _own;
    private readonly Remembered<RoundView?> _round;
    private BallotSheet[] _sheets = [];

    public RoundGrain(Own own, TimeProvider time)
    {
        _own = own;
        _round = new(time, Fresh,
            () => own.AskAsync<IRounds, RoundView?>(rounds => rounds.FindAsync(Actor.Visitor, RoundId, default)),
            round => round?.Phase is { } phase ? round.EndOf(phase) : null);
    }

    private long RoundId => GrainKeys.IdOf(this.GetPrimaryKeyString());

    public Task<RoundView?> FindAsync() => _round.GetAsync();

    // Once frozen they never change.
    public async Task<BallotSheet[]> SheetsAsync() => _sheets is { Length: > 0 }
        ? _sheets
        : _sheets = [.. await _own.AskAsync<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(RoundId, default))];

    public Task<Outcome<Done>> DescribeAsync(Actor actor, LocalizedText title, LocalizedText summary) =>
        _own.AskAsync<IRounds, Outcome<Done>>(rounds => rounds.DescribeAsync(actor, RoundId, title, summary, default));

    public Task<Outcome<Done>> RescheduleAsync(Actor actor, PhasePeriod[] periods) =>
        _own.AskAsync<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(actor, RoundId, periods, default));

    public Task<Outcome<Done>> ChangeEnvelopeAsync(Actor actor, Money amount, string reason) =>
        _own.AskAsync<IRounds, Outcome<Done>>(rounds => rounds.ChangeEnvelopeAsync(actor, RoundId, amount, reason, default));

    public Task<Outcome<long>> AddHeadingAsync(Actor actor, HeadingInput heading) =>
        _own.AskAsync<IRounds, Outcome<long>>(rounds => rounds.AddHeadingAsync(actor, RoundId, heading, default));

    public Task<Outcome<Done>> ChangeHeadingAsync(Actor actor, long headingId, HeadingInput heading) =>
        _own.AskAsync<IRounds, Outcome<Done>>(rounds => rounds.ChangeHeadingAsync(actor, RoundId, headingId, heading, default));

    public Task<Outcome<long>> AskToPublishAsync(Actor actor, string reason) =>
        _own.AskAsync<IConfirmations, Outcome<long>>(confirmations => confirmations.AskToPublishAsync(actor, RoundId, reason, default));

    public Task<Outcome<long>> AskToLowerEnvelopeAsync(Actor actor, Money amount, string reason) =>
        _own.AskAsync<IConfirmations, Outcome<long>>(confirmations => confirmations.AskToLowerEnvelopeAsync(actor, RoundId, amount, reason, default));

    public Task<Outcome<Done>> ConfirmAsync(Actor actor, long confirmationId, string? remark) =>
        _own.AskAsync<IConfirmations, Outcome<Done>>(confirmations => confirmations.ConfirmAsync(actor, confirmationId, remark, default));

    public Task<Outcome<Done>> DeclineAsync(Actor actor, long confirmationId, string remark) =>
        _own.AskAsync<IConfirmations, Outcome<Done>>(confirmations => confirmations.DeclineAsync(actor, confirmationId, remark, default));

    public Task ChangedAsync()
    {
        _round.Forget();
        return Task.CompletedTask;
    }
}
