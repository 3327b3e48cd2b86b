using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Paper;

internal sealed partial class PaperBallotService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, IBallotSheets sheets, PaperTally tally, IPhaseDuties duties,
    Randomness randomness, AuditTrail audit, TimeProvider time, ILogger<PaperBallotService> log) : IPaperBallots
{
    private static readonly Role[] Officials = [Role.Clerk, Role.Coordinator];

    public async Task<Outcome<PaperRound>> FindAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await ReadableAsync(actor, roundId, cancellation) is { } refusal)
            return refusal;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        return new PaperRound(
            roundId,
            await tally.IssuedAsync(roundId, cancellation),
            await ViewsAsync(context.PaperBatches.Where(batch => batch.RoundId == roundId), cancellation),
            round.BallotsAtClosing is not null,
            await CountedAsync(roundId, cancellation),
            (await ReconciliationAsync(roundId, cancellation))?.ToView());
    }

    public Task<Outcome<PaperBatchView>> FindBatchAsync(Actor actor, long batchId, CancellationToken cancellation) =>
        ReadAsync<PaperBatchView>(actor, batchId, async (_, _) =>
            (await ViewsAsync(context.PaperBatches.Where(batch => batch.Id == batchId), cancellation))[0], cancellation);

    public async Task<IReadOnlyList<long>> RoundsAsync(Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var rounds = await context.Rounds.AsNoTracking().Where(round => !round.ReadyToPublish).OrderByDescending(round => round.Id).ToListAsync(cancellation);
        List<long> open = [];
        foreach (var round in rounds.Where(round => round.Schedule.PhaseAt(now) is Phase.Voting or Phase.Counting))
        {
            if (await authority.HoldsAsync(actor, round.RegionId, cancellation, Officials))
                open.Add(round.Id);
        }
        return open;
    }

    public Task<Outcome<long>> OpenBatchAsync(Actor actor, long roundId, NewPaperBatch batch, CancellationToken cancellation) =>
        ActAsync<long>(actor, roundId, Officials, async (round, account) =>
        {
            if (round.Imported)
                return Refusal.Of("Paper.Imported");
            var faults = new NewPaperBatchValidator().Refusals(batch);
            if (faults.Count > 0)
                return faults;
            var place = batch.Place.Trim();
            if (await context.PaperBatches.AnyAsync(other => other.RoundId == roundId && other.Place == place, cancellation))
                return Refusal.Of("Paper.PlaceTaken", nameof(NewPaperBatch.Place));
            var opened = new PaperBatch(roundId, place, batch.Papers, account, await work.NowAsync(cancellation));
            context.Add(opened);
            await context.SaveChangesAsync(cancellation);
            await audit.AppendAsync(actor, "paper.opened", Subject(roundId), new { BatchId = opened.Id, place, batch.Papers }, cancellation);
            return opened.Id;
        }, cancellation);

    public Task<Outcome<Done>> CorrectCountAsync(Actor actor, long batchId, int papers, string reason, CancellationToken cancellation) =>
        ActOnBatchAsync<Done>(actor, batchId, Officials, async (batch, onSheets, _) =>
        {
            var faults = new CountCorrectionValidator().Refusals(new(papers, reason));
            if (faults.Count > 0)
                return faults;
            var before = batch.Papers;
            var corrected = batch.CorrectCount(papers);
            if (!corrected.Granted)
                return corrected;
            var beyond = await context.PaperEntries.Where(entry => entry.BatchId == batchId && entry.Number > papers).ToListAsync(cancellation);
            if (beyond.GroupBy(entry => entry.Number).Where(paper => paper.Count() == 2).Select(paper => paper.Key).DefaultIfEmpty().Max() is var last and > 0)
                return Refusal.Of("Paper.TypedBeyond", nameof(CountCorrection.Papers), last);
            context.RemoveRange(beyond);
            await audit.AppendAsync(actor, "paper.count-corrected", Subject(batch.RoundId),
                new { batchId, from = before, to = papers, reason = reason.Trim(), entriesRemoved = beyond.Select(entry => new { entry.Number, Typing = entry.Typing.ToString() }) }, cancellation);
            await CompareIfWholeAsync(actor, batch, onSheets, cancellation);
            return Done.It;
        }, cancellation);

    public Task<Outcome<int?>> NextAsync(Actor actor, long batchId, Typing typing, CancellationToken cancellation) =>
        ReadAsync(actor, batchId, async (batch, account) => Outcome.Of(await NextAsync(batch, typing, account, after: 0, cancellation)), cancellation);

    public Task<Outcome<PaperEntry?>> MineAsync(Actor actor, long batchId, Typing typing, int number, CancellationToken cancellation) =>
        ReadAsync<PaperEntry?>(actor, batchId, async (batch, account) =>
        {
            var there = await context.PaperEntries.AsNoTracking().Where(entry => entry.BatchId == batchId && entry.Number == number).ToListAsync(cancellation);
            if (MayType(batch, typing, number, account, there) is { } hindrance)
                return hindrance;
            return Outcome.Of(there.Find(entry => entry.Typing == typing) is { } mine ? PaperRules.ToEntry(mine.Content) : null);
        }, cancellation);

    public Task<Outcome<Typed>> TypeAsync(Actor actor, long batchId, Typing typing, int number, PaperEntry entry, CancellationToken cancellation) =>
        ActOnBatchAsync<Typed>(actor, batchId, [Role.Clerk], async (batch, onSheets, account) =>
        {
            var there = await context.PaperEntries.Where(other => other.BatchId == batchId && other.Number == number).ToListAsync(cancellation);
            if (MayType(batch, typing, number, account, there) is { } hindrance)
                return hindrance;
            var content = PaperRules.Check(onSheets, entry);
            if (!content.Granted)
                return Outcome<Typed>.Refused(content.Refusals);
            var mine = there.Find(other => other.Typing == typing);
            if (mine is null)
                context.Add(new PaperEntryRow(batchId, number, typing, account, content.Value));
            else
                mine.Become(content.Value);
            await audit.AppendAsync(actor, mine is null ? "paper.typed" : "paper.typed-again", Subject(batch.RoundId),
                new { batchId, number, Typing = typing.ToString() }, cancellation);
            // Typing again never ends the typing: whoever corrects one entry may have another to correct.
            if (mine is null)
                await CompareIfWholeAsync(actor, batch, onSheets, cancellation);
            return new Typed(batch.State, batch.State == PaperBatchState.Typing ? await NextAsync(batch, typing, account, number, cancellation) : null);
        }, cancellation);

    public Task<Outcome<PaperBatchState>> CompareAsync(Actor actor, long batchId, CancellationToken cancellation) =>
        ActOnBatchAsync<PaperBatchState>(actor, batchId, Officials, async (batch, onSheets, _) =>
        {
            if (batch.State != PaperBatchState.Typing)
                return Refusal.Of("Paper.TypingDone");
            if (await CompareIfWholeAsync(actor, batch, onSheets, cancellation) is var missing and > 0)
                return Refusal.Of("Paper.NotWhole", null, missing);
            return batch.State;
        }, cancellation);

    public Task<Outcome<IReadOnlyList<PaperDifference>>> DifferencesAsync(Actor actor, long batchId, CancellationToken cancellation) =>
        ReadAsync(actor, batchId, async (batch, account) =>
        {
            if (batch.State != PaperBatchState.Comparing)
                return Outcome.Of<IReadOnlyList<PaperDifference>>([]);
            var differing = await Differing(context.PaperEntries.Where(entry => entry.BatchId == batchId))
                .Select(pair => new { pair.First.Number, First = pair.First.ClerkId, Second = pair.Second.ClerkId })
                .OrderBy(pair => pair.Number)
                .ToListAsync(cancellation);
            var settled = (await context.PaperSettlements.Where(settlement => settlement.BatchId == batchId).Select(settlement => settlement.Number).ToListAsync(cancellation)).ToHashSet();
            return Outcome.Of<IReadOnlyList<PaperDifference>>([.. differing.Select(pair =>
                new PaperDifference(pair.Number, settled.Contains(pair.Number), pair.First != account && pair.Second != account))]);
        }, cancellation);

    public Task<Outcome<PaperDifferenceEntries>> DifferenceAsync(Actor actor, long batchId, int number, CancellationToken cancellation) =>
        ReadAsync<PaperDifferenceEntries>(actor, batchId, async (batch, account) =>
        {
            var pair = await PairAsync(batch, number, account, cancellation);
            if (!pair.Granted)
                return Outcome<PaperDifferenceEntries>.Refused(pair.Refusals);
            var settlement = await context.PaperSettlements.AsNoTracking()
                .FirstOrDefaultAsync(settlement => settlement.BatchId == batchId && settlement.Number == number, cancellation);
            return new PaperDifferenceEntries(
                number, PaperRules.ToEntry(pair.Value.First), PaperRules.ToEntry(pair.Value.Second),
                settlement is null ? null : PaperRules.ToEntry(settlement.Content), settlement?.Note);
        }, cancellation);

    public Task<Outcome<PaperBatchState>> SettleAsync(Actor actor, long batchId, int number, PaperEntry entry, string note, CancellationToken cancellation) =>
        ActOnBatchAsync<PaperBatchState>(actor, batchId, Officials, async (batch, onSheets, account) =>
        {
            var pair = await PairAsync(batch, number, account, cancellation);
            if (!pair.Granted)
                return Outcome<PaperBatchState>.Refused(pair.Refusals);
            var content = PaperRules.Check(onSheets, entry);
            List<Refusal> refusals = [.. content.Refusals, .. new SettlementNoteValidator().Refusals(new(note))];
            if (refusals.Count > 0)
                return refusals;
            var settlement = await context.PaperSettlements.FirstOrDefaultAsync(settled => settled.BatchId == batchId && settled.Number == number, cancellation);
            var again = settlement is not null;
            if (settlement is null)
                context.Add(settlement = new(batchId, number));
            settlement.Become(account, content.Value, note.Trim());
            // The note may say what is on the paper, so it stays out of the log.
            await audit.AppendAsync(actor, again ? "paper.settled-again" : "paper.settled", Subject(batch.RoundId), new { batchId, number }, cancellation);
            await CleanIfSettledAsync(actor, batch, onSheets, cancellation);
            return batch.State;
        }, cancellation);

    public Task<Outcome<Done>> ReopenAsync(Actor actor, long batchId, string reason, CancellationToken cancellation) =>
        ActOnBatchAsync<Done>(actor, batchId, [Role.Coordinator], async (batch, _, _) =>
        {
            var faults = new ReopeningValidator().Refusals(new(reason));
            if (faults.Count > 0)
                return faults;
            var reopened = batch.Reopen();
            if (!reopened.Granted)
                return reopened;
            // The reconciliation first: while it stands, its ballots cannot be changed.
            var undone = await context.PaperReconciliations.Where(reconciliation => reconciliation.RoundId == batch.RoundId).ExecuteDeleteAsync(cancellation);
            await context.PaperBallots.Where(ballot => ballot.BatchId == batchId).ExecuteDeleteAsync(cancellation);
            await context.PaperSettlements.Where(settlement => settlement.BatchId == batchId).ExecuteDeleteAsync(cancellation);
            await audit.AppendAsync(actor, "paper.reopened", Subject(batch.RoundId),
                new { batchId, reason = reason.Trim(), reconciliationUndone = undone > 0 }, cancellation);
            return Done.It;
        }, cancellation, reconciledToo: true);

    public async Task<Outcome<Done>> ReconcileAsync(Actor actor, long roundId, int notReturned, string? reason, CancellationToken cancellation)
    {
        var reconciled = await ActAsync<Done>(actor, roundId, [Role.Coordinator], async (round, account) =>
        {
            if (round.BallotsAtClosing is null)
                return Refusal.Of("Paper.VotingOpen");
            if (!await tally.HoldsUpCountAsync(roundId, cancellation))
                return Refusal.Of("Paper.NothingToReconcile");
            var open = await context.PaperBatches.CountAsync(batch => batch.RoundId == roundId && batch.State != PaperBatchState.Clean, cancellation);
            if (open > 0)
                return Refusal.Of("Paper.BatchesOpen", null, open);
            var issued = await tally.IssuedAsync(roundId, cancellation);
            var found = await FinalAsync(context.PaperBallots.Where(ballot => ballot.RoundId == roundId), cancellation);
            var (valid, invalid, notIssued) = (found.Sum(batch => batch.Valid), found.Sum(batch => batch.Invalid), found.Sum(batch => batch.NotIssued));
            var missing = issued - valid - invalid;
            if (missing < 0)
                return Refusal.Of("Paper.MoreThanIssued", null, issued, valid + invalid, -missing);
            if (missing != notReturned)
                return Refusal.Of("Paper.Changed");
            if (missing > 0 && !Validation.Fits(reason, 3, 500, lines: true))
                return Refusal.Of("Paper.NotReturnedReason", "Reason", 3, 500);
            context.Add(new PaperReconciliationRow
            {
                RoundId = roundId, Issued = issued, Counted = valid, Invalid = invalid, NotReturned = missing, NotIssued = notIssued,
                Reason = missing > 0 ? reason!.Trim() : null, ById = account, At = await work.NowAsync(cancellation),
            });
            await audit.AppendAsync(actor, "paper.reconciled", Subject(roundId),
                new { issued, valid, invalid, notReturned = missing, notIssued, reason = missing > 0 ? reason!.Trim() : null }, cancellation);
            return Done.It;
        }, cancellation);
        if (!reconciled.Granted)
            return reconciled;
        try
        {
            await duties.CarryOutAllAsync(roundId, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The reconciliation stands. The duty has noted why it failed, and the next sweep tries it again.
            CountingFailed(fault, roundId);
        }
        return reconciled;
    }

    public async Task<Outcome<PaperReconciliation?>> PublishedAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(time.GetUtcNow()) is not { } phase)
            return Refusal.NotFound;
        if (phase < Phase.Published)
            return Refusal.Of("Results.NotPublished");
        return Outcome.Of((await ReconciliationAsync(roundId, cancellation))?.ToView());
    }

    private static string Subject(long roundId) => $"round {roundId}";

    private static Refusal? MayType(PaperBatch batch, Typing typing, int number, long account, List<PaperEntryRow> there) =>
        batch.State != PaperBatchState.Typing ? Refusal.Of("Paper.TypingDone")
        : number < 1 || number > batch.Papers ? Refusal.Of("Paper.Number", null, batch.Papers)
        : there.Exists(entry => entry.Typing != typing && entry.ClerkId == account) ? Refusal.Of("Paper.SameClerk")
        : there.Exists(entry => entry.Typing == typing && entry.ClerkId != account) ? Refusal.Of("Paper.TypedByAnother")
        : null;

    private IQueryable<EntryPair> Differing(IQueryable<PaperEntryRow> entries) =>
        from first in entries.AsNoTracking()
        join second in context.PaperEntries.AsNoTracking() on new { first.BatchId, first.Number } equals new { second.BatchId, second.Number }
        where first.Typing == Typing.First && second.Typing == Typing.Second
            && (first.Choices != second.Choices || first.InvalidReason != second.InvalidReason)
        select new EntryPair { First = first, Second = second };

    private async Task<Outcome<(PaperContent First, PaperContent Second)>> PairAsync(PaperBatch batch, int number, long account, CancellationToken cancellation)
    {
        if (batch.State != PaperBatchState.Comparing
            || await Differing(context.PaperEntries.Where(entry => entry.BatchId == batch.Id && entry.Number == number)).FirstOrDefaultAsync(cancellation) is not { } pair)
            return Refusal.Of("Paper.NoDifference");
        if (pair.First.ClerkId == account || pair.Second.ClerkId == account)
            return Refusal.Of("Paper.TypedByYou");
        return (pair.First.Content, pair.Second.Content);
    }

    /// <summary>Compares the typings when no entry is missing, and makes the batch clean when they agree.</summary>
    /// <returns>The entries missing.</returns>
    private async Task<int> CompareIfWholeAsync(Actor actor, PaperBatch batch, IReadOnlyList<BallotSheet> onSheets, CancellationToken cancellation)
    {
        await context.SaveChangesAsync(cancellation);
        var missing = (2 * batch.Papers) - await context.PaperEntries.CountAsync(entry => entry.BatchId == batch.Id, cancellation);
        if (missing > 0)
            return missing;
        batch.Compare();
        var differences = await Differing(context.PaperEntries.Where(entry => entry.BatchId == batch.Id)).CountAsync(cancellation);
        await audit.AppendAsync(actor, "paper.compared", Subject(batch.RoundId), new { BatchId = batch.Id, differences }, cancellation);
        await CleanIfSettledAsync(actor, batch, onSheets, cancellation);
        return 0;
    }

    /// <summary>Makes a batch's ballots final when every difference is settled.</summary>
    private async Task CleanIfSettledAsync(Actor actor, PaperBatch batch, IReadOnlyList<BallotSheet> onSheets, CancellationToken cancellation)
    {
        var papers = (await context.PaperEntries.AsNoTracking().Where(entry => entry.BatchId == batch.Id).ToListAsync(cancellation))
            .ToLookup(entry => entry.Number);
        var settled = (await context.PaperSettlements.AsNoTracking().Where(settlement => settlement.BatchId == batch.Id).ToListAsync(cancellation))
            .ToDictionary(settlement => settlement.Number, settlement => settlement.Content);
        List<PaperBallot> ballots = [];
        foreach (var paper in papers.OrderBy(paper => paper.Key))
        {
            var (first, second) = (paper.Single(entry => entry.Typing == Typing.First).Content, paper.Single(entry => entry.Typing == Typing.Second).Content);
            if (first.Agrees(second))
                ballots.Add(Final(batch, paper.Key, first, onSheets));
            else if (settled.TryGetValue(paper.Key, out var content))
                ballots.Add(Final(batch, paper.Key, content, onSheets));
            else
                return;
        }
        batch.BecomeClean();
        context.AddRange(ballots);
        await audit.AppendAsync(actor, "paper.clean", Subject(batch.RoundId), new { BatchId = batch.Id, batch.Papers }, cancellation);
    }

    private PaperBallot Final(PaperBatch batch, int number, PaperContent content, IReadOnlyList<BallotSheet> onSheets)
    {
        // Nobody was given a receipt for it, so the nonce can be made now; the commitment is published as those of the box are.
        var cast = content.Choices is { } choices
            ? CommittedChoices.Make(batch.RoundId, choices, onSheets, randomness.Bytes(CommittedChoices.NonceLength))
            : null;
        return new()
        {
            BatchId = batch.Id, Number = number, RoundId = batch.RoundId,
            Choices = cast?.Choices, InvalidReason = content.InvalidReason, Nonce = cast?.Nonce, Commitment = cast?.Commitment,
        };
    }

    private async Task<int?> NextAsync(PaperBatch batch, Typing typing, long account, int after, CancellationToken cancellation)
    {
        var taken = (await context.PaperEntries.AsNoTracking()
            .Where(entry => entry.BatchId == batch.Id && (entry.Typing == typing || entry.ClerkId == account))
            .Select(entry => entry.Number).ToListAsync(cancellation)).ToHashSet();
        var open = Enumerable.Range(1, batch.Papers).Where(number => !taken.Contains(number)).Select(number => (int?)number).ToList();
        return open.Find(number => number > after) ?? open.FirstOrDefault();
    }

    /// <summary>Looks at a batch, for those who work on it.</summary>
    private async Task<Outcome<T>> ReadAsync<T>(Actor actor, long batchId, Func<PaperBatch, long, Task<Outcome<T>>> look, CancellationToken cancellation)
    {
        if (await context.PaperBatches.AsNoTracking().FirstOrDefaultAsync(batch => batch.Id == batchId, cancellation) is not { } batch)
            return Refusal.NotFound;
        if (await ReadableAsync(actor, batch.RoundId, cancellation) is { } refusal)
            return refusal;
        return actor.AccountId is { } account ? await look(batch, account) : Refusal.Forbidden;
    }

    private async Task<Outcome<T>> ActOnBatchAsync<T>(
        Actor actor, long batchId, Role[] roles, Func<PaperBatch, IReadOnlyList<BallotSheet>, long, Task<Outcome<T>>> act,
        CancellationToken cancellation, bool reconciledToo = false)
    {
        var roundId = await context.PaperBatches.Where(batch => batch.Id == batchId).Select(batch => batch.RoundId).FirstOrDefaultAsync(cancellation);
        var onSheets = await sheets.OfRoundAsync(roundId, cancellation);
        return await ActAsync(actor, roundId, roles, async (_, account) =>
            await act(await context.PaperBatches.FirstAsync(batch => batch.Id == batchId, cancellation), onSheets, account), cancellation, reconciledToo);
    }

    /// <summary>One act, under the round's lock: whoever counts, or confirms that all is there, waits for it or comes before it.</summary>
    private async Task<Outcome<T>> ActAsync<T>(
        Actor actor, long roundId, Role[] roles, Func<Round, long, Task<Outcome<T>>> act, CancellationToken cancellation, bool reconciledToo = false)
    {
        context.ChangeTracker.Clear();
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (await authority.RefuseAsync(actor, round.RegionId, cancellation, roles) is { } refusal)
            return refusal;
        if (actor.AccountId is not { } account)
            return Refusal.Forbidden;
        if (!(round.Schedule.PhaseAt(await work.NowAsync(cancellation)) >= Phase.Voting))
            return Refusal.Of("Paper.NotOpenYet");
        if (await CountedAsync(roundId, cancellation))
            return Refusal.Of("Paper.Counted");
        if (!reconciledToo && await ReconciliationAsync(roundId, cancellation) is not null)
            return Refusal.Of("Paper.Reconciled");
        var outcome = await act(round, account);
        if (outcome.Granted)
            await transaction.CommitAsync(cancellation);
        context.ChangeTracker.Clear();
        return outcome;
    }

    private async Task<Refusal?> ReadableAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        var regionId = await context.Rounds.Where(round => round.Id == roundId).Select(round => (long?)round.RegionId).FirstOrDefaultAsync(cancellation);
        return regionId is null ? Refusal.NotFound
            : await authority.RefuseAsync(actor, regionId.Value, cancellation, Officials);
    }

    private Task<bool> CountedAsync(long roundId, CancellationToken cancellation) => context.PhaseDuties
        .AnyAsync(duty => duty.RoundId == roundId && duty.Duty == PhaseDuty.Count && duty.CompletedAt != null, cancellation);

    private Task<PaperReconciliationRow?> ReconciliationAsync(long roundId, CancellationToken cancellation) =>
        context.PaperReconciliations.AsNoTracking().FirstOrDefaultAsync(reconciliation => reconciliation.RoundId == roundId, cancellation);

    private async Task<IReadOnlyList<PaperBatchView>> ViewsAsync(IQueryable<PaperBatch> chosen, CancellationToken cancellation)
    {
        var batches = await chosen.AsNoTracking().OrderBy(batch => batch.Id).ToListAsync(cancellation);
        var ids = chosen.Select(batch => batch.Id);
        var typed = await context.PaperEntries.Where(entry => ids.Contains(entry.BatchId))
            .GroupBy(entry => new { entry.BatchId, entry.Typing }).Select(group => new { group.Key.BatchId, group.Key.Typing, Count = group.Count() }).ToListAsync(cancellation);
        // While a batch is typed, not even how many entries differ: it would tell the second clerk about the first one's.
        var compared = chosen.Where(batch => batch.State != PaperBatchState.Typing).Select(batch => batch.Id);
        var differences = await Differing(context.PaperEntries.Where(entry => compared.Contains(entry.BatchId)))
            .GroupBy(pair => pair.First.BatchId).Select(group => new { BatchId = group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.BatchId, group => group.Count, cancellation);
        var settled = await context.PaperSettlements.Where(settlement => ids.Contains(settlement.BatchId))
            .GroupBy(settlement => settlement.BatchId).Select(group => new { BatchId = group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.BatchId, group => group.Count, cancellation);
        var final = (await FinalAsync(context.PaperBallots.Where(ballot => ids.Contains(ballot.BatchId)), cancellation)).ToDictionary(batch => batch.BatchId);
        return [.. batches.Select(batch =>
        {
            int TypedIn(Typing typing) => typed.Find(group => group.BatchId == batch.Id && group.Typing == typing)?.Count ?? 0;
            var papers = final.GetValueOrDefault(batch.Id);
            return new PaperBatchView(
                batch.Id, batch.RoundId, batch.Place, batch.Papers, batch.State, TypedIn(Typing.First), TypedIn(Typing.Second),
                differences.GetValueOrDefault(batch.Id), settled.GetValueOrDefault(batch.Id), papers.Valid, papers.Invalid, papers.NotIssued);
        })];
    }

    private static async Task<IReadOnlyList<(long BatchId, int Valid, int Invalid, int NotIssued)>> FinalAsync(
        IQueryable<PaperBallot> ballots, CancellationToken cancellation)
    {
        var groups = await ballots.GroupBy(ballot => new { ballot.BatchId, ballot.InvalidReason })
            .Select(group => new { group.Key.BatchId, group.Key.InvalidReason, Count = group.Count() }).ToListAsync(cancellation);
        return [.. groups.GroupBy(group => group.BatchId).Select(batch => (
            batch.Key,
            batch.Where(group => group.InvalidReason is null).Sum(group => group.Count),
            batch.Where(group => group.InvalidReason is not (null or InvalidReason.NotIssued)).Sum(group => group.Count),
            batch.Where(group => group.InvalidReason is InvalidReason.NotIssued).Sum(group => group.Count)))];
    }

    [LoggerMessage(LogLevel.Error, "Round {RoundId}: paper ballots are reconciled, but counting failed and will be tried again")]
    private partial void CountingFailed(Exception fault, long roundId);

    private sealed class EntryPair
    {
        public required PaperEntryRow First { get; init; }

        public required PaperEntryRow Second { get; init; }
    }
}
