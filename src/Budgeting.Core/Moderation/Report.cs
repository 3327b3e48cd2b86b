namespace Budgeting.Core.Moderation;

/// <summary>One person's report of a proposal; one a person and proposal, by a unique index.</summary>
internal sealed class Report(long proposalId, long? reporterId, long? attachmentId, ModerationCategory category, string? words, DateTimeOffset at)
{
    public long Id { get; private set; }

    public long ProposalId { get; private set; } = proposalId;

    /// <summary>Who reported; forgotten some time after the report was settled.</summary>
    public long? ReporterId { get; private set; } = reporterId;

    /// <summary>Refers to no row that must be there: its author may take an attachment away.</summary>
    public long? AttachmentId { get; private set; } = attachmentId;

    public ModerationCategory Category { get; private set; } = category;

    public string? Words { get; private set; } = words;

    public DateTimeOffset At { get; private set; } = at;

    /// <summary>The act that settled it; null while it waits.</summary>
    public long? ActId { get; private set; }

    public ReportView ToView() => new(Category, Words, At, AttachmentId, ActId is not null);
}
