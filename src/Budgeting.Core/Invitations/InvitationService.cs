using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Invitations;

internal sealed class InvitationService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, ElectorateService electorate, RegisterKeys keys, Randomness randomness, ContactProtection contacts, Outbox outbox, AuditTrail audit)
    : IInvitations
{
    // What may wait in the outbox at a time, so that links to sign in with do not stand behind a million invitations.
    private const int MostWaiting = 400;
    private const int Batch = 200;

    private static readonly TimeSpan Apart = TimeSpan.FromDays(1);

    // A form takes its time to be filled in.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    private static readonly Role[] Keepers = [Role.Coordinator, Role.Administrator];

    private static readonly MessageKind[] Kinds = [MessageKind.Invitation, MessageKind.Reminder];

    public async Task<Outcome<Done>> PlanAsync(Actor actor, long roundId, InvitationPlan plan, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(ElectorRegister.LettersLock(roundId), cancellation);
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, Keepers) is { } refusal)
            return refusal;
        if ((await electorate.RuleAsync(roundId, cancellation)).Basis != ElectorateBasis.Registered)
            return Refusal.Of("Electorate.NotRegistered");
        if (!outbox.Carries(MessageChannel.Email) && !outbox.Carries(MessageChannel.Sms))
            return Refusal.Of("Invitations.NoGateway");
        if (await context.ElectorContacts.AnyAsync(contact => contact.Invited && context.Electors.Any(elector => elector.Id == contact.ElectorId && elector.RoundId == roundId), cancellation)
            && await context.Invitations.AnyAsync(invitation => invitation.RoundId == roundId, cancellation))
            return Refusal.Of("Invitations.Begun");
        var now = await work.NowAsync(cancellation);
        var closes = ClosesAt(round);
        List<Refusal> wrong = [];
        if (plan.SendsAt < now - Tolerance || plan.SendsAt >= closes)
            wrong.Add(Refusal.Of("Invitations.SendsAt", nameof(plan.SendsAt)));
        if (plan.RemindsAt is { } reminds && (reminds < plan.SendsAt + Apart || reminds >= closes))
            wrong.Add(Refusal.Of("Invitations.RemindsAt", nameof(plan.RemindsAt)));
        else if (plan.RemindsAt < round.Schedule.StartOf(Phase.Voting))
            wrong.Add(Refusal.Of("Invitations.RemindsBeforeVoting", nameof(plan.RemindsAt)));
        if (wrong.Count > 0)
            return wrong;
        await context.Invitations.Where(invitation => invitation.RoundId == roundId).ExecuteDeleteAsync(cancellation);
        context.Add(new StoredInvitation { RoundId = roundId, PlannedById = actor.AccountId, SendsAt = plan.SendsAt, RemindsAt = plan.RemindsAt, WithCodes = plan.WithCodes });
        await audit.AppendAsync(actor, "invitations.planned", $"round {roundId}", plan, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> CancelAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(ElectorRegister.LettersLock(roundId), cancellation);
        if (await EnterAsync(actor, roundId, cancellation) is { } refusal)
            return refusal;
        if (await context.Invitations.Where(invitation => invitation.RoundId == roundId).ExecuteDeleteAsync(cancellation) == 0)
            return Refusal.Of("Invitations.None");
        await audit.AppendAsync(actor, "invitations.cancelled", $"round {roundId}", new { }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<InvitationState>> FindAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(actor, roundId, cancellation) is { } refusal)
            return refusal;
        var plan = await context.Invitations.AsNoTracking().FirstOrDefaultAsync(invitation => invitation.RoundId == roundId, cancellation);
        var kept = OfRound(roundId);
        var messages = await context.OutgoingMessages.Where(message => message.RoundId == roundId && Kinds.Contains(message.Kind))
            .GroupBy(message => new { message.Kind, message.Channel, message.State })
            .Select(group => new { group.Key.Kind, group.Key.Channel, group.Key.State, Count = group.Count() }).ToListAsync(cancellation);
        return new InvitationState(
            plan?.ToPlan(), outbox.Carries(MessageChannel.Email), outbox.Carries(MessageChannel.Sms),
            await kept.CountAsync(contact => contact.HasEmail, cancellation), await kept.CountAsync(contact => contact.HasPhone && !contact.HasEmail, cancellation),
            await kept.CountAsync(contact => contact.Invited, cancellation),
            [.. messages.Select(line => new InvitationMessages(line.Kind, line.Channel, line.State, line.Count)).OrderBy(line => line.Kind).ThenBy(line => line.Channel).ThenBy(line => line.State)]);
    }

    public async Task<int> WriteDueAsync(Uri? site, CancellationToken cancellation)
    {
        var (byEmail, bySms) = (outbox.Carries(MessageChannel.Email), outbox.Carries(MessageChannel.Sms));
        if (!byEmail && !bySms)
            return 0;
        var now = await work.NowAsync(cancellation);
        // Asked often and mostly in vain: that takes no lock, for on SQLite it would stand in line with the ballots.
        var due = await context.Invitations
            .Where(invitation => invitation.SendsAt <= now && context.ElectorContacts.Any(contact =>
                contact.Contact != null && (!contact.Invited || invitation.RemindsAt <= now) && ((byEmail && contact.HasEmail) || (bySms && contact.HasPhone))
                && context.Electors.Any(elector => elector.Id == contact.ElectorId && elector.RoundId == invitation.RoundId && elector.OfAge && !elector.HasLeft && !elector.IsProtected)))
            .Select(invitation => invitation.RoundId).ToListAsync(cancellation);
        var written = 0;
        foreach (var roundId in due)
        {
            // Reminders alone are held back until voting is open, however long it is put off.
            if (await PlanOfAsync(roundId, now, cancellation) is not { } found || !await People(roundId, found.Reminding, byEmail, bySms).AnyAsync(cancellation))
                continue;
            int batch;
            do
            {
                var room = MostWaiting - await context.OutgoingMessages.CountAsync(message => message.State == MessageState.Waiting && Kinds.Contains(message.Kind), cancellation);
                batch = room <= 0 ? 0 : await WriteAsync(site, roundId, byEmail, bySms, Math.Min(room, Batch), cancellation);
                written += batch;
            }
            while (batch > 0);
        }
        if (written > 0)
            outbox.Ring();
        return written;
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var rounds = await context.ElectorContacts.Join(context.Electors, contact => contact.ElectorId, elector => elector.Id, (_, elector) => elector.RoundId)
            .Distinct().ToListAsync(cancellation);
        var now = await work.NowAsync(cancellation);
        var erased = 0;
        foreach (var round in await context.Rounds.AsNoTracking().Where(round => rounds.Contains(round.Id)).ToListAsync(cancellation))
        {
            if (ClosesAt(round) <= now)
                erased += await OfRound(round.Id).ExecuteDeleteAsync(cancellation);
        }
        return erased;
    }

    /// <summary>Writes to some of those who are due, in one transaction with what becomes of their addresses.</summary>
    private async Task<int> WriteAsync(Uri? site, long roundId, bool byEmail, bool bySms, int most, CancellationToken cancellation)
    {
        context.ChangeTracker.Clear();
        var key = await keys.GetAsync(cancellation);
        outbox.Ready();
        await using var transaction = await work.BeginAsync(ElectorRegister.LettersLock(roundId), cancellation);
        // It may have been cancelled or planned anew while others held the lock.
        var now = await work.NowAsync(cancellation);
        if (await PlanOfAsync(roundId, now, cancellation) is not { Plan: var plan, Round: var round, Reminding: var reminding } || ClosesAt(round) is var closes && closes <= now)
            return 0;
        var people = await (
            from contact in People(roundId, reminding, byEmail, bySms)
            join elector in context.Electors on contact.ElectorId equals elector.Id
            orderby contact.ElectorId
            select new
            {
                contact.ElectorId, contact.Contact, contact.Invited, elector.Language,
                HasCode = context.ElectorCodes.Any(code => code.ElectorId == elector.Id && code.Kind == CodeKind.Letter),
            }).Take(most).ToListAsync(cancellation);
        if (people.Count == 0)
            return 0;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(await context.Set<Region>().Where(region => region.Id == round.RegionId).Select(region => region.TimeZone).FirstAsync(cancellation));
        var link = new SiteLinks(site).To($"/rounds/{roundId}/code");
        var opens = round.Schedule.StartOf(Phase.Voting) is { } start && start > now ? start : (DateTimeOffset?)null;
        var written = 0;
        foreach (var person in people)
        {
            if (contacts.Open(person.Contact!) is not { } details)
                continue;
            var email = byEmail ? EmailAddress.Parse(details.Email) : null;
            var phone = email is null && bySms ? PhoneNumber.Parse(details.Phone) : null;
            string? code = null;
            if (!person.Invited && plan.WithCodes && !person.HasCode && (email is not null || phone is not null))
            {
                var symbols = EntryCode.Random(randomness);
                context.Add(new ElectorCode { ElectorId = person.ElectorId, Kind = CodeKind.Letter, Code = key.Code(roundId, symbols) });
                code = EntryCode.Write(symbols);
            }
            var kind = person.Invited ? MessageKind.Reminder : MessageKind.Invitation;
            var (until, from) = (TimeZoneInfo.ConvertTime(closes, zone), opens is { } at ? TimeZoneInfo.ConvertTime(at, zone) : (DateTimeOffset?)null);
            if (email is not null)
            {
                outbox.AddOfRound(kind, roundId, MessageChannel.Email, email.Value,
                    person.Invited ? InvitationText.Reminder(person.Language, round.Title, link, until) : InvitationText.Invitation(person.Language, round.Title, link, code, until, from), now, closes - now);
            }
            else if (phone is not null)
            {
                outbox.AddOfRound(kind, roundId, MessageChannel.Sms, phone.Value, InvitationText.Sms(person.Language, round.Title, link, code, until, from, person.Invited), now, closes - now);
            }
            written++;
        }
        await context.SaveChangesAsync(cancellation);
        var ids = people.ConvertAll(person => person.ElectorId);
        var done = context.ElectorContacts.Where(contact => ids.Contains(contact.ElectorId));
        if (reminding || plan.RemindsAt is null)
        {
            await done.ExecuteUpdateAsync(row => row.SetProperty(contact => contact.Invited, true).SetProperty(contact => contact.Contact, (byte[]?)null)
                .SetProperty(contact => contact.HasEmail, false).SetProperty(contact => contact.HasPhone, false), cancellation);
        }
        else
        {
            await done.ExecuteUpdateAsync(row => row.SetProperty(contact => contact.Invited, true), cancellation);
        }
        await transaction.CommitAsync(cancellation);
        context.ChangeTracker.Clear();
        // One whose key is gone is done with too: otherwise it would be looked at for ever.
        return Math.Max(written, people.Count);
    }

    /// <summary>A plan whose time has come, with whether everybody is reminded by now: a reminder says that voting is open.</summary>
    private async Task<DuePlan?> PlanOfAsync(long roundId, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await context.Invitations.AsNoTracking().FirstOrDefaultAsync(invitation => invitation.RoundId == roundId && invitation.SendsAt <= now, cancellation) is not { } plan)
            return null;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        return new(plan, round, plan.RemindsAt <= now && round.Schedule.PhaseAt(now) == Phase.Voting);
    }

    /// <summary>Those who are still to be written to.</summary>
    private IQueryable<ElectorContact> People(long roundId, bool reminding, bool byEmail, bool bySms) => context.ElectorContacts.AsNoTracking()
        .Where(contact => contact.Contact != null && (reminding || !contact.Invited) && ((byEmail && contact.HasEmail) || (bySms && contact.HasPhone))
            && context.Electors.Any(elector => elector.Id == contact.ElectorId && elector.RoundId == roundId && elector.OfAge && !elector.HasLeft && !elector.IsProtected));

    private sealed record DuePlan(StoredInvitation Plan, Round Round, bool Reminding);

    private IQueryable<ElectorContact> OfRound(long roundId) =>
        context.ElectorContacts.Where(contact => context.Electors.Any(elector => elector.Id == contact.ElectorId && elector.RoundId == roundId));

    private static DateTimeOffset ClosesAt(Round round) => round.Schedule.StartOf(Phase.Counting) ?? DateTimeOffset.MaxValue;

    private async Task<Refusal?> EnterAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        return await authority.RefuseAsync(actor, round.RegionId, cancellation, Keepers);
    }
}
