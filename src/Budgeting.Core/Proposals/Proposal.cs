using Budgeting.Core.Evaluation;
using Budgeting.Core.Moderation;

namespace Budgeting.Core.Proposals;

internal sealed class Proposal
{
    private Proposal()
    {
    }

    public Proposal(long roundId, long authorId, Guid writing, ProposalInput input, DateTimeOffset now)
    {
        (RoundId, AuthorId, Writing, WrittenAt) = (roundId, authorId, writing, now);
        Change(input);
    }

    public long Id { get; private set; }

    public long RoundId { get; private set; }

    public long HeadingId { get; private set; }

    public long AuthorId { get; private set; }

    /// <summary>Names the piece of writing it came from; unique, so that a form sent twice stores one draft.</summary>
    public Guid Writing { get; private set; }

    public string Language { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Text { get; private set; } = "";

    public string? Place { get; private set; }

    /// <summary>How often it has been written: an answer is given to the words that were read.</summary>
    public int Revision { get; private set; }

    /// <summary>Title, text and place in lower case, for searching whatever the database's idea of case is.</summary>
    public string SearchText { get; private set; } = "";

    public DateTimeOffset WrittenAt { get; private set; }

    public DateTimeOffset? SubmittedAt { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    /// <summary>When it was hidden by moderation; null while it is shown.</summary>
    public DateTimeOffset? HiddenAt { get; private set; }

    /// <summary>For what kind of reason it is hidden.</summary>
    public ModerationCategory? HiddenFor { get; private set; }

    public Answer? Answer { get; private set; }

    public ProposalStatus Status =>
        WithdrawnAt is not null ? ProposalStatus.Withdrawn
        : SubmittedAt is null ? ProposalStatus.Draft
        : Answer is null ? ProposalStatus.Submitted
        : Answer.Feasible ? ProposalStatus.Feasible
        : ProposalStatus.NotFeasible;

    public void Change(ProposalInput input)
    {
        (HeadingId, Language, Title, Text) = (input.HeadingId, input.Language, input.Title.Trim(), input.Text.ReplaceLineEndings("\n").Trim());
        Place = string.IsNullOrWhiteSpace(input.Place) ? null : input.Place.Trim();
        Revision++;
        SearchText = $"{Title}\n{Text}\n{Place}".ToLowerInvariant();
    }

    public void Submit(DateTimeOffset now) => SubmittedAt ??= now;

    public void Withdraw(DateTimeOffset now) => WithdrawnAt ??= now;

    public void Hide(ModerationCategory category, DateTimeOffset now) => (HiddenAt, HiddenFor) = (now, category);

    public void Show() => (HiddenAt, HiddenFor) = (null, null);

    /// <summary>Takes its words.</summary>
    public void Erase() => (Title, Text, Place, SearchText) = ("", "", null, "");

    /// <summary>Something was added beside its words.</summary>
    public void Add() => Revision++;

    public void Evaluate(EvaluationInput answer, long? evaluatorId, DateTimeOffset now)
    {
        Answer ??= new();
        Answer.Give(answer, evaluatorId, now);
    }

    public ProposalView ToView(string authorName, long? readerId) => new(
        Id, RoundId, HeadingId, Language, Title, Text, Place, authorName, AuthorId == readerId, Status, SubmittedAt, Answer?.ToView(), Revision)
    {
        Hidden = HiddenAt is { } at ? new(HiddenFor!.Value, at) : null,
    };
}
