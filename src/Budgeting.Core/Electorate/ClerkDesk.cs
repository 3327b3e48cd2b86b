using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Electorate;

internal sealed class ClerkDesk(
    BudgetingContext context, UnitOfWork work, IAuthority authority, ElectorateService electorate, EntryLinks links, Outbox outbox, IBallotBox box, RegisterKeys keys, IAttempts attempts,
    Randomness randomness, AuditTrail audit) : IClerkDesk
{
    public async Task<Outcome<DeskEntry>> FindAsync(Actor actor, long roundId, string identifier, CancellationToken cancellation)
    {
        if (await EnterAsync(actor, roundId, cancellation) is { } refusal)
            return refusal;
        if ((await electorate.RuleAsync(roundId, cancellation)).Basis != ElectorateBasis.Registered)
            return Refusal.Of("Electorate.NotRegistered");
        if (await attempts.CountAsync(AttemptKind.SearchByClerk, actor.Name, cancellation) is { } tooMany)
            return tooMany;
        var hash = (await keys.GetAsync(cancellation)).Identifier(roundId, identifier.Trim().ToUpperInvariant());
        if (await context.Electors.AsNoTracking().FirstOrDefaultAsync(elector => elector.RoundId == roundId && elector.Identifier == hash, cancellation) is not { } elector)
            return Refusal.Of("Desk.NoEntry", "Identifier");
        await LogAsync(actor, "desk.entryFound", roundId, elector.Id, new { }, cancellation);
        return await ViewAsync(elector, cancellation);
    }

    public async Task<Outcome<DeskEntry>> ReadAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, entryId, cancellation);
        return entered.Granted ? await ViewAsync(entered.Value, cancellation) : Outcome<DeskEntry>.Refused(entered.Refusals);
    }

    public async Task<Outcome<string>> IssueSessionAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation)
    {
        var admitted = await AdmitAsync(actor, roundId, entryId, cancellation);
        if (!admitted.Granted)
            return Outcome<string>.Refused(admitted.Refusals);
        if (await box.FindAsync(roundId, admitted.Value, receipt: null, cancellation) is { InBox: InBox.Paper })
            return Refusal.Of("Voting.PaperIssued");
        var now = await work.NowAsync(cancellation);
        return await MakeCodeAsync(
            actor, "desk.sessionIssued", roundId, entryId, CodeKind.Assisted, now.AddMinutes(DeskEntry.SessionMinutes), cancellation);
    }

    public async Task<Outcome<string>> ReissueLetterAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, entryId, cancellation);
        if (!entered.Granted)
            return Outcome<string>.Refused(entered.Refusals);
        if (ElectorateService.Refuse(entered.Value) is { } refusal)
            return refusal;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        if (round.Schedule.PhaseAt(await work.NowAsync(cancellation)) > Phase.Voting)
            return Refusal.Of("Voting.Closed");
        return await MakeCodeAsync(actor, "desk.letterReissued", roundId, entryId, CodeKind.Letter, expiresAt: null, cancellation);
    }

    public Task<Outcome<Done>> IssuePaperAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation) =>
        DoAsync(actor, "desk.paperIssued", roundId, entryId, voter => box.IssuePaperAsync(roundId, voter, Guid.NewGuid(), cancellation), cancellation);

    public Task<Outcome<Done>> TakeBackPaperAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation) =>
        DoAsync(actor, "desk.paperTakenBack", roundId, entryId, voter => box.TakeBackPaperAsync(roundId, voter, cancellation), cancellation);

    public async Task<Outcome<LinkState>> LinkAccountAsync(Actor actor, long roundId, long entryId, string account, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, entryId, cancellation);
        if (!entered.Granted)
            return Outcome<LinkState>.Refused(entered.Refusals);
        if (ElectorateService.Refuse(entered.Value) is { } refusal)
            return refusal;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        if (round.Schedule.PhaseAt(await work.NowAsync(cancellation)) > Phase.Voting)
            return Refusal.Of("Voting.Closed");
        if (await attempts.CountAsync(AttemptKind.SearchByClerk, actor.Name, cancellation) is { } tooMany)
            return tooMany;
        if (await links.AccountAsync(account, cancellation) is not { } found)
            return Refusal.Of("Desk.NoAccount", "Account");
        // Nobody checks their own identity document.
        if (found.Id == actor.AccountId)
            return Refusal.Of("Desk.OwnAccount", "Account");
        outbox.Ready();
        async Task TellAsync() => outbox.Tell(
            MessageKind.EntryLink, found, MessageText.LinkedAtDesk(found.Language ?? entered.Value.Language, round.Title), await work.NowAsync(cancellation), TimeSpan.FromDays(7));
        if (await links.LinkAsync(actor, entryId, found.Id, LinkProof.Document, "desk.accountLinked", cancellation, TellAsync) is not { } state)
            return Refusal.NotFound;
        await context.DeskCodes.Where(code => code.AccountId == found.Id).ExecuteDeleteAsync(cancellation);
        outbox.Ring();
        if (state == LinkState.Kept)
            return Refusal.Of("Electorate.LinkKept", "Account");
        return state;
    }

    // The box writes in a transaction of its own. The log comes first, so that nothing is done that is not in it; what was refused is in it too.
    private async Task<Outcome<Done>> DoAsync(
        Actor actor, string act, long roundId, long entryId, Func<Voter, Task<Outcome<Done>>> change, CancellationToken cancellation)
    {
        var admitted = await AdmitAsync(actor, roundId, entryId, cancellation);
        if (!admitted.Granted)
            return Outcome<Done>.Refused(admitted.Refusals);
        await LogAsync(actor, act, roundId, entryId, new { }, cancellation);
        var done = await change(admitted.Value);
        if (!done.Granted)
            await LogAsync(actor, $"{act}.refused", roundId, entryId, new { reason = done.Refusals[0].Key }, cancellation);
        return done;
    }

    private async Task<Outcome<string>> MakeCodeAsync(
        Actor actor, string act, long roundId, long entryId, CodeKind kind, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        var key = await keys.GetAsync(cancellation);
        var symbols = EntryCode.Random(randomness);
        await using var transaction = await work.BeginAsync(ElectorRegister.LettersLock(roundId), cancellation);
        await ElectorateService.EndAssistedAsync(context, [entryId], cancellation);
        await context.ElectorCodes.Where(code => code.ElectorId == entryId && code.Kind == kind).ExecuteDeleteAsync(cancellation);
        context.Add(new ElectorCode { ElectorId = entryId, Kind = kind, Code = key.Code(roundId, symbols), ExpiresAt = expiresAt });
        await audit.AppendAsync(actor, act, Subject(roundId, entryId), new { }, cancellation);
        await transaction.CommitAsync(cancellation);
        return EntryCode.Write(symbols);
    }

    private async Task<DeskEntry> ViewAsync(Elector elector, CancellationToken cancellation)
    {
        var ballot = DeskBallot.Untold;
        if ((await electorate.AdmitAtDeskAsync(elector.RoundId, elector, cancellation)) is { Granted: true, Value: var voter })
        {
            ballot = (await box.FindAsync(elector.RoundId, voter, receipt: null, cancellation)).InBox switch
            {
                InBox.Nothing => DeskBallot.None,
                InBox.Paper => DeskBallot.Paper,
                _ => DeskBallot.Cast,
            };
        }
        var guarded = await ElectorateService.IsProtectedAsync(context, elector, cancellation);
        var region = guarded ? null : (await context.Regions.FindAsync([elector.RegionId], cancellation))!.Name;
        return new(
            elector.Id, elector.BirthYear, region, elector.Language, guarded, elector.HasLeft, elector.OfAge,
            await context.ElectorCodes.AnyAsync(code => code.ElectorId == elector.Id && code.Kind == CodeKind.Letter, cancellation),
            await context.ElectorAccounts.AnyAsync(link => link.ElectorId == elector.Id, cancellation),
            ballot);
    }

    private async Task<Outcome<Voter>> AdmitAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, entryId, cancellation);
        return entered.Granted
            ? await electorate.AdmitAtDeskAsync(roundId, entered.Value, cancellation)
            : Outcome<Voter>.Refused(entered.Refusals);
    }

    private async Task<Outcome<Elector>> EnterAsync(Actor actor, long roundId, long entryId, CancellationToken cancellation)
    {
        if (await EnterAsync(actor, roundId, cancellation) is { } refusal)
            return refusal;
        return await context.Electors.AsNoTracking().FirstOrDefaultAsync(elector => elector.Id == entryId && elector.RoundId == roundId, cancellation) is { } elector
            ? elector
            : Refusal.NotFound;
    }

    private async Task<Refusal?> EnterAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        return await authority.RefuseAsync(actor, round.RegionId, cancellation, Role.Clerk);
    }

    private async Task LogAsync(Actor actor, string act, long roundId, long entryId, object detail, CancellationToken cancellation)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await audit.AppendAsync(actor, act, Subject(roundId, entryId), detail, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static string Subject(long roundId, long entryId) => string.Create(CultureInfo.InvariantCulture, $"round {roundId} entry {entryId}");
}
