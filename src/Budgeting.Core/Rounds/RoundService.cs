using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Rounds;

internal sealed class RoundService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, NewsLog news, AuditTrail audit, IEnumerable<IPhaseAlarms> alarms, TimeProvider time) : IRounds
{
    private static readonly Role[] Officials = [Role.Coordinator, Role.Evaluator, Role.FinanceOfficer, Role.Clerk, Role.Administrator];

    public async Task<IReadOnlyList<RoundSummary>> ListAsync(RoundFilter filter, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var regions = await RegionsAsync(cancellation);
        var here = filter.RegionId is { } id ? regions.GetValueOrDefault(id) : null;
        var near = regions.Values
            .Where(region => filter.RegionId is null || (here is not null && (region.LiesIn(here) || here.LiesIn(region))))
            .Select(region => region.Id).ToList();
        var rounds = await context.Rounds.AsNoTracking().Where(round => near.Contains(round.RegionId)).ToListAsync(cancellation);
        return [.. rounds
            .Select(round => (Summary: Summarise(round, regions[round.RegionId], now), Begun: round.Schedule.Starts.LastOrDefault(start => start.StartsAt <= now)?.StartsAt))
            .Where(listed => listed.Begun is not null && (filter.Phase is null || listed.Summary.Phase == filter.Phase))
            .OrderByDescending(listed => listed.Begun).ThenByDescending(listed => listed.Summary.Id)
            .Select(listed => listed.Summary)];
    }

