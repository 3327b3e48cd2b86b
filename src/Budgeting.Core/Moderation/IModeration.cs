namespace Budgeting.Core.Moderation;

/// <summary>
/// Reports of proposals, what officials do about them, and appeals against that. Nothing happens in the shadow: the author always sees
/// what was done and why, and the public sees that something was hidden, when, and for what kind of reason.
/// </summary>
public interface IModeration
{
    /// <summary>Reports a public proposal, or one of its attachments. Any signed-in person but its author may, once a proposal.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Report.Own</c>, <c>Report.Already</c>, <c>Attempts.TooMany</c> (minutes), or refusals of the
    /// input (<c>Report.Category</c>, <c>Report.Words</c>).</returns>
    Task<Outcome<Done>> ReportAsync(Actor actor, long proposalId, ReportInput report, CancellationToken cancellation);

    /// <summary>Reported proposals of the regions where the actor is a coordinator or administrator.</summary>
    /// <returns>The page, or <c>Passkey.Needed</c>, or <c>Forbidden</c> when there is no such region.</returns>
    Task<Outcome<ModerationQueue>> QueueAsync(Actor actor, ModerationFilter filter, CancellationToken cancellation);

    /// <summary>Everything on one proposal that was reported. Null when there is nothing, or when the actor is no coordinator or administrator over it.</summary>
    Task<ModerationCase?> FindCaseAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>
    /// Keeps, hides, or asks to change 1 to <see cref="ModerationInput.Most"/> proposals at once: all of them, or none when one of them cannot be.
    /// Coordinators and administrators may, where something is reported or hidden; not over what they wrote themselves. Keeping shows what was hidden again.
    /// </summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>NotFound</c>, <c>Moderation.NoneChosen</c>, <c>Moderation.Own</c>, <c>Moderation.AppealOpen</c>,
    /// <c>Moderation.NothingReported</c>, <c>Moderation.AlreadyHidden</c>, <c>Moderation.CannotChange</c> (each with the proposal's number), or refusals of the input.</returns>
    Task<Outcome<Done>> ActAsync(Actor actor, IReadOnlyList<long> proposalIds, ModerationInput input, CancellationToken cancellation);

    /// <summary>Appeals against what was done to one's own proposal; once an act, while the act is in force.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Appeal.Already</c>, <c>Appeal.NothingToAppeal</c>, <c>Appeal.Words</c>.</returns>
    Task<Outcome<Done>> AppealAsync(Actor actor, long actId, string words, CancellationToken cancellation);

    /// <summary>Decides an appeal. Coordinators and administrators may, but neither whoever acted nor the author.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>Passkey.Needed</c>, <c>NotFound</c>, <c>Appeal.Decided</c>, <c>Appeal.OwnAct</c>, <c>Moderation.Own</c>, <c>Appeal.Reason</c>.</returns>
    Task<Outcome<Done>> DecideAppealAsync(Actor actor, long actId, AppealDecision decision, CancellationToken cancellation);

    /// <summary>What was done to the actor's own proposals, newest first; of one proposal when it is named.</summary>
    Task<IReadOnlyList<ModerationActView>> OwnAsync(Actor actor, long? proposalId, CancellationToken cancellation);
}

/// <summary>What is wrong with a text or a picture.</summary>
public enum ModerationCategory
{
    /// <summary>It tells somebody's personal matters.</summary>
    PersonalData,

    /// <summary>It insults, threatens or stirs up hatred.</summary>
    Harassment,

    /// <summary>It breaks the law in another way.</summary>
    Illegal,

    /// <summary>It advertises.</summary>
    Advertising,

    /// <summary>It is somebody else's work, used without leave.</summary>
    Copyright,

    /// <summary>It is no proposal for this round.</summary>
    Misplaced,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>What officials do about a report.</summary>
public enum ModerationKind
{
    /// <summary>Leaves it, or shows it again.</summary>
    Keep,

    /// <summary>Hides it from everybody but its author and the officials of the region.</summary>
    Hide,

    /// <summary>Leaves it and asks the author to change it.</summary>
    AskToChange,
}

/// <summary>A report as written.</summary>
/// <param name="Category">What is wrong.</param>
/// <param name="Words">More on that; at most 1,000 characters, needed for <see cref="ModerationCategory.Other"/>.</param>
/// <param name="AttachmentId">The attachment it is about; null for the text.</param>
public sealed record ReportInput(ModerationCategory? Category, string? Words, long? AttachmentId = null);

/// <summary>What to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Category">For what kind of reason: public when hidden. Not needed for keeping.</param>
/// <param name="Reason">The reason in words, for the author: 10 to 2,000 characters.</param>
/// <param name="AttachmentId">The one attachment it is done to; null for the whole proposal.</param>
public sealed record ModerationInput(ModerationKind? Kind, ModerationCategory? Category, string? Reason, long? AttachmentId = null)
{
    /// <summary>The largest number of proposals at once.</summary>
    public const int Most = 100;
}

/// <summary>What becomes of an appeal.</summary>
/// <param name="ActStands">Whether the act stands; else it is taken back.</param>
/// <param name="Reason">Why, for the author: 10 to 2,000 characters.</param>
public sealed record AppealDecision(bool? ActStands, string? Reason);

/// <summary>Which cases to list.</summary>
public enum ModerationState
{
    /// <summary>With a report that nobody has looked at.</summary>
    Reported,

