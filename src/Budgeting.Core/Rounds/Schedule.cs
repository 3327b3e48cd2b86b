namespace Budgeting.Core.Rounds;

/// <summary>The instant at which a phase starts.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="StartsAt">UTC.</param>
public sealed record PhaseStart(Phase Phase, DateTimeOffset StartsAt);

/// <summary>A phase as entered: from an instant to an instant. The last one of a schedule has no end.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="StartsAt">Inclusive.</param>
/// <param name="EndsAt">Exclusive; must be the start of the next phase.</param>
public sealed record PhasePeriod(Phase Phase, DateTimeOffset StartsAt, DateTimeOffset? EndsAt);

/// <summary>
/// The gapless list of phases of a round with the UTC instant each starts. The phase at an instant is a pure function
/// of the schedule and that instant.
/// </summary>
/// <remarks>
/// A schedule as planned runs from <see cref="Phase.Announced"/> to <see cref="Phase.Counting"/>;
/// <see cref="Publish"/> adds <see cref="Phase.Published"/> when a coordinator publishes, since no clock may do that.
/// </remarks>
public sealed class Schedule
{
    private static readonly Phase[] Planned =
        [Phase.Announced, Phase.Proposing, Phase.CoDeveloping, Phase.Evaluating, Phase.Voting, Phase.Counting];

    private Schedule(IReadOnlyList<PhaseStart> starts) => Starts = starts;

    /// <summary>The phases in order, each with its start.</summary>
    public IReadOnlyList<PhaseStart> Starts { get; }

    /// <summary>Builds a schedule from the phases as entered.</summary>
    /// <returns>
    /// The schedule, or one refusal for each fault, its field naming the period by index (<c>Periods[3].StartsAt</c>):
    /// <c>Schedule.Missing</c> (phase), <c>Schedule.NotPlannable</c> (phase), <c>Schedule.Order</c> (phase, the one before it),
    /// <c>Schedule.StartsTooEarly</c> (a phase that does not last), <c>Schedule.Gap</c>, <c>Schedule.Overlap</c>, <c>Schedule.EndMissing</c>, <c>Schedule.LastHasNoEnd</c>.
    /// </returns>
    public static Outcome<Schedule> FromPeriods(IReadOnlyList<PhasePeriod> periods)
    {
        List<Refusal> refusals = [];
        foreach (var phase in Planned.Where(phase => phase != Phase.CoDeveloping && periods.All(period => period.Phase != phase)))
            refusals.Add(Refusal.Of("Schedule.Missing", null, phase));
        for (var i = 0; i < periods.Count; i++)
        {
            var (phase, startsAt, endsAt) = periods[i];
            var start = $"Periods[{i}].StartsAt";
            var end = $"Periods[{i}].EndsAt";
            if (!Planned.Contains(phase))
                refusals.Add(Refusal.Of("Schedule.NotPlannable", start, phase));
            if (i > 0 && phase <= periods[i - 1].Phase)
                refusals.Add(Refusal.Of("Schedule.Order", start, phase, periods[i - 1].Phase));
            if (i > 0 && startsAt <= periods[i - 1].StartsAt)
                refusals.Add(Refusal.Of("Schedule.StartsTooEarly", start, phase, periods[i - 1].Phase));
            var last = i == periods.Count - 1;
            if (last && endsAt is not null)
                refusals.Add(Refusal.Of("Schedule.LastHasNoEnd", end, phase));
            else if (!last && endsAt is null)
                refusals.Add(Refusal.Of("Schedule.EndMissing", end, phase));
            else if (!last && endsAt < periods[i + 1].StartsAt)
                refusals.Add(Refusal.Of("Schedule.Gap", end, phase, periods[i + 1].Phase));
            else if (!last && endsAt > periods[i + 1].StartsAt)
                refusals.Add(Refusal.Of("Schedule.Overlap", end, phase, periods[i + 1].Phase));
        }
        return refusals.Count > 0
            ? refusals
            : new Schedule([.. periods.Select(period => new PhaseStart(period.Phase, period.StartsAt.ToUniversalTime()))]);
    }

    /// <summary>Builds a schedule from starts alone, each phase lasting until the next one. Same refusals as <see cref="FromPeriods"/>.</summary>
    public static Outcome<Schedule> FromStarts(IReadOnlyList<PhaseStart> starts) =>
        FromPeriods([.. starts.Select((start, i) =>
            new PhasePeriod(start.Phase, start.StartsAt, i + 1 < starts.Count ? starts[i + 1].StartsAt : null))]);

    /// <summary>A schedule read back from where it was stored, which held its invariants when it was written.</summary>
    internal static Schedule Stored(IEnumerable<PhaseStart> starts) => new([.. starts.OrderBy(start => start.Phase)]);

    /// <summary>The phase at an instant; null before the round is announced. O(number of phases).</summary>
    public Phase? PhaseAt(DateTimeOffset instant) =>
        Starts.LastOrDefault(start => start.StartsAt <= instant)?.Phase;

    /// <summary>When a phase starts; null when the schedule does not have it.</summary>
    public DateTimeOffset? StartOf(Phase phase) => Starts.FirstOrDefault(start => start.Phase == phase)?.StartsAt;

    /// <summary>When a phase ends, that is, when the next one starts; null when it has no end or is not there.</summary>
    public DateTimeOffset? EndOf(Phase phase) =>
        StartOf(phase) is null ? null : Starts.FirstOrDefault(start => start.Phase > phase)?.StartsAt;

    /// <summary>The schedule with results public from an instant on.</summary>
    /// <returns>The new schedule, or <c>Schedule.NotCounting</c> when the round is not in <see cref="Phase.Counting"/> at that instant.</returns>
    public Outcome<Schedule> Publish(DateTimeOffset at) => PhaseAt(at) == Phase.Counting
        ? new Schedule([.. Starts, new PhaseStart(Phase.Published, at.ToUniversalTime())])
        : Refusal.Of("Schedule.NotCounting");

    /// <summary>
    /// Whether this schedule may be replaced by another at an instant: what has begun stays as it was, and once voting
    /// has begun nothing moves.
    /// </summary>
    /// <returns>Done, or <c>Schedule.VotingHasBegun</c> or <c>Schedule.PastChanged</c> for each started phase that would move.</returns>
    public Outcome<Done> MayBecome(Schedule replacement, DateTimeOffset now)
    {
        if (PhaseAt(now) >= Phase.Voting)
            return Refusal.Of("Schedule.VotingHasBegun");
        var begun = Starts.Where(start => start.StartsAt <= now).ToList();
        var refusals = begun
            .Where(start => replacement.StartOf(start.Phase) != start.StartsAt)
            .Select(start => Refusal.Of("Schedule.PastChanged", null, start.Phase))
            .ToList();
        if (replacement.PhaseAt(now) is { } phase && phase != PhaseAt(now) && refusals.Count == 0)
            refusals.Add(Refusal.Of("Schedule.PastChanged", null, phase));
        return refusals.Count > 0 ? refusals : Done.It;
    }
}
