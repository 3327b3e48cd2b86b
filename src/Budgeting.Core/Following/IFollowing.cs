namespace Budgeting.Core.Following;

/// <summary>Following rounds and proposals: what a person wants to hear of, how often, and how they stop it.</summary>
public interface IFollowing
{
    /// <summary>The largest number of rounds and proposals that one person follows.</summary>
    const int Most = 1_000;

    /// <summary>Follows an announced round: its phases, its schedule, its result. Following it again changes nothing.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Following.TooMany</c> (how many).</returns>
    Task<Outcome<Done>> FollowRoundAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>Follows a public proposal that is not hidden, or one's own: its answer, its changes, what moderation does, the result of its round.</summary>
    /// <returns>As <see cref="FollowRoundAsync"/>.</returns>
    Task<Outcome<Done>> FollowProposalAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>Stops following a round. Proposals of it that are followed stay so.</summary>
    /// <returns>Done, also when it was not followed; or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<Done>> UnfollowRoundAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>Stops following a proposal.</summary>
    /// <returns>Done, also when it was not followed; or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<Done>> UnfollowProposalAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>Whether the actor follows a round, or one proposal of it.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="proposalId">The proposal; null for the round itself.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>That, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<bool>> FollowsAsync(Actor actor, long roundId, long? proposalId, CancellationToken cancellation);

    /// <summary>Everything the actor follows, with what is new in it.</summary>
    /// <returns>That, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<FollowedView>> OwnAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Chooses when messages come, for all rounds without a choice of their own. What has gathered by then is sent at once.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>Following.Choice</c>.</returns>
    Task<Outcome<Done>> ChooseAsync(Actor actor, NewsChoice? choice, CancellationToken cancellation);

    /// <summary>Chooses when messages about a round come in which one follows something. What has gathered by then is sent at once.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="choice">When; null for as with the other rounds.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c> when nothing of the round is followed, <c>Following.Choice</c>.</returns>
    Task<Outcome<Done>> ChooseForRoundAsync(Actor actor, long roundId, NewsChoice? choice, CancellationToken cancellation);

    /// <summary>What the link of a message would stop. Nothing is done yet.</summary>
    /// <param name="token">The link's secret.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>That, or <c>Unsubscribe.Unknown</c>.</returns>
    Task<Outcome<Unsubscription>> LookAsync(string token, CancellationToken cancellation);

    /// <summary>Stops messages by the link of one of them, without signing in. What is followed stays on the person's pages. Using the link again changes nothing.</summary>
    /// <returns>What was stopped, or <c>Unsubscribe.Unknown</c>.</returns>
    Task<Outcome<Unsubscription>> UnsubscribeAsync(string token, CancellationToken cancellation);
}

/// <summary>Tells followers what has happened, by e-mail. Any number of servers may do so at once; a server that is killed leaves the rest to the others.</summary>
public interface INewsDelivery
{
    /// <summary>
    /// Notes phases that have begun, and writes the messages that are due, in batches: at once, or as a digest of a day or a week. Each person is told each thing
    /// once. Stops early while many messages wait to be sent; the next call goes on.
    /// </summary>
    /// <returns>How many messages were written.</returns>
    Task<int> TellAsync(CancellationToken cancellation);

    /// <summary>How far it has come, one line for each choice but none.</summary>
    Task<IReadOnlyList<NewsRunView>> RunsAsync(CancellationToken cancellation);

    /// <summary>Deletes news that has been kept for its time and told to everybody.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>When messages about what one follows come.</summary>
public enum NewsChoice
{
    /// <summary>As soon as something happens.</summary>
    Immediate,

    /// <summary>Once a day, if something happened.</summary>
    Daily,

    /// <summary>Once a week, if something happened.</summary>
    Weekly,

    /// <summary>Never: it is on one's pages only.</summary>
    None,
}

/// <summary>Something that followers are told.</summary>
public enum NewsKind
{
    /// <summary>A phase of a round has begun.</summary>
    PhaseBegan,

    /// <summary>The schedule of a round was changed.</summary>
    ScheduleChanged,

