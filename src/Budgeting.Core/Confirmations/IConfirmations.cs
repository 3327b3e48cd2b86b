using Budgeting.Core.Regions;

namespace Budgeting.Core.Confirmations;

/// <summary>
/// Acts that take two people. One official asks, with a reason; another one with the same role in the round's region or above, from another
/// account, confirms, and then it is done, or declines. Publishing a result and lowering an envelope after Proposing are such acts.
/// </summary>
/// <remarks>
/// A request stands for <see cref="Lasts"/>. It is void when what it was about has changed since: another result, another envelope, or an
/// asker who no longer holds the role. Both sides are in the audit log, and the database refuses one account on both.
/// </remarks>
public interface IConfirmations
{
    /// <summary>How long a request waits.</summary>
    static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>Asks for a counted result to be published. Coordinators may. A passkey must have been shown just now.</summary>
    /// <returns>
    /// The request's id, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>, <c>FourEyes.Reason</c>, <c>FourEyes.AlreadyAsked</c>,
    /// <c>Results.AlreadyPublished</c>, <c>Results.NotReady</c>, <c>Results.AnswersMissing</c> (how many).
    /// </returns>
    Task<Outcome<long>> AskToPublishAsync(Actor actor, long roundId, string reason, CancellationToken cancellation);

    /// <summary>Asks for the envelope to be lowered after Proposing, with the reason that becomes public. Finance officers may. A passkey must have been shown just now.</summary>
    /// <returns>
    /// The request's id, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>, <c>Envelope.Amount</c>, <c>Envelope.Reason</c>, <c>Envelope.Frozen</c>,
    /// <c>Envelope.BelowHeadings</c> (their sum), <c>FourEyes.NotNeeded</c> (one official can do it), <c>FourEyes.AlreadyAsked</c>.
    /// </returns>
    Task<Outcome<long>> AskToLowerEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation);

    /// <summary>The requests that wait and that the actor has to do with: those they can decide, and their own. The oldest first.</summary>
    Task<IReadOnlyList<ConfirmationView>> WaitingAsync(Actor actor, CancellationToken cancellation);

    /// <summary>All requests about a round, the newest first, for its coordinators, finance officers and administrators.</summary>
    /// <returns>The requests; none for anybody else.</returns>
    Task<IReadOnlyList<ConfirmationView>> OfRoundAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>One request, for the coordinators, finance officers and administrators of its round.</summary>
    /// <returns>The request, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>.</returns>
    Task<Outcome<ConfirmationView>> FindAsync(Actor actor, long confirmationId, CancellationToken cancellation);

    /// <summary>Confirms a request and does what was asked, in one transaction. A passkey must have been shown just now.</summary>
    /// <param name="actor">Somebody with the asker's role, and not the asker.</param>
    /// <param name="confirmationId">The request.</param>
    /// <param name="remark">At most 1,000 characters, or nothing.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>
    /// Done, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>StepUp.Needed</c>, <c>FourEyes.SameAccount</c>, <c>FourEyes.Remark</c>, <c>FourEyes.Decided</c>, <c>FourEyes.Expired</c>,
    /// <c>FourEyes.Changed</c>, or why the act itself is refused.
    /// </returns>
    Task<Outcome<Done>> ConfirmAsync(Actor actor, long confirmationId, string? remark, CancellationToken cancellation);

    /// <summary>Declines a request, with a reason.</summary>
    /// <returns>Done, or <c>NotFound</c>, <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>FourEyes.SameAccount</c>, <c>FourEyes.DeclineReason</c> (3 to 1,000 characters), <c>FourEyes.Decided</c>, <c>FourEyes.Expired</c>, <c>FourEyes.Changed</c>.</returns>
    Task<Outcome<Done>> DeclineAsync(Actor actor, long confirmationId, string remark, CancellationToken cancellation);
}

/// <summary>What takes two people.</summary>
public enum ConfirmedAct
{
    /// <summary>Publishing a counted result.</summary>
    PublishResult,

    /// <summary>Lowering the envelope after Proposing.</summary>
    LowerEnvelope,
}

/// <summary>How far a request is.</summary>
public enum ConfirmationState
{
    /// <summary>It waits for the second official.</summary>
    Waiting,

    /// <summary>It was confirmed and done.</summary>
    Confirmed,

    /// <summary>It was declined.</summary>
    Declined,

    /// <summary>Nobody decided in time.</summary>
    Expired,

    /// <summary>What it was about has changed.</summary>
    Void,
}

/// <summary>A request as shown.</summary>
/// <param name="Id">Its number.</param>
/// <param name="RoundId">The round.</param>
/// <param name="RoundTitle">Its title.</param>
/// <param name="Region">Whose round it is.</param>
/// <param name="Act">What is asked for.</param>
/// <param name="Envelope">The round's envelope now.</param>
/// <param name="Amount">The envelope asked for; null for publishing.</param>
/// <param name="Reason">Why.</param>
/// <param name="AskedBy">The name of who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="ExpiresAt">Until when it waits.</param>
/// <param name="State">How far it is.</param>
/// <param name="DecidedBy">The name of who decided; null while nobody has.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Remark">What they said to it.</param>
/// <param name="MayDecide">Whether the actor can decide it: it waits, they hold the role, and somebody else asked.</param>
public sealed record ConfirmationView(
    long Id, long RoundId, LocalizedText RoundTitle, RegionView Region, ConfirmedAct Act, Money Envelope, Money? Amount, string Reason,
    string AskedBy, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt, ConfirmationState State, string? DecidedBy, DateTimeOffset? DecidedAt, string? Remark, bool MayDecide);
