namespace Budgeting.Core.Assistance;

/// <summary>
/// Helpers in the booth. A round may allow them, which is off unless set; then clerks note that a voter was helped, by what kind of helper and for what kind of reason. Who the voter was is not noted,
/// nor the helper's name, nor anything of the ballot: what is kept are counts.
/// </summary>
public interface IAssistance
{
    /// <summary>Whether a helper may assist in the booth of a round. Public.</summary>
    Task<bool> MayHelpAsync(long roundId, CancellationToken cancellation);

    /// <summary>Allows helpers, or forbids them. Until voting opens.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Assistance.Frozen</c>.</returns>
    Task<Outcome<Done>> SetAsync(Actor actor, long roundId, bool allowed, CancellationToken cancellation);

    /// <summary>Notes that a voter was helped. While voting is open.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Assistance.NotAllowed</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Assistance.Helper</c>, <c>Assistance.Reason</c>.</returns>
    Task<Outcome<Done>> NoteAsync(Actor actor, long roundId, HelpGiven help, CancellationToken cancellation);

    /// <summary>How many voters were helped, for those who run the vote.</summary>
    /// <returns>The counts above zero, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<IReadOnlyList<HelpCount>>> CountAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>How many voters were helped in a published round, for everybody.</summary>
    /// <returns>The number; null where helpers were not allowed or nothing is published yet.</returns>
    Task<HelpedVoters?> PublishedAsync(long roundId, CancellationToken cancellation);
}

/// <summary>What kind of helper somebody had.</summary>
public enum HelperKind
{
    /// <summary>One whom the voter brought along.</summary>
    OwnHelper,

    /// <summary>One whom the clerks provide.</summary>
    ClerksAssistant,
}

/// <summary>For what kind of reason somebody was helped.</summary>
public enum HelpReason
{
    /// <summary>They see badly.</summary>
    Sight,

    /// <summary>They move or hold things badly.</summary>
    Movement,

    /// <summary>Reading and understanding are hard for them, also because of the language.</summary>
    Reading,

    /// <summary>They do not know the device.</summary>
    Device,

    /// <summary>Another reason.</summary>
    Other,
}

/// <summary>That a voter was helped, as a clerk notes it.</summary>
/// <param name="Helper">By what kind of helper; needed.</param>
/// <param name="Reason">For what kind of reason; needed.</param>
public sealed record HelpGiven(HelperKind? Helper, HelpReason? Reason);

/// <summary>How many voters were helped so.</summary>
/// <param name="Helper">By what kind of helper.</param>
/// <param name="Reason">For what kind of reason.</param>
/// <param name="Count">How many.</param>
public sealed record HelpCount(HelperKind Helper, HelpReason Reason, int Count);

/// <summary>How many voters were helped.</summary>
/// <param name="Count">The number; null for one to <see cref="Fewest"/> less one, who might be known.</param>
public sealed record HelpedVoters(int? Count)
{
    /// <summary>The smallest number above zero that is published.</summary>
    public const int Fewest = 5;
}
