using Budgeting.Core.Notifications;

namespace Budgeting.Core.Invitations;

/// <summary>
/// Invitations to vote, by e-mail or text message, to those of a round's register whose address came with it. They go to all of them, and so do reminders: who has voted is known to nobody,
/// and a list of those reminded would tell it to the gateway. An address is kept, encrypted, until the last message that is planned for it is written, and then erased.
/// </summary>
public interface IInvitations
{
    /// <summary>Plans the invitations of a round, or plans them anew while none has been sent.</summary>
    /// <returns>
    /// Done, or <c>Forbidden</c>, <c>StepUp.Needed</c>, <c>NotFound</c>, <c>Electorate.NotRegistered</c>, <c>Invitations.NoGateway</c>, <c>Invitations.Begun</c>, <c>Invitations.SendsAt</c> (before
    /// now or after voting), <c>Invitations.RemindsAt</c> (less than a day later, or after voting).
    /// </returns>
    Task<Outcome<Done>> PlanAsync(Actor actor, long roundId, InvitationPlan plan, CancellationToken cancellation);

    /// <summary>Stops what has not been written yet. Addresses stay until voting closes, so that it can be planned anew.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Invitations.None</c>.</returns>
    Task<Outcome<Done>> CancelAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>How the invitations of a round stand: numbers, no address and no name.</summary>
    /// <returns>The state, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<InvitationState>> FindAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>
    /// Writes messages that are due into the outbox, so many that others need not wait long behind them, and erases addresses that are needed no more. Any number of servers may do so at once:
    /// each address is written to once.
    /// </summary>
    /// <param name="site">The site's own address, with which links begin; null where it is not configured. Then links are paths.</param>
    /// <param name="cancellation">Stops; what was written stays.</param>
    /// <returns>How many messages were written.</returns>
    Task<int> WriteDueAsync(Uri? site, CancellationToken cancellation);

    /// <summary>Deletes the addresses of rounds whose voting is over.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>When messages go out, and what they carry.</summary>
/// <param name="SendsAt">When the invitations are sent: now or later, before voting closes. Addresses that come with the register later are invited as they come.</param>
/// <param name="RemindsAt">When everybody invited is reminded, a day later at the earliest and before voting closes; null for never.</param>
/// <param name="WithCodes">Whether an invitation carries a voting code, for entries that have none from a letter.</param>
public sealed record InvitationPlan(DateTimeOffset SendsAt, DateTimeOffset? RemindsAt, bool WithCodes);

/// <summary>How invitations stand.</summary>
/// <param name="Plan">The plan; null when there is none, or it was cancelled.</param>
/// <param name="ByEmail">Whether the site sends e-mail.</param>
/// <param name="BySms">Whether the site sends text messages.</param>
/// <param name="WithEmail">Entries with an e-mail address that is still kept.</param>
/// <param name="WithPhoneOnly">Entries with a telephone number only, still kept.</param>
/// <param name="Invited">Entries that were invited.</param>
/// <param name="Messages">The messages by kind, way and state.</param>
public sealed record InvitationState(
    InvitationPlan? Plan, bool ByEmail, bool BySms, int WithEmail, int WithPhoneOnly, int Invited, IReadOnlyList<InvitationMessages> Messages);

/// <summary>So many messages.</summary>
/// <param name="Kind">Invitations or reminders.</param>
/// <param name="Channel">By which way.</param>
/// <param name="State">What became of them.</param>
/// <param name="Count">How many.</param>
public sealed record InvitationMessages(MessageKind Kind, MessageChannel Channel, MessageState State, int Count);
