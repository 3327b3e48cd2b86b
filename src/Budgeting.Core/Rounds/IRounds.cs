using Budgeting.Core.Regions;

namespace Budgeting.Core.Rounds;

/// <summary>Participatory budgeting rounds: schedule, envelope and headings.</summary>
public interface IRounds
{
    /// <summary>Announced rounds that match, the most recently begun first. Rounds not yet announced are left out.</summary>
    Task<IReadOnlyList<RoundSummary>> ListAsync(RoundFilter filter, CancellationToken cancellation);

    /// <summary>
    /// One round as everyone may see it. Null when there is none, or when it is not announced yet and the actor is not one of
    /// its coordinators, finance officers or administrators.
    /// </summary>
    Task<RoundView?> FindAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>The rounds an official runs: those of regions where the actor is a coordinator, evaluator, finance officer or administrator, drafts included.</summary>
    Task<IReadOnlyList<RoundSummary>> ManagedByAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Creates a round with its schedule. Coordinators of the region may.</summary>
    /// <returns>Its id, or <c>Forbidden</c>, <c>NotFound</c> (region), <c>Schedule.VotingPast</c>, refusals of the texts (<c>Round.Title</c>, <c>Round.Summary</c>) or of <see cref="Schedule.FromPeriods"/>.</returns>
    Task<Outcome<long>> CreateAsync(Actor actor, NewRound round, CancellationToken cancellation);

    /// <summary>Replaces title and summary. Coordinators may, until voting begins.</summary>
    Task<Outcome<Done>> DescribeAsync(Actor actor, long roundId, LocalizedText title, LocalizedText summary, CancellationToken cancellation);

    /// <summary>Replaces the schedule. Coordinators may, until voting begins; what has begun stays.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Schedule.VotingHasBegun</c>, <c>Schedule.PastChanged</c> or refusals of <see cref="Schedule.FromPeriods"/>.</returns>
    Task<Outcome<Done>> RescheduleAsync(Actor actor, long roundId, IReadOnlyList<PhasePeriod> periods, CancellationToken cancellation);

    /// <summary>
    /// Sets the envelope, with a public reason. Finance officers may, until voting begins. A passkey must have been shown just now. To lower it
    /// after Proposing takes two: see <see cref="Confirmations.IConfirmations"/>.
    /// </summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>StepUp.Needed</c>, <c>NotFound</c>, <c>Envelope.Frozen</c>, <c>FourEyes.Needed</c>, <c>Envelope.BelowHeadings</c> (their sum), <c>Envelope.Amount</c>, <c>Envelope.Reason</c>.</returns>
    Task<Outcome<Done>> ChangeEnvelopeAsync(Actor actor, long roundId, Money amount, string reason, CancellationToken cancellation);

    /// <summary>Adds a heading. Finance officers and coordinators may, until voting begins.</summary>
    /// <returns>Its id, or <c>Forbidden</c>, <c>NotFound</c>, <c>Envelope.Frozen</c>, <c>Heading.OverEnvelope</c> (money left), or refusals of the input.</returns>
    Task<Outcome<long>> AddHeadingAsync(Actor actor, long roundId, HeadingInput heading, CancellationToken cancellation);

    /// <summary>Changes a heading. Same rules and refusals as <see cref="AddHeadingAsync"/>.</summary>
    Task<Outcome<Done>> ChangeHeadingAsync(Actor actor, long roundId, long headingId, HeadingInput heading, CancellationToken cancellation);

    /// <summary>Every setting of the envelope so far, oldest first, with its public reason.</summary>
    Task<IReadOnlyList<EnvelopeChangeView>> EnvelopeHistoryAsync(long roundId, CancellationToken cancellation);

    /// <summary>What follows from the round's phase changes and how far it has come. Coordinators and administrators may see it.</summary>
    Task<IReadOnlyList<PhaseDutyView>> DutiesAsync(Actor actor, long roundId, CancellationToken cancellation);
}

/// <summary>Which rounds to list.</summary>
/// <param name="RegionId">Only rounds of this region, of those above it and of those below it; null for all.</param>
/// <param name="Phase">Only rounds in this phase.</param>
public sealed record RoundFilter(long? RegionId = null, Phase? Phase = null);