    /// <summary>The result of a round is public.</summary>
    ResultPublished,

    /// <summary>A proposal was answered, or answered anew.</summary>
    ProposalAnswered,

    /// <summary>The words or attachments of a public proposal were changed.</summary>
    ProposalChanged,

    /// <summary>A public proposal was taken back by its author.</summary>
    ProposalWithdrawn,

    /// <summary>A proposal was hidden by moderation.</summary>
    ProposalHidden,

    /// <summary>A hidden proposal is shown again.</summary>
    ProposalShown,
}

/// <summary>What somebody follows.</summary>
/// <param name="Choice">When messages come for rounds without a choice of their own.</param>
/// <param name="Reachable">Whether messages can be sent at all: the address is confirmed and the site sends mail.</param>
/// <param name="Rounds">The rounds in which something is followed, the latest first.</param>
/// <param name="News">What happened in all this, newest first; at most twenty.</param>
public sealed record FollowedView(NewsChoice Choice, bool Reachable, IReadOnlyList<FollowedRound> Rounds, IReadOnlyList<NewsView> News);

/// <summary>A round in which something is followed.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Title">Its title.</param>
/// <param name="Whole">Whether the round itself is followed.</param>
/// <param name="Own">When messages about it come; null for as with the other rounds.</param>
/// <param name="Proposals">The proposals of it that are followed.</param>
public sealed record FollowedRound(long RoundId, LocalizedText Title, bool Whole, NewsChoice? Own, IReadOnlyList<FollowedProposal> Proposals);

/// <summary>A proposal that is followed.</summary>
/// <param name="ProposalId">The proposal.</param>
/// <param name="Title">Its title; null when it is hidden or was taken back.</param>
/// <param name="Language">The language of its title.</param>
public sealed record FollowedProposal(long ProposalId, string? Title, string Language);

/// <summary>Something that happened in what somebody follows.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When.</param>
/// <param name="RoundId">In which round.</param>
/// <param name="RoundTitle">Its title.</param>
/// <param name="Phase">The phase that began; null for other news.</param>
/// <param name="Proposal">The proposal it is about; null for the round.</param>
public sealed record NewsView(NewsKind Kind, DateTimeOffset At, long RoundId, LocalizedText RoundTitle, Rounds.Phase? Phase, FollowedProposal? Proposal);

/// <summary>What the link of a message stops.</summary>
/// <param name="RoundTitle">The round whose messages it stops; null for all messages about what is followed.</param>
public sealed record Unsubscription(LocalizedText? RoundTitle);

/// <summary>How far telling has come.</summary>
/// <param name="Choice">For those who chose this.</param>
/// <param name="UnderWay">Whether somebody has still to be told.</param>
/// <param name="DueAt">When the next digest is made; null for messages at once.</param>
/// <param name="FinishedAt">When everybody had last been told; null for not yet.</param>
/// <param name="Messages">How many messages were written in the last run, or in the one under way.</param>
public sealed record NewsRunView(NewsChoice Choice, bool UnderWay, DateTimeOffset? DueAt, DateTimeOffset? FinishedAt, long Messages);

/// <summary>How followers are told. Configured under <c>Following</c>.</summary>
public sealed class FollowingOptions
{
    /// <summary>The hour of the day at which digests are made, 0 to 23.</summary>
    public int DigestHour { get; set; } = 8;

    /// <summary>The day of the week on which weekly digests are made.</summary>
    public DayOfWeek DigestDay { get; set; } = DayOfWeek.Monday;

    /// <summary>The time zone of these.</summary>
    public string TimeZone { get; set; } = "Europe/Helsinki";

    /// <summary>How many messages to followers may wait to be sent; no more are written until some have left.</summary>
    public int MostWaiting { get; set; } = 2_000;

    /// <summary>How many followed things are looked at in one transaction.</summary>
    public int Batch { get; set; } = 200;

    internal bool IsPossible => this is { DigestHour: >= 0 and <= 23, MostWaiting: > 0, Batch: > 0 } && Enum.IsDefined(DigestDay) && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _);
}
