using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Voting;

/// <summary>How the ballot box groups its writes. Configured under <c>BallotBox</c>.</summary>
public sealed class BallotBoxOptions
{
    /// <summary>Requests that may wait; one more is answered at once that the box is busy.</summary>
    public int QueueLength { get; set; } = 10_000;

    /// <summary>The most ballots committed in one transaction.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>Requests of one voter that may wait: they are committed one after another, and must not hold up everybody else's.</summary>
    public int QueueLengthPerVoter { get; set; } = 8;
}

internal sealed partial class BallotBox : IBallotBox, IAsyncDisposable
{
    private static readonly StoredBallot Nothing = new("", []);

    private readonly IDbContextFactory<BudgetingContext> _contexts;
    private readonly IServiceScopeFactory _scopes;
    private readonly DatabaseDialect _dialect;
    private readonly DatabaseClock _clock;
    private readonly Randomness _randomness;
    private readonly ILogger<BallotBox> _log;
    private readonly BallotBoxOptions _options;
    private readonly ConcurrentDictionary<(long RoundId, string VoterKey), int> _waitingPerVoter = new();
    private readonly Channel<Request> _queue;
    private readonly Task _writer;

    public BallotBox(
        IDbContextFactory<BudgetingContext> contexts, IServiceScopeFactory scopes, DatabaseDialect dialect, DatabaseClock clock,
        Randomness randomness, IOptions<BallotBoxOptions> options, ILogger<BallotBox> log)
    {
        (_contexts, _scopes, _dialect, _clock, _randomness, _log) = (contexts, scopes, dialect, clock, randomness, log);
        _options = options.Value;
        _queue = Channel.CreateBounded<Request>(new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });
        _writer = Task.Run(WriteQueueAsync);
    }

    public Task<Outcome<StoredBallot>> CastAsync(CastBallot ballot, CancellationToken cancellation) =>
        EnqueueAsync(new(Act.Cast, ballot.RoundId, ballot.Voter.Key, ballot), cancellation);

    public Task<Outcome<Done>> WithdrawAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        DoAsync(Act.Withdraw, roundId, voter, cancellation);

    public Task<Outcome<Done>> IssuePaperAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        DoAsync(Act.IssuePaper, roundId, voter, cancellation);

    public Task<Outcome<Done>> TakeBackPaperAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        DoAsync(Act.TakeBackPaper, roundId, voter, cancellation);

    public async Task<StoredBallot?> FindAsync(long roundId, Voter voter, CancellationToken cancellation)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellation);
        var found = await _dialect.ReadBallotsAsync(context, roundId, [voter.Key], cancellation);
        return found.Count == 0 ? null : Stored(found[0], await SheetsAsync(roundId, cancellation));
    }

    public async Task<ReceiptStatus> CheckReceiptAsync(long roundId, string receipt, CancellationToken cancellation)
    {
        if (ReceiptCode.Read(receipt) is not { } code)
            return ReceiptStatus.Mistyped;
        var (first, last) = ReceiptCode.Range(code);
        await using var context = await _contexts.CreateDbContextAsync(cancellation);
        var fates = await context.Database.SqlQuery<string>($"""
            SELECT 'stored' AS "Value" FROM ballots WHERE round_id = {roundId} AND commitment BETWEEN {first} AND {last}
            UNION ALL SELECT fate FROM spent_ballots WHERE round_id = {roundId} AND commitment BETWEEN {first} AND {last}
            """).ToListAsync(cancellation);
        return fates.Contains("stored") ? ReceiptStatus.Stored
            : fates.Contains("replaced") ? ReceiptStatus.Replaced
            : fates.Contains("withdrawn") ? ReceiptStatus.Withdrawn
            : ReceiptStatus.Unknown;
    }

    public async Task<Outcome<Done>> CheckAsync(CastBallot ballot, CancellationToken cancellation)
    {
        var refusals = BallotRules.Check(await SheetsAsync(ballot.RoundId, cancellation), ballot);
        return refusals.Count == 0 ? Done.It : Outcome<Done>.Refused(refusals);
    }

    /// <summary>Stops taking requests and answers those already taken.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer;
    }

    private async Task<Outcome<Done>> DoAsync(Act act, long roundId, Voter voter, CancellationToken cancellation)
    {
        var done = await EnqueueAsync(new(act, roundId, voter.Key, Ballot: null), cancellation);
        return done.Granted ? Done.It : Outcome<Done>.Refused(done.Refusals);
    }

    private async Task<Outcome<StoredBallot>> EnqueueAsync(Request request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var voter = (request.RoundId, request.VoterKey);
        try
        {
            if (_waitingPerVoter.AddOrUpdate(voter, 1, (_, waiting) => waiting + 1) > _options.QueueLengthPerVoter)
                return Refusal.Of("Voting.Busy");
            // From here on the request stands whether or not the caller waits for the answer.
            return _queue.Writer.TryWrite(request) ? await request.Answer.Task : Refusal.Of("Voting.Busy");
        }
        finally
        {
            if (_waitingPerVoter.AddOrUpdate(voter, 0, (_, waiting) => waiting - 1) == 0)
                _waitingPerVoter.TryRemove(new(voter, 0));
        }
    }

    private async Task WriteQueueAsync()
    {
        List<Request> waiting = [];
        while (waiting.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            while (waiting.Count < _options.BatchSize && _queue.Reader.TryRead(out var request))
                waiting.Add(request);
            // A voter's second request waits for the transaction after that of the first: what is changed must be there before.
            HashSet<(long, string)> voters = [];
            var batch = waiting.Where(request => voters.Add((request.RoundId, request.VoterKey))).ToList();
            waiting = [.. waiting.Except(batch)];
            foreach (var round in batch.GroupBy(request => request.RoundId))
                await AnswerAsync([.. round]);
        }
    }

    private async Task AnswerAsync(IReadOnlyList<Request> requests)
    {
        try
        {
            var answers = await StoreAsync(requests[0].RoundId, requests);
            for (var i = 0; i < requests.Count; i++)
                requests[i].Answer.SetResult(answers[i]);
        }
        catch (Exception fault) when (requests.Count > 1 && fault is not (TimeoutException or DbException { IsTransient: true }))
        {
            // The database is there, so it may have been one ballot's doing: its neighbours get a transaction of their own.
            BatchFailed(fault, requests.Count);
            foreach (var request in requests)
                await AnswerAsync([request]);
        }
        catch (Exception fault)
        {
            BallotsFailed(fault, requests.Count);
            foreach (var request in requests)
                request.Answer.SetResult(Refusal.Of("Voting.NotStored"));
        }
    }

    /// <summary>Checks and writes the requests of one round in one transaction. Returns only after the commit.</summary>
    private async Task<IReadOnlyList<Outcome<StoredBallot>>> StoreAsync(long roundId, IReadOnlyList<Request> requests)
    {
        var sheets = await SheetsAsync(roundId, CancellationToken.None);
        await using var context = await _contexts.CreateDbContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync();
        await _dialect.LockSharedAsync(context, BallotClosing.BallotLock(roundId), CancellationToken.None);
        // The clock is read under the lock that closing takes alone: whoever is let in here is waited for there.
        var now = await _clock.NowAsync(context, CancellationToken.None);
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId);
        var phase = round?.Schedule.PhaseAt(now);
        // What was closed stays closed, even if a clock is set back.
        var closed = phase > Phase.Voting || round?.BallotsAtClosing is not null;
        if (closed || phase != Phase.Voting || sheets.Count == 0)
            return [.. requests.Select(_ => (Outcome<StoredBallot>)Refusal.Of(closed ? "Voting.Closed" : "Voting.NotOpenYet"))];

        var earlier = (await _dialect.ReadBallotsAsync(context, roundId, [.. requests.Select(request => request.VoterKey)], CancellationToken.None))
            .ToDictionary(ballot => ballot.VoterKey);
        List<BallotRow> rows = [];
        List<byte[]> withdrawn = [];
        List<byte[]> takenBack = [];
        var answers = new Outcome<StoredBallot>[requests.Count];
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            var row = earlier.GetValueOrDefault(request.VoterKey);
            switch (request.Act)
            {
                case Act.Cast when row is { Cast: null }:
                    answers[i] = Refusal.Of("Voting.PaperIssued");
                    break;
                case Act.Cast when row is not null && SameAct(row, request.Ballot!):
                    answers[i] = Stored(row, sheets);
                    break;
                case Act.Cast when BallotRules.Check(sheets, request.Ballot!) is { Count: > 0 } refusals:
                    answers[i] = Outcome<StoredBallot>.Refused(refusals);
                    break;
                case Act.Cast:
                    var cast = CommittedChoices.Make(roundId, ChoicesText.Write(request.Ballot!.Choices), sheets, _randomness.Bytes(CommittedChoices.NonceLength));
                    rows.Add(new(request.VoterKey, cast, request.Ballot.Voter.Band, request.Ballot.Attempt));
                    answers[i] = new StoredBallot(ReceiptCode.Of(cast.Commitment), request.Ballot.Choices);
                    break;
                case Act.Withdraw when row is { Cast: null }:
                    answers[i] = Refusal.Of("Voting.PaperIssued");
                    break;
                case Act.TakeBackPaper when row is not { Cast: null }:
                    answers[i] = Refusal.Of("Voting.NoPaperIssued");
                    break;
                case Act.Withdraw or Act.TakeBackPaper:
                    (request.Act == Act.Withdraw ? withdrawn : takenBack).Add(Convert.FromHexString(request.VoterKey));
                    answers[i] = Nothing;
                    break;
                case Act.IssuePaper when row is not null:
                    answers[i] = Refusal.Of(row.Cast is null ? "Voting.PaperIssued" : "Voting.AlreadyCast");
                    break;
                default:
                    rows.Add(new(request.VoterKey, Cast: null, Band: null, request.Attempt));
                    answers[i] = Nothing;
                    break;
            }
        }
        if (rows.Count > 0 && await _dialect.UpsertBallotsAsync(context, roundId, rows, CancellationToken.None) < rows.Count)
        {
            // Another server wrote for one of these voters a moment ago. What lies in the box now says how each request ended.
            var inBox = (await _dialect.ReadBallotsAsync(context, roundId, [.. rows.Select(row => row.VoterKey)], CancellationToken.None))
                .ToDictionary(row => row.VoterKey);
            for (var i = 0; i < requests.Count; i++)
            {
                if (!answers[i].Granted || !inBox.TryGetValue(requests[i].VoterKey, out var row))
                    continue;
                answers[i] = (requests[i].Act, row.Cast) switch
                {
                    (Act.Cast, null) => Refusal.Of("Voting.PaperIssued"),
                    (Act.Cast, _) => Stored(row, sheets),
                    (Act.IssuePaper, not null) => Refusal.Of("Voting.AlreadyCast"),
                    (Act.IssuePaper, null) when row.Attempt != requests[i].Attempt => Refusal.Of("Voting.PaperIssued"),
                    _ => answers[i],
                };
            }
        }
        var ballots = context.Ballots.Where(ballot => ballot.RoundId == roundId);
        if (withdrawn.Count > 0)
            await ballots.Where(ballot => ballot.Choices != null && withdrawn.Contains(ballot.VoterKey)).ExecuteDeleteAsync();
        if (takenBack.Count > 0)
            await ballots.Where(ballot => ballot.Choices == null && takenBack.Contains(ballot.VoterKey)).ExecuteDeleteAsync();
        await transaction.CommitAsync();
        return answers;
    }

    private async Task<IReadOnlyList<BallotSheet>> SheetsAsync(long roundId, CancellationToken cancellation)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IBallotSheets>().OfRoundAsync(roundId, cancellation);
    }

    private static bool SameAct(BallotRow row, CastBallot ballot) =>
        row.Attempt == ballot.Attempt && row.Cast?.Choices == ChoicesText.Write(ballot.Choices);

    private static StoredBallot Stored(BallotRow row, IReadOnlyList<BallotSheet> sheets) => row.Cast is not { } cast ? Nothing : new(
        ReceiptCode.Of(cast.Commitment),
        [.. ChoicesText.Read(cast.Choices).Select(choices => new HeadingChoices(
            choices.HeadingId, sheets.First(sheet => sheet.HeadingId == choices.HeadingId).Hash, choices.Projects))]);

    [LoggerMessage(LogLevel.Warning, "A transaction of {Count} ballots failed; each is tried alone")]
    private partial void BatchFailed(Exception fault, int count);

    [LoggerMessage(LogLevel.Error, "{Count} ballots could not be stored")]
    private partial void BallotsFailed(Exception fault, int count);

    private enum Act
    {
        Cast,
        Withdraw,
        IssuePaper,
        TakeBackPaper,
    }

    private sealed record Request(Act Act, long RoundId, string VoterKey, CastBallot? Ballot)
    {
        /// <summary>Names the act, so that what lies in the box can be told to be its doing.</summary>
        public Guid Attempt { get; } = Ballot?.Attempt ?? Guid.NewGuid();

        public TaskCompletionSource<Outcome<StoredBallot>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