/// <summary>A round to create.</summary>
/// <param name="RegionId">Whose round it is.</param>
/// <param name="Title">3 to 120 characters in each language given.</param>
/// <param name="Summary">10 to 2,000 characters in each language given.</param>
/// <param name="Periods">The schedule as entered.</param>
public sealed record NewRound(long RegionId, LocalizedText Title, LocalizedText Summary, IReadOnlyList<PhasePeriod> Periods);

/// <summary>How a voter fills in a heading's ballot.</summary>
public enum BallotKind
{
    /// <summary>Choose projects, up to a number.</summary>
    Approval,

    /// <summary>Choose projects whose costs sum to no more than the heading's money.</summary>
    Knapsack,
}

/// <summary>How the votes of a heading are counted. docs/ballot-sheet.md says exactly what each stands for.</summary>
public enum TallyRule
{
    /// <summary>Most votes first, what still fits is funded.</summary>
    Greedy,

    /// <summary>The method of equal shares: every voter has the same money, and projects are bought by those who chose them.</summary>
    EqualShares,

    /// <summary>Phragmén's sequential rule: the cost of what is funded is spread as evenly as can be over those who chose it.</summary>
    Phragmen,
}

/// <summary>A heading as entered.</summary>
/// <param name="Name">2 to 120 characters.</param>
/// <param name="RegionId">Whose residents vote on it: the round's region or one below it.</param>
/// <param name="Amount">Its part of the envelope; more than zero.</param>
/// <param name="BallotKind">How its ballot is filled in.</param>
/// <param name="MaximumChoices">At most so many projects, 1 to 1,000; needed for approval ballots, null for knapsack.</param>
/// <param name="Rule">How its votes are counted.</param>
public sealed record HeadingInput(
    LocalizedText Name, long RegionId, Money Amount, BallotKind BallotKind, int? MaximumChoices, TallyRule Rule = TallyRule.Greedy);

/// <summary>A round in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Summary">What it is about.</param>
/// <param name="Region">Whose it is.</param>
/// <param name="Phase">The phase now; null before it is announced.</param>
/// <param name="PhaseEndsAt">When that phase ends; null when it has no end.</param>
/// <param name="Envelope">Its money.</param>
public sealed record RoundSummary(
    long Id, LocalizedText Title, LocalizedText Summary, RegionView Region, Phase? Phase, DateTimeOffset? PhaseEndsAt, Money Envelope);

/// <summary>A round as shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Summary">What it is about.</param>
/// <param name="Region">Whose it is.</param>
/// <param name="Phase">The phase now; null before it is announced.</param>
/// <param name="Starts">The schedule.</param>
/// <param name="Envelope">Its money.</param>
/// <param name="Headings">The parts of the envelope, in the order they were added.</param>
/// <param name="ReadyToPublish">Whether the count is done and a coordinator may publish.</param>
public sealed record RoundView(
    long Id, LocalizedText Title, LocalizedText Summary, RegionView Region, Phase? Phase, IReadOnlyList<PhaseStart> Starts,
    Money Envelope, IReadOnlyList<HeadingView> Headings, bool ReadyToPublish)
{
    /// <summary>When a phase starts; null when the schedule does not have it.</summary>
    public DateTimeOffset? StartOf(Phase phase) => Starts.FirstOrDefault(start => start.Phase == phase)?.StartsAt;

    /// <summary>When a phase ends; null when it has no end.</summary>
    public DateTimeOffset? EndOf(Phase phase) => Starts.FirstOrDefault(start => start.Phase > phase)?.StartsAt;
}

/// <summary>A heading as shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="RegionId">Whose residents vote on it.</param>
/// <param name="Amount">Its money.</param>
/// <param name="BallotKind">How its ballot is filled in.</param>
/// <param name="MaximumChoices">At most so many projects; null for knapsack.</param>
/// <param name="Rule">How its votes are counted.</param>
public sealed record HeadingView(long Id, LocalizedText Name, long RegionId, Money Amount, BallotKind BallotKind, int? MaximumChoices, TallyRule Rule);

/// <summary>One setting of the envelope.</summary>
/// <param name="At">When.</param>
/// <param name="Previous">The amount before; zero for the first.</param>
/// <param name="Amount">The amount from then on.</param>
/// <param name="Reason">Public.</param>
public sealed record EnvelopeChangeView(DateTimeOffset At, Money Previous, Money Amount, string Reason);