    public async Task<RoundView?> FindAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return null;
        var now = time.GetUtcNow();
        var phase = round.Schedule.PhaseAt(now);
        if (phase is null && !await authority.HoldsAsync(actor, round.RegionId, cancellation, Officials))
            return null;
        var region = await context.Regions.AsNoTracking().FirstAsync(region => region.Id == round.RegionId, cancellation);
        return new(
            round.Id, round.Title, round.Summary, region.ToView(), phase, round.Schedule.Starts, round.Envelope,
            [.. round.Headings.OrderBy(heading => heading.Position).Select(heading => heading.ToView())], round.ReadyToPublish);
    }

    public async Task<IReadOnlyList<RoundSummary>> ManagedByAsync(Actor actor, CancellationToken cancellation)
    {
        var held = await authority.RegionsAsync(actor, cancellation, Officials);
        if (!held.Granted)
            return [];
        var regions = await RegionsAsync(cancellation);
        var managed = regions.Values.Where(region => held.Value.Any(id => region.LiesIn(regions[id]))).Select(region => region.Id).ToList();
        var rounds = await context.Rounds.AsNoTracking().Where(round => managed.Contains(round.RegionId)).ToListAsync(cancellation);
        var now = time.GetUtcNow();
        return [.. rounds.OrderByDescending(round => round.Id).Select(round => Summarise(round, regions[round.RegionId], now))];
    }

    public async Task<Outcome<long>> CreateAsync(Actor actor, NewRound input, CancellationToken cancellation)
    {
        if (await context.Regions.FindAsync([input.RegionId], cancellation) is not { } region)
            return Refusal.NotFound;
        if (await authority.RefuseAsync(actor, region.Id, cancellation, Role.Coordinator) is { } refusal)
            return refusal;
        var refusals = new RoundTextsValidator().Refusals(new(input.Title, input.Summary));
        var schedule = Schedule.FromPeriods(input.Periods);
        refusals.AddRange(schedule.Refusals);
        if (refusals.Count > 0)
            return refusals;
        await using var transaction = await work.BeginAsync("rounds", cancellation);
        // Its headings and projects are still to come: voting on nothing would freeze at once.
        if (schedule.Value.PhaseAt(await work.NowAsync(cancellation)) >= Phase.Voting)
            return Refusal.Of("Schedule.VotingPast", $"Periods[{schedule.Value.Starts.ToList().FindIndex(start => start.Phase == Phase.Voting)}].StartsAt");
        var round = Round.Create(region, input.Title, input.Summary, schedule.Value);
        context.Add(round);
        await context.SaveChangesAsync(cancellation);
        await SetDutiesAsync(round, cancellation);
        await audit.AppendAsync(actor, "round.created", Subject(round.Id), new { input.RegionId, Schedule = Described(schedule.Value) }, cancellation);
        await transaction.CommitAsync(cancellation);
        await SetAlarmsAsync(round.Id, schedule.Value, cancellation);
        return round.Id;
    }

    public Task<Outcome<Done>> DescribeAsync(Actor actor, long roundId, LocalizedText title, LocalizedText summary, CancellationToken cancellation) =>
        ChangeAsync(actor, roundId, [Role.Coordinator], new RoundTextsValidator().Refusals(new(title, summary)), async round =>
        {
            var described = round.Describe(title, summary, await work.NowAsync(cancellation));
            if (described.Granted)
                await audit.AppendAsync(actor, "round.described", Subject(roundId), new { Title = title, Summary = summary }, cancellation);
            return described;
        }, cancellation);

    public async Task<Outcome<Done>> RescheduleAsync(Actor actor, long roundId, IReadOnlyList<PhasePeriod> periods, CancellationToken cancellation)
    {
        var schedule = Schedule.FromPeriods(periods);
        var done = await ChangeAsync(actor, roundId, [Role.Coordinator], schedule.Refusals, async round =>
        {
            var before = Described(round.Schedule);
            var now = await work.NowAsync(cancellation);
            var rescheduled = round.Reschedule(schedule.Value, now);
            if (!rescheduled.Granted)
                return rescheduled;
            await SetDutiesAsync(round, cancellation);
            // Before it is announced nobody follows it.
            if (round.Schedule.PhaseAt(now) is not null)
                await news.AddAsync(NewsKind.ScheduleChanged, roundId, now, cancellation);
            await audit.AppendAsync(actor, "schedule.changed", Subject(roundId), new { before, after = Described(schedule.Value) }, cancellation);
            return rescheduled;
        }, cancellation);
        if (done.Granted)
            await SetAlarmsAsync(roundId, schedule.Value, cancellation);
        return done;
    }

    public Task<Outcome<Done>> ChangeEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation) =>
        ChangeAsync(actor, roundId, [Role.FinanceOfficer], new EnvelopeValidator().Refusals(new(amount, reason)),
            round => SetEnvelopeAsync(actor, round, amount, reason, confirmed: false, cancellation), cancellation, stepUp: true);

    /// <summary>Lowers an envelope, in the transaction that confirms it.</summary>
    internal Task<Outcome<Done>> LowerEnvelopeAsync(Actor actor, Round round, Money amount, string reason, CancellationToken cancellation) =>
        SetEnvelopeAsync(actor, round, amount, reason, confirmed: true, cancellation);

    private async Task<Outcome<Done>> SetEnvelopeAsync(Actor actor, Round round, Money amount, string reason, bool confirmed, CancellationToken cancellation)
    {
        var changed = round.ChangeEnvelope(amount, reason.Trim(), await work.NowAsync(cancellation), confirmed);
        if (!changed.Granted)
            return Outcome<Done>.Refused(changed.Refusals);
        context.Add(changed.Value);
        await audit.AppendAsync(actor, "envelope.changed", Subject(round.Id),
            new { fromCents = changed.Value.Previous.Cents, toCents = amount.Cents, reason }, cancellation);
        return Done.It;
    }

    public async Task<Outcome<long>> AddHeadingAsync(Actor actor, long roundId, HeadingInput input, CancellationToken cancellation)
    {
        long headingId = 0;
        var done = await ChangeAsync(actor, roundId, [Role.FinanceOfficer, Role.Coordinator], new HeadingValidator().Refusals(input), async round =>
        {
            if (await RegionRefusalAsync(round, input.RegionId, cancellation) is { } refusal)
                return refusal;
            var added = round.AddHeading(input, await work.NowAsync(cancellation));
            if (!added.Granted)
                return Outcome<Done>.Refused(added.Refusals);
            await context.SaveChangesAsync(cancellation);
            headingId = added.Value.Id;
            await audit.AppendAsync(actor, "heading.added", Subject(roundId), Described(headingId, input), cancellation);
            return Done.It;
        }, cancellation);
        return done.Granted ? headingId : Outcome<long>.Refused(done.Refusals);
    }

    public Task<Outcome<Done>> ChangeHeadingAsync(Actor actor, long roundId, long headingId, HeadingInput input, CancellationToken cancellation) =>
        ChangeAsync(actor, roundId, [Role.FinanceOfficer, Role.Coordinator], new HeadingValidator().Refusals(input), async round =>
        {
            if (await RegionRefusalAsync(round, input.RegionId, cancellation) is { } refusal)
                return refusal;
            var changed = round.ChangeHeading(headingId, input, await work.NowAsync(cancellation));
            if (changed.Granted)
                await audit.AppendAsync(actor, "heading.changed", Subject(roundId), Described(headingId, input), cancellation);
            return changed;
        }, cancellation);

    public async Task<IReadOnlyList<EnvelopeChangeView>> EnvelopeHistoryAsync(long roundId, CancellationToken cancellation) =>
        await context.EnvelopeChanges.AsNoTracking()
            .Where(change => change.RoundId == roundId)
            .OrderBy(change => change.Id)
            .Select(change => new EnvelopeChangeView(change.At, change.Previous, change.Amount, change.Reason))
            .ToListAsync(cancellation);

    public async Task<IReadOnlyList<PhaseDutyView>> DutiesAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round
            || !await authority.HoldsAsync(actor, round.RegionId, cancellation, Role.Coordinator, Role.Administrator))
            return [];
        var entries = await context.PhaseDuties.AsNoTracking().Where(entry => entry.RoundId == roundId).ToListAsync(cancellation);
        return [.. entries.OrderBy(entry => entry.Duty).Select(entry => entry.ToView())];
    }

    private async Task<Outcome<Done>> ChangeAsync(
        Actor actor, long roundId, IReadOnlyList<Role> roles, IReadOnlyList<Refusal> faults,
        Func<Round, Task<Outcome<Done>>> change, CancellationToken cancellation, bool stepUp = false)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Rounds.FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        var refusal = stepUp
            ? await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, roles)
            : await authority.RefuseAsync(actor, round.RegionId, cancellation, roles);
        if (refusal is not null)
            return refusal;
        if (faults.Count > 0)
            return Outcome<Done>.Refused(faults);
        var outcome = await change(round);
        if (outcome.Granted)
            await transaction.CommitAsync(cancellation);
        else
            context.ChangeTracker.Clear();
        return outcome;
    }

    private async Task<Refusal?> RegionRefusalAsync(Round round, long regionId, CancellationToken cancellation)
    {
        var regions = await RegionsAsync(cancellation);
        return regions.TryGetValue(regionId, out var region) && region.LiesIn(regions[round.RegionId])
            ? null
            : Refusal.Of("Heading.Region", nameof(HeadingInput.RegionId));
    }

    // Duties stand in the same transaction as the schedule that causes them.
    private async Task SetDutiesAsync(Round round, CancellationToken cancellation)
    {
        var entries = await context.PhaseDuties.Where(entry => entry.RoundId == round.Id).ToListAsync(cancellation);
        foreach (var (duty, phase) in PhaseDutyService.Causes)
        {
            var dueAt = round.Schedule.StartOf(phase)!.Value;
            if (entries.FirstOrDefault(entry => entry.Duty == duty) is { } entry)
                entry.Move(dueAt);
            else
                context.Add(new PhaseDutyEntry(round.Id, duty, dueAt));
        }
    }

    // An alarm lost between the commit and here is set anew when a server next looks for outstanding duties.
    private async Task SetAlarmsAsync(long roundId, Schedule schedule, CancellationToken cancellation)
    {
        foreach (var phase in PhaseDutyService.Causes.Select(cause => cause.Phase).Distinct())
        {
            foreach (var kind in alarms)
                await kind.SetAsync(new(roundId, phase, schedule.StartOf(phase)!.Value), cancellation);
        }
    }

    private async Task<Dictionary<long, Region>> RegionsAsync(CancellationToken cancellation) =>
        await context.Regions.AsNoTracking().ToDictionaryAsync(region => region.Id, cancellation);

    private static RoundSummary Summarise(Round round, Region region, DateTimeOffset now)
    {
        var schedule = round.Schedule;
        var phase = schedule.PhaseAt(now);
        return new(round.Id, round.Title, round.Summary, region.ToView(), phase, phase is { } current ? schedule.EndOf(current) : schedule.Starts[0].StartsAt, round.Envelope);
    }

    private static string Subject(long roundId) => $"round {roundId}";

    private static Dictionary<string, DateTimeOffset> Described(Schedule schedule) =>
        schedule.Starts.ToDictionary(start => start.Phase.ToString(), start => start.StartsAt);

    private static object Described(long headingId, HeadingInput input) =>
        new { headingId, input.Name, input.RegionId, amountCents = input.Amount.Cents, BallotKind = input.BallotKind.ToString(), input.MaximumChoices, Rule = input.Rule.ToString() };
}

