using System.Collections.Concurrent;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Electorate;

/// <summary>What admitting voters needs of a round whose voting is open. None of it changes while it is.</summary>
/// <param name="Round">The round.</param>
/// <param name="Rule">Who may vote in it.</param>
/// <param name="Keys">Makes voter keys of electorate entries.</param>
internal sealed record OpenRound(Round Round, ElectorateRule Rule, Func<string, string> Keys);

/// <summary>
/// Remembers open rounds for a moment, so that a crowd of voters does not ask the database for the same round each. Whether voting is still
/// open is decided where ballots are written; the secret behind the keys is forgotten moments after the round was last read.
/// </summary>
internal sealed class OpenRounds(TimeProvider time) : IQuickAdmission
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, Memory> _rounds = new();

    public Voter? Admit(EntryPass pass) =>
        pass.Admission is { } admission && time.GetUtcNow() is var now && admission.Holds(now) && !(pass.Until <= now)
        && Find(pass.RoundId) is { Rule.Basis: ElectorateBasis.Registered, Round.Imported: false } open
            ? new Voter(open.Keys(ElectorateService.KeyOf(pass.EntryId)), admission.OpenHeadings, admission.Band)
            : null;

    /// <summary>
    /// What is known of an open round; null when it is to be read. When a second is over, the first who asks is told to read it anew, and the
    /// others go on with what is known for a second more: a crowd does not come to the database all at once.
    /// </summary>
    public OpenRound? Find(long roundId)
    {
        if (!_rounds.TryGetValue(roundId, out var memory))
            return null;
        var age = (time.GetUtcNow() - memory.ReadAt).Duration();
        return age < Fresh || (age < Kept && !memory.TakeRereading()) ? memory.Round : null;
    }

    public void Keep(OpenRound round)
    {
        var memory = new Memory(round, time.GetUtcNow());
        _rounds[round.Round.Id] = memory;
        ITimer? timer = null;
        timer = time.CreateTimer(_ =>
        {
            _rounds.TryRemove(new(round.Round.Id, memory));
            timer?.Dispose();
        }, null, Kept, Timeout.InfiniteTimeSpan);
    }

    private sealed class Memory(OpenRound round, DateTimeOffset readAt)
    {
        private int _rereading;

        public OpenRound Round => round;

        public DateTimeOffset ReadAt => readAt;

        public bool TakeRereading() => Interlocked.Exchange(ref _rereading, 1) == 0;
    }
}
