using Budgeting.Core.Regions;

namespace Budgeting.Core.Rounds;

internal sealed class Round
{
    private readonly List<RoundPhase> _phases = [];
    private readonly List<Heading> _headings = [];

    private Round()
    {
    }

    public long Id { get; private set; }

    public long RegionId { get; private set; }

    public LocalizedText Title { get; private set; } = new("");

    public LocalizedText Summary { get; private set; } = new("");

    public Money Envelope { get; private set; }

    /// <summary>How many ballots were in the box when voting was closed; null before.</summary>
    public int? BallotsAtClosing { get; private set; }

    /// <summary>Whether the count is done and waits for a coordinator to publish it.</summary>
    public bool ReadyToPublish { get; private set; }

    /// <summary>Whether its ballots were cast elsewhere: nobody here may add to them.</summary>
    public bool Imported { get; private set; }

    public IReadOnlyList<RoundPhase> Phases => _phases;

    public IReadOnlyList<Heading> Headings => _headings;

    public Schedule Schedule => Schedule.Stored(_phases.Select(phase => new PhaseStart(phase.Phase, phase.StartsAt)));

    public static Round Create(Region region, LocalizedText title, LocalizedText summary, Schedule schedule, bool imported = false)
    {
        var round = new Round { RegionId = region.Id, Title = title, Summary = summary, Imported = imported };
        round.Follow(schedule);
        return round;
    }

    public Outcome<Done> Describe(LocalizedText title, LocalizedText summary, DateTimeOffset now)
    {
        if (Frozen(now))
            return Refusal.Of("Round.Frozen");
        (Title, Summary) = (title, summary);
        return Done.It;
    }

    public Outcome<Done> Reschedule(Schedule replacement, DateTimeOffset now)
    {
        var allowed = Schedule.MayBecome(replacement, now);
        if (allowed.Granted)
            Follow(replacement);
        return allowed;
    }

    /// <summary>Why the envelope cannot be set to an amount; null when it can.</summary>
    public Refusal? RefuseEnvelope(Money amount, DateTimeOffset now)
    {
        if (Frozen(now))
            return Refusal.Of("Envelope.Frozen");
        var promised = Money.Sum(_headings.Select(heading => heading.Amount));
        return amount < promised ? Refusal.Of("Envelope.BelowHeadings", "Amount", promised) : null;
    }

    /// <summary>Whether setting the envelope takes two officials: people have made their proposals for the money there was.</summary>
    public bool TakesTwo(Money amount, DateTimeOffset now) => amount < Envelope && Schedule.PhaseAt(now) > Phase.Proposing;

    public Outcome<EnvelopeChange> ChangeEnvelope(Money amount, string reason, DateTimeOffset now, bool confirmed = false)
    {
        if (RefuseEnvelope(amount, now) is { } refusal)
            return refusal;
        if (!confirmed && TakesTwo(amount, now))
            return Refusal.Of("FourEyes.Needed");
        var change = new EnvelopeChange(Id, now, Envelope, amount, reason);
        Envelope = amount;
        return change;
    }

    public Outcome<Heading> AddHeading(HeadingInput input, DateTimeOffset now)
    {
        if (Refuse(input, besides: null, now) is { } refusal)
            return refusal;
        var heading = new Heading(_headings.Count + 1, input);
        _headings.Add(heading);
        return heading;
    }

    public Outcome<Done> ChangeHeading(long headingId, HeadingInput input, DateTimeOffset now)
    {
        if (_headings.FirstOrDefault(heading => heading.Id == headingId) is not { } heading)
            return Refusal.NotFound;
        if (Refuse(input, heading, now) is { } refusal)
            return refusal;
        heading.Change(input);
        return Done.It;
    }

    /// <summary>Rule, envelope, headings, projects and costs stand still once voting has begun.</summary>
    public bool Frozen(DateTimeOffset now) => Schedule.PhaseAt(now) >= Phase.Voting;

    public void Close(int ballots) => BallotsAtClosing = ballots;

    public void MarkReadyToPublish() => ReadyToPublish = true;

