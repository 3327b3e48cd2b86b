using Budgeting.Core.Evaluation;
using Budgeting.Core.Moderation;

namespace Budgeting.Core.Proposals;

/// <summary>Residents' proposals: written, submitted, searched.</summary>
public interface IProposals
{
    /// <summary>Stores a new draft. Any signed-in person may while the round is in Proposing.</summary>
    /// <param name="actor">The author.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="input">What was written.</param>
    /// <param name="writing">Names this piece of writing: the same value again returns the draft already stored, so that a form sent twice writes once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The proposal's id, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Proposal.NotOpen</c>, <c>Attempts.TooMany</c> (minutes), or refusals of the input.</returns>
    Task<Outcome<long>> WriteAsync(Actor actor, long roundId, ProposalInput input, Guid writing, CancellationToken cancellation);

    /// <summary>Changes one's own proposal while the round is in Proposing.</summary>
    Task<Outcome<Done>> ChangeAsync(Actor actor, long proposalId, ProposalInput input, CancellationToken cancellation);

    /// <summary>Submits one's own draft; from then on it is public. Submitting again changes nothing.</summary>
    Task<Outcome<Done>> SubmitAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>Takes one's own proposal back while the round is in Proposing.</summary>
    Task<Outcome<Done>> WithdrawAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>
    /// One proposal; null when there is none or when it is somebody else's draft or was withdrawn. One that is hidden is there, but with its words
    /// only for its author and for coordinators and administrators over it.
    /// </summary>
    Task<ProposalView?> FindAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>Submitted proposals of a round that match and are not hidden, in the order they were submitted.</summary>
    Task<ProposalList> SearchAsync(ProposalFilter filter, CancellationToken cancellation);

    /// <summary>The actor's own proposals, newest first, drafts and withdrawn ones included.</summary>
    Task<IReadOnlyList<ProposalView>> OwnAsync(Actor actor, CancellationToken cancellation);
}

/// <summary>A proposal as written.</summary>
/// <param name="HeadingId">The heading it asks money from.</param>
/// <param name="Language">The language it is written in: fi, sv or en.</param>
/// <param name="Title">5 to 100 characters, on one line.</param>
/// <param name="Text">30 to 5,000 characters.</param>
/// <param name="Place">Where, in words; at most 120 characters, or null.</param>
public sealed record ProposalInput(long HeadingId, string Language, string Title, string Text, string? Place);

/// <summary>How far a proposal has come.</summary>
public enum ProposalStatus
{
    /// <summary>Only its author sees it.</summary>
    Draft,

    /// <summary>Public, waiting for an answer.</summary>
    Submitted,

    /// <summary>Found feasible, with a cost.</summary>
    Feasible,

    /// <summary>Found not feasible, with a public reason.</summary>
    NotFeasible,

    /// <summary>Taken back by its author.</summary>
    Withdrawn,
}

/// <summary>A proposal as shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RoundId">Its round.</param>
/// <param name="HeadingId">The heading it asks money from.</param>
/// <param name="Language">The language it is written in.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">Its text: plain, paragraphs separated by blank lines.</param>
/// <param name="Place">Where, or null.</param>
/// <param name="AuthorName">The name its author shows.</param>
/// <param name="Own">Whether the actor wrote it.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="SubmittedAt">When it became public; null for a draft.</param>
/// <param name="Evaluation">The answer; null while it waits.</param>
/// <param name="Revision">How often it has been written, from 1.</param>
public sealed record ProposalView(
    long Id, long RoundId, long HeadingId, string Language, string Title, string Text, string? Place,
    string AuthorName, bool Own, ProposalStatus Status, DateTimeOffset? SubmittedAt, EvaluationView? Evaluation, int Revision)
{
    /// <summary>That it was hidden by moderation; null while it is shown.</summary>
    public HiddenView? Hidden { get; init; }

    /// <summary>Whether the actor moderates proposals here.</summary>
    public bool Moderates { get; init; }

    /// <summary>Whether title, text, place and author are there to be read: of what is hidden its author and those who moderate read them, and others get them empty.</summary>
    public bool Readable => Hidden is null || Own || Moderates;
}

/// <summary>That a proposal is hidden.</summary>
/// <param name="Category">For what kind of reason.</param>
/// <param name="At">Since when.</param>
public sealed record HiddenView(ModerationCategory Category, DateTimeOffset At);

/// <summary>Which proposals to list.</summary>
/// <param name="RoundId">Of this round.</param>
/// <param name="Words">Each word must occur in title, text or place, whatever its case; null or blank for all.</param>
/// <param name="HeadingId">Of this heading.</param>
/// <param name="Status">In this state: Submitted, Feasible or NotFeasible.</param>
/// <param name="Language">In this language.</param>
/// <param name="Page">1 for the first.</param>
/// <param name="PageSize">1 to 100.</param>
public sealed record ProposalFilter(
    long RoundId, string? Words = null, long? HeadingId = null, ProposalStatus? Status = null, string? Language = null, int Page = 1, int PageSize = 20);

/// <summary>A page of proposals.</summary>
/// <param name="Proposals">Those on this page.</param>
/// <param name="Total">How many match in all.</param>
/// <param name="Page">This page's number, from 1.</param>
/// <param name="PageSize">The size of a full page.</param>
public sealed record ProposalList(IReadOnlyList<ProposalView> Proposals, int Total, int Page, int PageSize);
