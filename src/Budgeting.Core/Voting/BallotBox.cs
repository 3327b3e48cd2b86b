using System.Collections.Concurrent;
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

    /// <summary>How long a group of ballots waits to grow while another is being written. A lone ballot never waits; nor need others, since a group grows anyway while those before it are written.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.Zero;

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
        EnqueueAsync(new(Act.Cast, ballot.RoundId, ballot.Voter.Key, ballot, ballot.Attempt), cancellation);

    public Task<Outcome<Done>> WithdrawAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        DoAsync(Act.Withdraw, roundId, voter, cancellation);

    public Task<Outcome<Done>> IssuePaperAsync(long roundId, Voter voter, Guid act, CancellationToken cancellation) =>
        DoAsync(Act.IssuePaper, roundId, voter, cancellation, act);

    public Task<Outcome<Done>> TakeBackPaperAsync(long roundId, Voter voter, CancellationToken cancellation) =>
        DoAsync(Act.TakeBackPaper, roundId, voter, cancellation);

    public async Task<FoundBallot> FindAsync(long roundId, Voter voter, string? receipt, CancellationToken cancellation)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellation);
        var found = await _dialect.ReadBallotsAsync(context, roundId, [voter.Key], cancellation);
        if (found.Count == 0)
            return new(InBox.Nothing, null);
        if (found[0].Cast is not { } cast)
            return new(InBox.Paper, null);
        return new(InBox.Ballot, ReceiptCode.Read(receipt) == ReceiptCode.Of(cast.Commitment) ? Stored(found[0], await SheetsAsync(roundId, cancellation)) : null);
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

    private async Task<Outcome<Done>> DoAsync(Act act, long roundId, Voter voter, CancellationToken cancellation, Guid attempt = default)
    {
        var done = await EnqueueAsync(new(act, roundId, voter.Key, Ballot: null, attempt), cancellation);
        return done.Granted ? Done.It : Outcome<Done>.Refused(done.Refusals);
    }

    private async Task<Outcome<StoredBallot>> EnqueueAsync(Request request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var voter = request.Voter;
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
        List<(Task Answered, List<Request> Batch)> underway = [];
        HashSet<(long RoundId, string VoterKey)> voters = [];
        Task<bool>? arrival = null;
        while (true)
        {
            foreach (var (_, batch) in underway.Where(transaction => transaction.Answered.IsCompleted))
                voters.ExceptWith(batch.Select(request => request.Voter));
            underway.RemoveAll(transaction => transaction.Answered.IsCompleted);
            while (waiting.Count < _options.BatchSize && _queue.Reader.TryRead(out var request))
                waiting.Add(request);

            // A voter's second request waits for the transaction after that of the first: what is changed must be there before.
            if (underway.Count < _dialect.BallotTransactions && waiting.Exists(request => !voters.Contains(request.Voter)))
            {
                // While others are being written, a moment's wait makes this group larger; a lone ballot is written at once.
                if (underway.Count > 0 && waiting.Count < _options.BatchSize && _options.Wait > TimeSpan.Zero)
                    await Task.Delay(_options.Wait);
                while (waiting.Count < _options.BatchSize && _queue.Reader.TryRead(out var request))
                    waiting.Add(request);
                List<Request> batch = [], left = [];
                foreach (var request in waiting)
                    (voters.Add(request.Voter) ? batch : left).Add(request);
                waiting = left;
                underway.Add((AnswerRoundsAsync(batch), batch));
                continue;
            }

            if (waiting.Count < _options.BatchSize)
                arrival ??= _queue.Reader.WaitToReadAsync().AsTask();
            var ended = arrival is { IsCompletedSuccessfully: true, Result: false };
            if (ended && underway.Count == 0 && waiting.Count == 0)
                return;
            var events = underway.Select(transaction => transaction.Answered);
            await Task.WhenAny(arrival is null || ended ? events : events.Append(arrival));
            if (arrival is { IsCompletedSuccessfully: true, Result: true })
                arrival = null;
        }
    }

    private async Task AnswerRoundsAsync(List<Request> batch)
    {
        await Task.Yield();
        foreach (var alike in batch.GroupBy(request => (request.RoundId, PutsIn: request.Act is Act.Cast or Act.IssuePaper, request.Act is Act.Withdraw)))
            await AnswerAsync([.. alike]);
    }

    private async Task AnswerAsync(IReadOnlyList<Request> requests)
    {
        try
        {
            var answers = await StoreAsync(requests[0].RoundId, requests);
            for (var i = 0; i < requests.Count; i++)
                requests[i].Answer.SetResult(answers[i]);
        }
        catch (Exception fault) when (requests.Count > 1 && !_dialect.IsOutage(fault))
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
        var answers = new Outcome<StoredBallot>?[requests.Count];
        var rows = new BallotRow?[requests.Count];
        IReadOnlySet<string> written;
        await using (var transaction = await _dialect.BeginBallotsAsync(context, roundId, CancellationToken.None))
        {
            // The clock is read under the lock that closing takes alone: whoever is let in here is waited for there.
            var phase = transaction.Schedule?.PhaseAt(_clock.Choose(transaction.DatabaseNow));
            // What was closed stays closed, even if a clock is set back.
            var closed = phase > Phase.Voting || transaction.Closed;
            if (closed || phase != Phase.Voting || sheets.Count == 0)
                return [.. requests.Select(_ => (Outcome<StoredBallot>)Refusal.Of(closed ? "Voting.Closed" : "Voting.NotOpenYet"))];
            BallotWrites writes = new([], [], []);
            for (var i = 0; i < requests.Count; i++)
            {
                var request = requests[i];
                if (request.Act is Act.Withdraw)
                    writes.Withdrawn.Add(request.VoterKey);
                else if (request.Act is Act.TakeBackPaper)
                    writes.TakenBack.Add(request.VoterKey);
                else if (request.Ballot is { } ballot && BallotRules.Check(sheets, ballot) is { Count: > 0 } refusals)
                    answers[i] = Outcome<StoredBallot>.Refused(refusals);
                else
                    writes.Stored.Add(rows[i] = new(request.VoterKey, Commit(request.Ballot, sheets), request.Ballot?.Voter.Band, request.Attempt));
            }
            written = await transaction.CommitAsync(writes, CancellationToken.None);
        }

        var unwritten = Enumerable.Range(0, requests.Count)
            .Where(i => answers[i] is null && !written.Contains(requests[i].VoterKey))
            .Select(i => requests[i].VoterKey)
            .ToList();
        // Nothing was written for a request that the box had an answer to already: what lies there is the answer.
        var inBox = unwritten.Count == 0
            ? []
            : (await _dialect.ReadBallotsAsync(context, roundId, unwritten, CancellationToken.None)).ToDictionary(row => row.VoterKey);
        for (var i = 0; i < requests.Count; i++)
        {
            answers[i] ??= written.Contains(requests[i].VoterKey)
                ? rows[i] is { } row ? Stored(row, sheets) : Nothing
                : AnswerFrom(inBox.GetValueOrDefault(requests[i].VoterKey), requests[i], sheets);
        }
        return answers!;
    }

    private static Outcome<StoredBallot> AnswerFrom(BallotRow? inBox, Request request, IReadOnlyList<BallotSheet> sheets) => (request.Act, inBox) switch
    {
        (Act.TakeBackPaper, _) => Refusal.Of("Voting.NoPaperIssued"),
        (Act.IssuePaper, { Cast: null } paper) when paper.Attempt == request.Attempt => Nothing,
        (_, { Cast: null }) => Refusal.Of("Voting.PaperIssued"),
        (Act.IssuePaper, not null) => Refusal.Of("Voting.AlreadyCast"),
        (Act.Withdraw, _) => Nothing,
        (Act.Cast, { } ballot) when ballot.Attempt == request.Attempt => Stored(ballot, sheets),
        // What this act cast has been replaced or taken out since, by another.
        (Act.Cast, _) => Refusal.Of("Voting.Superseded"),
        // The ballot that stood in its way has been taken out a moment ago.
        _ => Refusal.Of("Voting.NotStored"),
    };

    private CommittedChoices? Commit(CastBallot? ballot, IReadOnlyList<BallotSheet> sheets) => ballot is null
        ? null
        : CommittedChoices.Make(ballot.RoundId, ChoicesText.Write(ballot.Choices), sheets, _randomness.Bytes(CommittedChoices.NonceLength));

    private async Task<IReadOnlyList<BallotSheet>> SheetsAsync(long roundId, CancellationToken cancellation)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IBallotSheets>().OfRoundAsync(roundId, cancellation);
    }

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

    private sealed record Request(Act Act, long RoundId, string VoterKey, CastBallot? Ballot, Guid Attempt)
    {
        public (long RoundId, string VoterKey) Voter => (RoundId, VoterKey);

        public TaskCompletionSource<Outcome<StoredBallot>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
