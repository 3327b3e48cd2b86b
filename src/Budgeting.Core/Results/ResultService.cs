using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Following;
using Budgeting.Core.Paper;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Results;

internal sealed class ResultService(
    BudgetingContext context, UnitOfWork work, AuditTrail audit, CountedBallots counted, BallotPublication publication, PaperTally paper, NewsLog news, TimeProvider time) : IResults
{
    public async Task<Outcome<RoundResult>> FindAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(time.GetUtcNow()) is not { } phase)
            return Refusal.NotFound;
        if (phase < Phase.Published)
            return Refusal.Of("Results.NotPublished");
        var documents = await (
            from result in context.Results.AsNoTracking()
            join heading in context.Headings on result.HeadingId equals heading.Id
            where result.RoundId == roundId
            orderby heading.Position
            select result.Document).ToListAsync(cancellation);
        var ballots = await context.RoundRecords.Where(record => record.RoundId == roundId).Select(record => (int?)record.Ballots).FirstOrDefaultAsync(cancellation);
        return new RoundResult(
            roundId, ballots ?? round.BallotsAtClosing!.Value, round.Schedule.StartOf(Phase.Published)!.Value,
            [.. documents.Select(document => JsonSerializer.Deserialize<HeadingResult>(document, JsonSerializerOptions.Web)!)]);
    }

    /// <summary>Why a round cannot be published now; null when it can.</summary>
    internal async Task<Refusal?> RefuseToPublishAsync(Round round, DateTimeOffset now, CancellationToken cancellation)
    {
        var waiting = await context.Proposals.CountAsync(
            proposal => proposal.RoundId == round.Id && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.HiddenAt == null && proposal.Answer == null, cancellation);
        return waiting > 0 ? Refusal.Of("Results.AnswersMissing", null, waiting) : round.RefuseToPublish(now);
    }

    /// <summary>Publishes a round, in the transaction that confirms it.</summary>
    internal async Task<Outcome<Done>> PublishAsync(Actor actor, Round round, CancellationToken cancellation)
    {
        var now = await work.NowAsync(cancellation);
        if (await RefuseToPublishAsync(round, now, cancellation) is { } refusal)
            return refusal;
        var published = round.Publish(now);
        if (!published.Granted)
            return published;
        await news.AddAsync(NewsKind.ResultPublished, round.Id, now, cancellation);
        // From here on the log's head is public too: the entry says under which root the ballots were counted.
        var record = await context.RoundRecords.AsNoTracking().FirstOrDefaultAsync(record => record.RoundId == round.Id, cancellation);
        await audit.AppendAsync(actor, RecordService.PublishedAct, $"round {round.Id}",
            new { ballots = record?.Ballots, root = Hex(record?.Root), seed = Hex(record?.Seed) }, cancellation);
        return Done.It;
    }

    /// <summary>Tells the counted result of a round from any other. It tells nothing else, and does not leave the database.</summary>
    internal async Task<string> VersionAsync(long roundId, CancellationToken cancellation)
    {
        var documents = await context.Results.Where(result => result.RoundId == roundId).OrderBy(result => result.HeadingId).Select(result => result.Document).ToListAsync(cancellation);
        var root = await context.RoundRecords.Where(record => record.RoundId == roundId).Select(record => record.Root).FirstOrDefaultAsync(cancellation);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', documents.Append(Hex(root))))));
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);

    /// <summary>Counts every heading of a closed round and stores the results, to be shown when published.</summary>
    internal async Task CountAsync(Round round, CancellationToken cancellation)
    {
        if (await context.Results.AnyAsync(result => result.RoundId == round.Id, cancellation))
            return;
        var stored = await context.BallotSheets.AsNoTracking().Where(sheet => sheet.RoundId == round.Id).ToListAsync(cancellation);
        var sheets = stored.Select(SheetText.Read).ToDictionary(sheet => sheet.HeadingId);
        var profiles = sheets.ToDictionary(entry => entry.Key, entry => HeadingCount.Ballots(entry.Value));
        var inBox = await context.Ballots.CountAsync(ballot => ballot.RoundId == round.Id && ballot.Choices != null, cancellation);
        if (inBox != round.BallotsAtClosing)
            throw new InvalidDataException($"Round {round.Id} was closed with {round.BallotsAtClosing} ballots in the box but there are {inBox}.");
        await paper.CheckAsync(round.Id, cancellation);
        IReadOnlyList<BallotSheet> announced = [.. sheets.Values];
        // One pass counts the ballots and makes the tree, so that the tree stands for exactly those that were counted.
        var tree = new CommitmentTree(round.Id);
        await foreach (var ballot in counted.InOrderAsync(round.Id).WithCancellation(cancellation))
        {
            if (!CommittedChoices.CommitmentOf(round.Id, ballot.Choices, announced, ballot.Nonce).AsSpan().SequenceEqual(ballot.Commitment))
                throw new InvalidDataException($"A ballot of round {round.Id} is not what its commitment {Hex(ballot.Commitment)} was given for.");
            tree.Add(ballot.Commitment);
            foreach (var (headingId, numbers) in ChoicesText.Read(ballot.Choices))
                profiles[headingId].Add([.. numbers.Select(number => number - 1)]);
        }
        var results = sheets.Values.Select(sheet => HeadingCount.CountAndExplain(sheet, profiles[sheet.HeadingId].Build())).ToDictionary(result => result.HeadingId);
        var now = await work.NowAsync(cancellation);
        foreach (var result in results.Values)
        {
            var document = JsonSerializer.Serialize(result, JsonSerializerOptions.Web);
            context.Add(new StoredResult { HeadingId = result.HeadingId, RoundId = round.Id, Document = document, CountedAt = now });
        }
        await publication.MakeRecordAsync(round, tree, headingId => results.TryGetValue(headingId, out var result) ? result.Ballots : 0, cancellation);
    }
}
