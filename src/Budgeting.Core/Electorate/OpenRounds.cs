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
/// open is decided where ballots are written; the secret behind the keys is forgotten a moment after the round was last read.
/// </summary>
internal sealed class OpenRounds(TimeProvider time) : IQuickAdmission
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, (OpenRound Round, DateTimeOffset ReadAt)> _rounds = new();

    public Voter? Admit(EntryPass pass) =>
        pass.Admission is { } admission && admission.Holds(time.GetUtcNow())
        && Find(pass.RoundId) is { Rule.Basis: ElectorateBasis.Registered, Round.Imported: false } open
            ? new Voter(open.Keys(ElectorateService.KeyOf(pass.EntryId)), admission.OpenHeadings, admission.Band)
            : null;

    public OpenRound? Find(long roundId) =>
        _rounds.TryGetValue(roundId, out var kept) && (time.GetUtcNow() - kept.ReadAt).Duration() < Kept ? kept.Round : null;

    public void Keep(OpenRound round)
    {
        var kept = (round, time.GetUtcNow());
        _rounds[round.Round.Id] = kept;
        ITimer? timer = null;
        timer = time.CreateTimer(_ =>
        {
            _rounds.TryRemove(new(round.Round.Id, kept));
            timer?.Dispose();
        }, null, Kept, Timeout.InfiniteTimeSpan);
    }
}
