namespace Budgeting.Core.Paper;

/// <summary>The papers of a box.</summary>
internal sealed class PaperBatch(long roundId, string place, int papers, long openedById, DateTimeOffset openedAt)
{
    public long Id { get; private set; }

    public long RoundId { get; private set; } = roundId;

    public string Place { get; private set; } = place;

    public int Papers { get; private set; } = papers;

    public PaperBatchState State { get; private set; } = PaperBatchState.Typing;

    public long OpenedById { get; private set; } = openedById;

    public DateTimeOffset OpenedAt { get; private set; } = openedAt;

    public Outcome<Done> CorrectCount(int papers)
    {
        if (State != PaperBatchState.Typing)
            return Refusal.Of("Paper.TypingDone");
        Papers = papers;
        return Done.It;
    }

    public void Compare() => State = PaperBatchState.Comparing;

    public void BecomeClean() => State = PaperBatchState.Clean;

    public Outcome<Done> Reopen()
    {
        if (State == PaperBatchState.Typing)
            return Refusal.Of("Paper.StillTyped");
        State = PaperBatchState.Typing;
        return Done.It;
    }
}

/// <summary>What is on a paper, as it is stored: choices (see <see cref="Voting.ChoicesText"/>) or a reason.</summary>
internal readonly record struct PaperContent(string? Choices, InvalidReason? InvalidReason, string? Remark)
{
    /// <summary>Whether two people saw the same on the paper. Two remarks are never alike to the letter, and need not be.</summary>
    public bool Agrees(PaperContent other) => Choices == other.Choices && InvalidReason == other.InvalidReason;
}

/// <summary>What a clerk typed for a paper.</summary>
internal sealed class PaperEntryRow
{
    private PaperEntryRow()
    {
    }

    public PaperEntryRow(long batchId, int number, Typing typing, long clerkId, PaperContent content)
    {
        (BatchId, Number, Typing, ClerkId) = (batchId, number, typing, clerkId);
        Become(content);
    }

    public long BatchId { get; private set; }

    public int Number { get; private set; }

    public Typing Typing { get; private set; }

    public long ClerkId { get; private set; }

    public string? Choices { get; private set; }

    public InvalidReason? InvalidReason { get; private set; }

    public string? Remark { get; private set; }

    public PaperContent Content => new(Choices, InvalidReason, Remark);

    public void Become(PaperContent content) => (Choices, InvalidReason, Remark) = content;
}

/// <summary>How a third person settled a difference.</summary>
internal sealed class PaperSettlement
{
    private PaperSettlement()
    {
    }

    public PaperSettlement(long batchId, int number) => (BatchId, Number) = (batchId, number);

    public long BatchId { get; private set; }

    public int Number { get; private set; }

    public long ById { get; private set; }

    public string? Choices { get; private set; }

    public InvalidReason? InvalidReason { get; private set; }

    public string? Remark { get; private set; }

    public string Note { get; private set; } = "";

    public PaperContent Content => new(Choices, InvalidReason, Remark);

    public void Become(long byId, PaperContent content, string note)
    {
        (ById, Note) = (byId, note);
        (Choices, InvalidReason, Remark) = content;
    }
}

/// <summary>A paper of a clean batch: a ballot in the tally, or invalid.</summary>
internal sealed class PaperBallot
{
    public long BatchId { get; init; }

    public int Number { get; init; }

    public long RoundId { get; init; }

    /// <summary>Null, with nonce and commitment, when the paper is invalid.</summary>
    public string? Choices { get; init; }

    public InvalidReason? InvalidReason { get; init; }

    public byte[]? Nonce { get; init; }

    public byte[]? Commitment { get; init; }
}

/// <summary>A coordinator's word that the papers found are those handed out.</summary>
internal sealed class PaperReconciliationRow
{
    public long RoundId { get; init; }

    public int Issued { get; init; }

    public int Counted { get; init; }

    public int Invalid { get; init; }

    public int NotReturned { get; init; }

    public int NotIssued { get; init; }

    public string? Reason { get; init; }

    public long ById { get; init; }

    public DateTimeOffset At { get; init; }

    public PaperReconciliation ToView() => new(Issued, Counted, Invalid, NotReturned, NotIssued, Reason, At);
}