internal sealed record RoundTexts(LocalizedText Title, LocalizedText Summary);

internal sealed class RoundTextsValidator : AbstractValidator<RoundTexts>
{
    public RoundTextsValidator()
    {
        RuleFor(texts => texts.Title).Text(3, 120, "Round.Title");
        RuleFor(texts => texts.Summary).Text(10, 2_000, "Round.Summary", lines: true);
    }
}

internal sealed record EnvelopeInput(Money Amount, string Reason);

internal sealed class EnvelopeValidator : AbstractValidator<EnvelopeInput>
{
    public EnvelopeValidator()
    {
        RuleFor(envelope => envelope.Amount).Must(amount => amount >= Money.Zero && amount <= Money.Largest).WithErrorCode("Envelope.Amount");
        RuleFor(envelope => envelope.Reason).Text(3, 1_000, "Envelope.Reason", lines: true);
    }
}

internal sealed class HeadingValidator : AbstractValidator<HeadingInput>
{
    public HeadingValidator()
    {
        RuleFor(heading => heading.Name).Text(2, 120, "Heading.Name");
        RuleFor(heading => heading.Amount).Must(amount => amount > Money.Zero && amount <= Money.Largest).WithErrorCode("Heading.Amount");
        RuleFor(heading => heading.BallotKind).IsInEnum().WithErrorCode("Heading.BallotKind");
        RuleFor(heading => heading.Rule).IsInEnum().WithErrorCode("Heading.Rule");
        RuleFor(heading => heading.MaximumChoices)
            .Must(maximum => maximum is >= 1 and <= 1_000).WithErrorCode("Heading.MaximumChoices")
            .When(heading => heading.BallotKind == BallotKind.Approval);
        RuleFor(heading => heading.MaximumChoices).Null().WithErrorCode("Heading.MaximumChoicesKnapsack").When(heading => heading.BallotKind == BallotKind.Knapsack);
    }
}
