using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Verification;

internal sealed class RecordService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, IResults results, AuditTrail audit, AuditLog log, CountedBallots counted,
    TimeProvider time) : IRecords
{
    public const string FrozenAct = "sheets.frozen";

    public const string PublishedAct = "results.published";

    public async Task<Outcome<RoundRecord>> FindAsync(long roundId, CancellationToken cancellation)
    {
        var found = await LoadAsync(roundId, cancellation);
        return found.Granted ? found.Value.View : Outcome<RoundRecord>.Refused(found.Refusals);
    }

    public async Task<Outcome<InclusionProof>> ProveAsync(long roundId, string receipt, CancellationToken cancellation)
    {
        var found = await LoadAsync(roundId, cancellation);
        if (!found.Granted)
            return Outcome<InclusionProof>.Refused(found.Refusals);
        if (ReceiptCode.Read(receipt) is not { } code)
            return Refusal.NotFound;
        var (first, last) = ReceiptCode.Range(code);
        if ((await counted.CommitmentsBetweenAsync(roundId, first, last, cancellation)).FirstOrDefault() is not { } commitment)
            return Refusal.NotFound;

        var chunks = await context.CommitmentChunks.AsNoTracking().Where(chunk => chunk.RoundId == roundId).OrderBy(chunk => chunk.Number).ToListAsync(cancellation);
        var view = found.Value.View;
        var number = chunks.FindLastIndex(chunk => chunk.First.AsSpan().SequenceCompareTo(commitment) <= 0);
        var end = number + 1 < chunks.Count ? chunks[number + 1].First : [.. Enumerable.Repeat(byte.MaxValue, MerkleTree.HashLength)];
        List<byte[]> leaves = number < 0 ? [] : [.. (await counted.CommitmentsBetweenAsync(roundId, chunks[number].First, end, cancellation)).Take(CommitmentChunk.Size)];
        var place = leaves.FindIndex(leaf => leaf.AsSpan().SequenceEqual(commitment));
        // Only a ballot that came after the count has no place in the tree.
        if (place < 0)
            return new InclusionProof(Convert.ToHexStringLower(commitment), 0, view.Ballots, view.Root, [], Verified: false);
        IReadOnlyList<byte[]> path =
        [
            .. MerkleTree.Path([.. leaves.Select(leaf => MerkleTree.LeafHash(leaf))], place),
            .. MerkleTree.Path([.. chunks.Select(chunk => chunk.Hash)], number),
        ];
        var position = ((long)number * CommitmentChunk.Size) + place;
        return new InclusionProof(
            Convert.ToHexStringLower(commitment), position, view.Ballots, view.Root, [.. path.Select(Convert.ToHexStringLower)],
            MerkleTree.Verify(Convert.FromHexString(view.Root), view.Ballots, position, commitment, path));
    }

    public async Task<Outcome<Done>> WriteAsync(long roundId, string fileName, Stream target, CancellationToken cancellation)
    {
        var found = await LoadAsync(roundId, cancellation);
        if (!found.Granted)
            return Outcome<Done>.Refused(found.Refusals);
        if (found.Value.View.Files.FirstOrDefault(file => file.Name == fileName) is not { } file)
            return Refusal.NotFound;
        var result = await results.FindAsync(roundId, cancellation);
        if (!result.Granted)
            return Outcome<Done>.Refused(result.Refusals);
        await new RecordWriter(context, counted, log, found.Value, result.Value).WriteAsync(file, target, cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> WriteOpeningsAsync(Actor actor, long roundId, Stream target, CancellationToken cancellation)
    {
        var found = await LoadAsync(roundId, cancellation);
        // Who may not have it is not told either whether there would be one by now.
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, Role.Auditor) is { } refusal)
            return refusal;
        if (!found.Granted)
            return Outcome<Done>.Refused(found.Refusals);
        await using (var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation))
        {
            await audit.AppendAsync(actor, "ballots.opened", $"round {roundId}", new { found.Value.Record.Ballots }, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        await OpeningsFile.WriteAsync(target, counted.InOrderAsync(roundId), cancellation);
        return Done.It;
    }

    public Task<AuditHead?> HeadAtOpeningAsync(long roundId, CancellationToken cancellation) => HeadAsync(roundId, FrozenAct, cancellation);

    private async Task<Outcome<LoadedRecord>> LoadAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(time.GetUtcNow()) is not { } phase)
            return Refusal.NotFound;
        if (phase < Phase.Published)
            return Refusal.Of("Results.NotPublished");
        var record = await context.RoundRecords.AsNoTracking().FirstOrDefaultAsync(record => record.RoundId == roundId, cancellation);
        var region = await context.Regions.AsNoTracking().FirstOrDefaultAsync(region => region.Id == round.RegionId, cancellation);
        if (record is null || region is null
            || await HeadAsync(roundId, FrozenAct, cancellation) is not { } opening
            || await HeadAsync(roundId, PublishedAct, cancellation) is not { } publishing)
            return Refusal.NotFound;
        return new LoadedRecord(round, region, record, new(
            roundId, record.Ballots, Convert.ToHexStringLower(record.Root), record.Seed is { } seed ? Convert.ToHexStringLower(seed) : null,
            record.Withheld, record.CellSize, record.MinimumVoters, opening, publishing, Files(round, record)));
    }

    private static IReadOnlyList<RecordFile> Files(Round round, StoredRecord record)
    {
        var headings = round.Headings.OrderBy(heading => heading.Position).Select(heading => heading.Id).ToList();
        List<RecordFile> ballots = record.Withheld is not null ? [] :
        [
            new(RecordFile.BallotsName, RecordFileKind.Ballots),
            .. headings.Select(id => new RecordFile(RecordFile.HeadingName(id), RecordFileKind.Heading, id)),
        ];
        return
        [
            new(RecordFile.WholeName, RecordFileKind.Whole),
            new(RecordFile.ResultName, RecordFileKind.Result),
            .. headings.Select(id => new RecordFile(RecordFile.SheetName(id), RecordFileKind.Sheet, id)),
            new(RecordFile.CommitmentsName, RecordFileKind.Commitments),
            .. ballots,
            new(RecordFile.AuditName, RecordFileKind.Audit),
        ];
    }

    private async Task<AuditHead?> HeadAsync(long roundId, string act, CancellationToken cancellation)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"round {roundId}");
        return await context.AuditEntries.AsNoTracking()
            .Where(entry => entry.Subject == subject && entry.Act == act)
            .OrderBy(entry => entry.Id)
            .Select(entry => new AuditHead(entry.Id, entry.Hash))
            .FirstOrDefaultAsync(cancellation);
    }
}

/// <summary>A published round with its record.</summary>
internal sealed record LoadedRecord(Round Round, Regions.Region Region, StoredRecord Record, RoundRecord View);