    /// <summary>Why the round cannot be published now; null when it can.</summary>
    public Refusal? RefuseToPublish(DateTimeOffset now) =>
        Schedule.PhaseAt(now) >= Phase.Published ? Refusal.Of("Results.AlreadyPublished")
        : !ReadyToPublish ? Refusal.Of("Results.NotReady")
        : null;

    public Outcome<Done> Publish(DateTimeOffset now)
    {
        if (RefuseToPublish(now) is { } refusal)
            return refusal;
        var published = Schedule.Publish(now);
        if (!published.Granted)
            return Outcome<Done>.Refused(published.Refusals);
        Follow(published.Value);
        return Done.It;
    }

    private Refusal? Refuse(HeadingInput input, Heading? besides, DateTimeOffset now)
    {
        if (Frozen(now))
            return Refusal.Of("Envelope.Frozen");
        var left = Envelope - Money.Sum(_headings.Where(heading => heading != besides).Select(heading => heading.Amount));
        return input.Amount > left ? Refusal.Of("Heading.OverEnvelope", "Amount", left) : null;
    }

    private void Follow(Schedule schedule)
    {
        _phases.RemoveAll(phase => schedule.StartOf(phase.Phase) is null);
        foreach (var (phase, startsAt) in schedule.Starts)
        {
            if (_phases.FirstOrDefault(known => known.Phase == phase) is { } known)
                known.Move(startsAt);
            else
                _phases.Add(new(phase, startsAt));
        }
    }
}

internal sealed class RoundPhase(Phase phase, DateTimeOffset startsAt)
{
    public Phase Phase { get; private set; } = phase;

    public DateTimeOffset StartsAt { get; private set; } = startsAt;

    public void Move(DateTimeOffset startsAt) => StartsAt = startsAt;
}

internal sealed class Heading
{
    private Heading()
    {
    }

    public Heading(int position, HeadingInput input)
    {
        Position = position;
        Change(input);
    }

    public long Id { get; private set; }

    public long RoundId { get; private set; }

    public int Position { get; private set; }

    public LocalizedText Name { get; private set; } = new("");

    public long RegionId { get; private set; }

    public Money Amount { get; private set; }

    public BallotKind BallotKind { get; private set; }

    public int? MaximumChoices { get; private set; }

    public TallyRule Rule { get; private set; }

    public void Change(HeadingInput input) => (Name, RegionId, Amount, BallotKind, MaximumChoices, Rule) =
        (input.Name, input.RegionId, input.Amount, input.BallotKind, input.MaximumChoices, input.Rule);

    public HeadingView ToView() => new(Id, Name, RegionId, Amount, BallotKind, MaximumChoices, Rule);
}

internal sealed class EnvelopeChange(long roundId, DateTimeOffset at, Money previous, Money amount, string reason)
{
    public long Id { get; private set; }

    public long RoundId { get; private set; } = roundId;

    public DateTimeOffset At { get; private set; } = at;

    public Money Previous { get; private set; } = previous;

    public Money Amount { get; private set; } = amount;

    public string Reason { get; private set; } = reason;
}

/// <summary>Something that must follow from a phase change of a round, and whether it has been done.</summary>
internal sealed class PhaseDutyEntry(long roundId, PhaseDuty duty, DateTimeOffset dueAt)
{
    private const string PaperNote = "WaitsForPaper";

    public long RoundId { get; private set; } = roundId;

    public PhaseDuty Duty { get; private set; } = duty;

    public DateTimeOffset DueAt { get; private set; } = dueAt;

    public DateTimeOffset? CompletedAt { get; private set; }

    public string? Note { get; private set; }

    public void Move(DateTimeOffset dueAt) => DueAt = dueAt;

    /// <summary>Whether it is due and waits for people: noted by a word of its own and not by a fault's message.</summary>
    public bool WaitsForPaper => Note == PaperNote;

    public void WaitForPaper() => Note = PaperNote;

    public void Complete(DateTimeOffset at) => (CompletedAt, Note) = (at, null);

    public PhaseDutyView ToView() => new(Duty, DueAt, CompletedAt, WaitsForPaper ? null : Note, WaitsForPaper);
}
