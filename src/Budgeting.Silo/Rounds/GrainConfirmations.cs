using Budgeting.Core;
using Budgeting.Core.Confirmations;

namespace Budgeting.Silo.Rounds;

/// <summary>Acts that take two people by way of the round's grain, in line with whatever else is done to the round.</summary>
internal sealed class GrainConfirmations([FromKeyedServices(Own.Key)] IConfirmations own, Grains grains) : IConfirmations
{
    public async Task<Outcome<long>> AskToPublishAsync(Actor actor, long roundId, string reason, CancellationToken cancellation) =>
        await grains.RoundAsync(roundId, cancellation) is { } round ? await round.AskToPublishAsync(actor, reason) : Refusal.NotFound;

    public async Task<Outcome<long>> AskToLowerEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation) =>
        await grains.RoundAsync(roundId, cancellation) is { } round ? await round.AskToLowerEnvelopeAsync(actor, amount, reason) : Refusal.NotFound;

    public async Task<Outcome<Done>> ConfirmAsync(Actor actor, long confirmationId, string? remark, CancellationToken cancellation) =>
        await RoundOfAsync(confirmationId, cancellation) is { } round ? await round.ConfirmAsync(actor, confirmationId, remark) : Refusal.NotFound;

    public async Task<Outcome<Done>> DeclineAsync(Actor actor, long confirmationId, string remark, CancellationToken cancellation) =>
        await RoundOfAsync(confirmationId, cancellation) is { } round ? await round.DeclineAsync(actor, confirmationId, remark) : Refusal.NotFound;

    public Task<IReadOnlyList<ConfirmationView>> WaitingAsync(Actor actor, CancellationToken cancellation) => own.WaitingAsync(actor, cancellation);

    public Task<IReadOnlyList<ConfirmationView>> OfRoundAsync(Actor actor, long roundId, CancellationToken cancellation) => own.OfRoundAsync(actor, roundId, cancellation);

    public Task<Outcome<ConfirmationView>> FindAsync(Actor actor, long confirmationId, CancellationToken cancellation) => own.FindAsync(actor, confirmationId, cancellation);

    private async Task<IRoundGrain?> RoundOfAsync(long confirmationId, CancellationToken cancellation) =>
        await own.FindAsync(Actor.Platform, confirmationId, cancellation) is { Granted: true } found ? await grains.RoundAsync(found.Value.RoundId, cancellation) : null;
}
