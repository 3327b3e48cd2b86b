using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Confirmations;

internal sealed class ConfirmationService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit, NewsLog news, ResultService results, RoundService rounds) : IConfirmations
{
    private static readonly Role[] Readers = [Role.Coordinator, Role.FinanceOfficer, Role.Administrator];

    public Task<Outcome<long>> AskToPublishAsync(Actor actor, long roundId, string reason, CancellationToken cancellation) =>
        AskAsync(actor, roundId, ConfirmedAct.PublishResult, null, reason, new PublishReasonValidator().Refusals(new(reason)),
            async (round, now) => await results.RefuseToPublishAsync(round, now, cancellation), cancellation);

    public Task<Outcome<long>> AskToLowerEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation) =>
        AskAsync(actor, roundId, ConfirmedAct.LowerEnvelope, amount, reason, new EnvelopeValidator().Refusals(new(amount, reason)),
            (round, now) => Task.FromResult(round.RefuseEnvelope(amount, now) ?? (round.TakesTwo(amount, now) ? null : Refusal.Of("FourEyes.NotNeeded"))), cancellation);

    public async Task<IReadOnlyList<ConfirmationView>> WaitingAsync(Actor actor, CancellationToken cancellation)
    {
        if (!(await authority.RegionsAsync(actor, cancellation, Readers)).Granted)
            return [];
        var open = await context.Confirmations.AsNoTracking().Where(confirmation => confirmation.Verdict == null).OrderBy(confirmation => confirmation.Id).ToListAsync(cancellation);
        List<ConfirmationView> waiting = [];
        foreach (var confirmation in open)
        {
            if (await ViewAsync(actor, confirmation, cancellation) is { State: ConfirmationState.Waiting } view && (view.MayDecide || confirmation.AskedById == actor.AccountId))
                waiting.Add(view);
        }
        return waiting;
    }

    public async Task<IReadOnlyList<ConfirmationView>> OfRoundAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round
            || !await authority.HoldsAsync(actor, round.RegionId, cancellation, Readers))
            return [];
        List<ConfirmationView> views = [];
        foreach (var confirmation in await context.Confirmations.AsNoTracking()
            .Where(confirmation => confirmation.RoundId == roundId).OrderByDescending(confirmation => confirmation.Id).ToListAsync(cancellation))
            views.Add(await ViewAsync(actor, confirmation, cancellation));
        return views;
    }

    public async Task<Outcome<ConfirmationView>> FindAsync(Actor actor, long confirmationId, CancellationToken cancellation)
    {
        if (await context.Confirmations.AsNoTracking().FirstOrDefaultAsync(confirmation => confirmation.Id == confirmationId, cancellation) is not { } confirmation)
            return Refusal.NotFound;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == confirmation.RoundId, cancellation);
        return await authority.RefuseAsync(actor, round.RegionId, cancellation, Readers) is { } refusal
            ? refusal
            : await ViewAsync(actor, confirmation, cancellation);
    }

    public Task<Outcome<Done>> ConfirmAsync(Actor actor, long confirmationId, string? remark, CancellationToken cancellation) =>
        DecideAsync(actor, confirmationId, Verdict.Confirmed, remark, stepUp: true,
            Validation.Fits(remark, 0, 1_000, lines: true) ? null : Refusal.Of("FourEyes.Remark", "Remark", 1_000),
            async (confirmation, round) =>
            {
                // Publishing is told to followers, and the lock of news comes before that of the log.
                await news.HoldAsync(cancellation);
                await audit.AppendAsync(actor, "confirmation.given", Subject(round.Id), Described(confirmation), cancellation);
                return confirmation.Act == ConfirmedAct.PublishResult
                    ? await results.PublishAsync(actor, round, cancellation)
                    : await rounds.LowerEnvelopeAsync(actor, round, confirmation.Amount!.Value, confirmation.Reason, cancellation);
            }, cancellation);

    public Task<Outcome<Done>> DeclineAsync(Actor actor, long confirmationId, string remark, CancellationToken cancellation) =>
        DecideAsync(actor, confirmationId, Verdict.Declined, remark, stepUp: false,
            Validation.Fits(remark, 3, 1_000, lines: true) ? null : Refusal.Of("FourEyes.DeclineReason", "Remark", 3, 1_000),
            async (confirmation, round) =>
            {
                await audit.AppendAsync(actor, "confirmation.declined", Subject(round.Id), Described(confirmation), cancellation);
                return Done.It;
            }, cancellation);

    private async Task<Outcome<long>> AskAsync(
        Actor actor, long roundId, ConfirmedAct act, Money? amount, string reason, IReadOnlyList<Refusal> faults,
        Func<Round, DateTimeOffset, Task<Refusal?>> hindrance, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, Confirmation.RoleFor(act)) is { } refusal)
            return refusal;
        // Two people: the platform is none.
        if (actor.AccountId is not { } askedById)
            return Refusal.Forbidden;
        if (faults.Count > 0)
            return Outcome<long>.Refused(faults);
        var now = await work.NowAsync(cancellation);
        if (await hindrance(round, now) is { } reasonAgainst)
            return reasonAgainst;
        if (await context.Confirmations.FirstOrDefaultAsync(other => other.RoundId == roundId && other.Act == act && other.Verdict == null, cancellation) is { } open)
        {
            if (await StateAsync(open, round, now, cancellation) == ConfirmationState.Waiting)
                return Refusal.Of("FourEyes.AlreadyAsked");
            open.Lapse(now);
            await context.SaveChangesAsync(cancellation);
        }
        var asked = new Confirmation(roundId, act, await VersionAsync(roundId, act, cancellation), amount, reason, askedById, now);
        context.Add(asked);
        await context.SaveChangesAsync(cancellation);
        await audit.AppendAsync(actor, "confirmation.asked", Subject(roundId), Described(asked), cancellation);
        await transaction.CommitAsync(cancellation);
        return asked.Id;
    }

    private async Task<Outcome<Done>> DecideAsync(
        Actor actor, long confirmationId, Verdict verdict, string? remark, bool stepUp, Refusal? fault,
        Func<Confirmation, Round, Task<Outcome<Done>>> act, CancellationToken cancellation)
    {
        var roundId = await context.Confirmations.Where(confirmation => confirmation.Id == confirmationId).Select(confirmation => confirmation.RoundId).FirstOrDefaultAsync(cancellation);
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Confirmations.FirstOrDefaultAsync(confirmation => confirmation.Id == confirmationId, cancellation) is not { } confirmation)
            return Refusal.NotFound;
        var round = await context.Rounds.FirstAsync(round => round.Id == roundId, cancellation);
        var refusal = stepUp
            ? await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, confirmation.Role)
            : await authority.RefuseAsync(actor, round.RegionId, cancellation, confirmation.Role);
        if (refusal is not null)
            return refusal;
        if (actor.AccountId is not { } decidedById)
            return Refusal.Forbidden;
        if (fault is not null)
            return fault;
        var now = await work.NowAsync(cancellation);
        if (await StateAsync(confirmation, round, now, cancellation) == ConfirmationState.Void)
            return Refusal.Of("FourEyes.Changed");
        var decided = confirmation.Decide(verdict, decidedById, remark, now);
        var done = decided.Granted ? await act(confirmation, round) : decided;
        if (done.Granted)
            await transaction.CommitAsync(cancellation);
        else
            context.ChangeTracker.Clear();
        return done;
    }

    private async Task<ConfirmationState> StateAsync(Confirmation confirmation, Round round, DateTimeOffset now, CancellationToken cancellation) => confirmation.Verdict switch
    {
        Verdict.Confirmed => ConfirmationState.Confirmed,
        Verdict.Declined => ConfirmationState.Declined,
        _ when confirmation.ExpiredAt(confirmation.DecidedAt ?? now) => ConfirmationState.Expired,
        Verdict.Lapsed => ConfirmationState.Void,
        // Who asked had shown a passkey then; what may have changed since is the role.
        _ => confirmation.Version != await VersionAsync(round.Id, confirmation.Act, cancellation)
            || !await authority.HoldsAsync(Actor.Person(confirmation.AskedById, now), round.RegionId, cancellation, confirmation.Role)
            ? ConfirmationState.Void
            : ConfirmationState.Waiting,
    };

    private async Task<string> VersionAsync(long roundId, ConfirmedAct act, CancellationToken cancellation) => act == ConfirmedAct.PublishResult
        ? await results.VersionAsync(roundId, cancellation)
        : (await context.EnvelopeChanges.Where(change => change.RoundId == roundId).MaxAsync(change => (long?)change.Id, cancellation) ?? 0)
            .ToString(CultureInfo.InvariantCulture);

    private async Task<ConfirmationView> ViewAsync(Actor actor, Confirmation confirmation, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == confirmation.RoundId, cancellation);
        var region = await context.Regions.AsNoTracking().FirstAsync(region => region.Id == round.RegionId, cancellation);
        var state = await StateAsync(confirmation, round, await work.NowAsync(cancellation), cancellation);
        var names = await context.Users.Where(account => account.Id == confirmation.AskedById || account.Id == confirmation.DecidedById)
            .ToDictionaryAsync(account => account.Id, account => account.DisplayName, cancellation);
        return new(
            confirmation.Id, round.Id, round.Title, region.ToView(), confirmation.Act, round.Envelope, confirmation.Amount, confirmation.Reason,
            names[confirmation.AskedById], confirmation.AskedAt, confirmation.ExpiresAt, state,
            confirmation.DecidedById is { } decidedById ? names[decidedById] : null, confirmation.DecidedAt, confirmation.Remark,
            state == ConfirmationState.Waiting && actor.AccountId is { } accountId && accountId != confirmation.AskedById
                && await authority.HoldsAsync(actor, round.RegionId, cancellation, confirmation.Role));
    }

    private static string Subject(long roundId) => $"round {roundId}";

    private static object Described(Confirmation confirmation) => new
    {
        ConfirmationId = confirmation.Id, Act = confirmation.Act.ToString(), amountCents = confirmation.Amount?.Cents, confirmation.Reason, confirmation.Remark,
    };
}

internal sealed record PublishReason(string Reason);

internal sealed class PublishReasonValidator : AbstractValidator<PublishReason>
{
    public PublishReasonValidator() => RuleFor(input => input.Reason).Text(3, 1_000, "FourEyes.Reason", lines: true);
}
