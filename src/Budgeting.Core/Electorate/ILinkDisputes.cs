namespace Budgeting.Core.Electorate;

/// <summary>
/// Claims to an entry of a register that is linked to another account. Coordinators of the round's region decide them, and nobody one that concerns their own account.
/// An entry is one voter whichever account it is linked to: a decision moves who may change its ballot, and never makes a second one.
/// </summary>
public interface ILinkDisputes
{
    /// <summary>The claims that wait for a decision in a round, oldest first.</summary>
    /// <returns>The claims, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<IReadOnlyList<LinkDispute>>> WaitingAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>Decides a claim. Both people are told, with the reason, where their address is confirmed.</summary>
    /// <param name="actor">Who decides.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="disputeId">The claim.</param>
    /// <param name="decision">To whom the entry is linked from now on.</param>
    /// <param name="reason">Why, 5 to 500 characters; both people read it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Done, or <c>Forbidden</c>, <c>StepUp.Needed</c>, <c>NotFound</c>, <c>Dispute.Reason</c>, <c>Dispute.Decision</c>, <c>Dispute.Gone</c> (decided or void), <c>Dispute.Own</c>.</returns>
    Task<Outcome<Done>> DecideAsync(Actor actor, long roundId, long disputeId, DisputeDecision? decision, string reason, CancellationToken cancellation);
}

/// <summary>What proved that an entry is somebody's.</summary>
public enum LinkProof
{
    /// <summary>The code from a letter.</summary>
    Letter,

    /// <summary>An e-identification.</summary>
    Identification,

    /// <summary>An identity document that a clerk has seen.</summary>
    Document,
}

/// <summary>How an account stands to an entry it was to be linked to.</summary>
public enum LinkState
{
    /// <summary>It is linked to it.</summary>
    Linked,

    /// <summary>Another account is, and a coordinator decides.</summary>
    Disputed,

    /// <summary>Another account is, and a coordinator has decided to leave it so.</summary>
    Kept,

    /// <summary>The account is linked to another entry of the round.</summary>
    AccountTaken,
}

/// <summary>What became of a claim.</summary>
public enum DisputeDecision
{
    /// <summary>The entry is linked to the account that claimed it.</summary>
    Moved,

    /// <summary>All stays as it was.</summary>
    Kept,
}

/// <summary>A claim that waits. It names no person.</summary>
/// <param name="Id">The claim.</param>
/// <param name="EntryId">The entry, by the number that clerks and the audit log name it by.</param>
/// <param name="RaisedAt">When the claim was made.</param>
/// <param name="Proof">What proved it.</param>
/// <param name="PresentProof">What proved the link there is; null when there is none any more, or it is not known.</param>
/// <param name="ClaimantHasAnother">Whether the claimant's account is linked to another entry of the round, which it would lose.</param>
public sealed record LinkDispute(long Id, long EntryId, DateTimeOffset RaisedAt, LinkProof Proof, LinkProof? PresentProof, bool ClaimantHasAnother);

/// <summary>How one's own account stands in a round with a register.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Title">Its title.</param>
/// <param name="State">Linked, or why not.</param>
/// <param name="Proof">What proved it; null when that is not known.</param>
public sealed record OwnLink(long RoundId, LocalizedText Title, LinkState State, LinkProof? Proof);
