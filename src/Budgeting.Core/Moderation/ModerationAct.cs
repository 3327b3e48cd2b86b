namespace Budgeting.Core.Moderation;

/// <summary>What an official did to a proposal or to one of its attachments, with the one appeal there can be against it.</summary>
internal sealed class ModerationAct
{
    private ModerationAct()
    {
    }

    public ModerationAct(long proposalId, ModerationInput input, long byId, DateTimeOffset at)
    {
        (ProposalId, AttachmentId, Kind, ById, At) = (proposalId, input.AttachmentId, input.Kind!.Value, byId, at);
        Category = Kind == ModerationKind.Keep ? null : input.Category;
        Reason = input.Reason!.Trim();
    }

    public long Id { get; private set; }

    public long ProposalId { get; private set; }

    public long? AttachmentId { get; private set; }

    public ModerationKind Kind { get; private set; }

    public ModerationCategory? Category { get; private set; }

    public string Reason { get; private set; } = "";

    public long ById { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string? AppealWords { get; private set; }

    public DateTimeOffset? AppealedAt { get; private set; }

    public bool? ActStands { get; private set; }

    public string? DecisionReason { get; private set; }

    public long? DecidedById { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public bool AppealOpen => AppealedAt is not null && DecidedAt is null;

    public Outcome<Done> Appeal(string words, DateTimeOffset now)
    {
        if (Kind == ModerationKind.Keep)
            return Refusal.Of("Appeal.NothingToAppeal");
        if (AppealedAt is not null)
            return Refusal.Of("Appeal.Already");
        (AppealWords, AppealedAt) = (words.Trim(), now);
        return Done.It;
    }

    public Outcome<Done> Decide(AppealDecision decision, long byId, DateTimeOffset now)
    {
        if (!AppealOpen)
            return Refusal.Of("Appeal.Decided");
        if (byId == ById)
            return Refusal.Of("Appeal.OwnAct");
        (ActStands, DecisionReason, DecidedById, DecidedAt) = (decision.ActStands, decision.Reason!.Trim(), byId, now);
        return Done.It;
    }

    /// <param name="title">The proposal's title.</param>
    /// <param name="latest">Whether nothing was done to the same thing later.</param>
    /// <param name="isAuthor">Whether the reader wrote it.</param>
    /// <param name="officialId">The reader when they are an official over it.</param>
    public ModerationActView ToView(string title, bool latest, bool isAuthor, long? officialId) => new(
        Id, ProposalId, title, AttachmentId, Kind, Category, Reason, At,
        InForce: latest && ActStands != false,
        CanAppeal: isAuthor && latest && Kind != ModerationKind.Keep && AppealedAt is null,
        CanDecide: officialId is { } id && id != ById && !isAuthor && AppealOpen,
        AppealedAt is { } at ? new(AppealWords!, at, ActStands, DecisionReason, DecidedAt) : null);
}