    /// <summary>With an appeal that nobody has decided.</summary>
    Appealed,

    /// <summary>With nothing left to do.</summary>
    Settled,
}

/// <summary>Which cases to list, and how.</summary>
/// <param name="State">How far they have come.</param>
/// <param name="RegionId">Of rounds of this region; null for all that are the actor's to moderate.</param>
/// <param name="Category">Reported for this.</param>
/// <param name="MostReportedFirst">Whether those with most reports come first; else the newest.</param>
/// <param name="Page">1 for the first.</param>
/// <param name="PageSize">1 to 100.</param>
public sealed record ModerationFilter(
    ModerationState State = ModerationState.Reported, long? RegionId = null, ModerationCategory? Category = null, bool MostReportedFirst = false,
    int Page = 1, int PageSize = 50);

/// <summary>A page of cases.</summary>
/// <param name="Cases">Those on this page.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Page">This page's number, from 1.</param>
/// <param name="PageSize">The size of a full page.</param>
/// <param name="Regions">The regions that can be chosen between: of rounds with reports, the actor's to moderate.</param>
public sealed record ModerationQueue(
    IReadOnlyList<ModerationSummary> Cases, int Total, int Page, int PageSize, IReadOnlyList<ModeratedRegion> Regions);

/// <summary>A region to choose.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record ModeratedRegion(long Id, LocalizedText Name);

/// <summary>A case in a list.</summary>
/// <param name="ProposalId">The proposal's number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Language">The language it is written in.</param>
/// <param name="Region">The region of its round.</param>
/// <param name="Reports">How many people reported it and wait; in all, when settled.</param>
/// <param name="Categories">For what.</param>
/// <param name="LatestAt">When the latest of the reports came.</param>
/// <param name="Hidden">Whether it is hidden.</param>
/// <param name="OnBallot">Whether it was found feasible and voting has not begun: an appeal wants deciding before <paramref name="VotingAt"/>.</param>
/// <param name="VotingAt">When voting begins.</param>
public sealed record ModerationSummary(
    long ProposalId, string Title, string Language, LocalizedText Region, int Reports, IReadOnlyList<ModerationCategory> Categories,
    DateTimeOffset LatestAt, bool Hidden, bool OnBallot, DateTimeOffset? VotingAt);

/// <summary>A case.</summary>
/// <param name="ProposalId">The proposal's number.</param>
/// <param name="RegionId">The region of its round.</param>
/// <param name="Reports">What people wrote, newest first. Who they are is told to nobody.</param>
/// <param name="Acts">What was done, newest first.</param>
/// <param name="CanAskToChange">Whether the author could still change it.</param>
/// <param name="CanAct">Whether there is something to act on, and the actor is not the author.</param>
/// <param name="FreezesAt">When the ballot sheet is frozen; after that hiding takes the page away, not the project.</param>
public sealed record ModerationCase(
    long ProposalId, long RegionId, IReadOnlyList<ReportView> Reports, IReadOnlyList<ModerationActView> Acts, bool CanAskToChange, bool CanAct, DateTimeOffset? FreezesAt);

/// <summary>A report as officials see it.</summary>
/// <param name="Category">What is wrong.</param>
/// <param name="Words">More on that, or null.</param>
/// <param name="At">When.</param>
/// <param name="AttachmentId">The attachment it is about; null for the text.</param>
/// <param name="Settled">Whether an official has acted on it.</param>
public sealed record ReportView(ModerationCategory Category, string? Words, DateTimeOffset At, long? AttachmentId, bool Settled);

/// <summary>Something that was done.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProposalId">To which proposal.</param>
/// <param name="ProposalTitle">Its title.</param>
/// <param name="AttachmentId">To which attachment of it; null for the whole.</param>
/// <param name="Kind">What.</param>
/// <param name="Category">For what kind of reason; null for keeping.</param>
/// <param name="Reason">The reason in words.</param>
/// <param name="At">When.</param>
/// <param name="InForce">Whether nothing that was done later replaces it, and no appeal took it back.</param>
/// <param name="CanAppeal">Whether the actor is the author and may still appeal.</param>
/// <param name="CanDecide">Whether the actor may decide the appeal there is.</param>
/// <param name="Appeal">The appeal; null when there is none.</param>
public sealed record ModerationActView(
    long Id, long ProposalId, string ProposalTitle, long? AttachmentId, ModerationKind Kind, ModerationCategory? Category, string Reason, DateTimeOffset At,
    bool InForce, bool CanAppeal, bool CanDecide, AppealView? Appeal);

/// <summary>An appeal.</summary>
/// <param name="Words">What the author wrote.</param>
/// <param name="At">When.</param>
/// <param name="ActStands">What was decided; null while it waits.</param>
/// <param name="Reason">Why; null while it waits.</param>
/// <param name="DecidedAt">When that was; null while it waits.</param>
public sealed record AppealView(string Words, DateTimeOffset At, bool? ActStands, string? Reason, DateTimeOffset? DecidedAt);

/// <summary>
/// Told of what an author has to hear, in the transaction that does it: whoever sends messages writes them down here, to be sent once it is committed.
/// </summary>
public interface IModerationListener
{
    /// <summary>Something was done to an author's proposal, or their appeal was decided.</summary>
    /// <param name="authorId">The author's account.</param>
    /// <param name="act">What was done; with its appeal, when that was decided.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task ToldAsync(long authorId, ModerationActView act, CancellationToken cancellation);
}
