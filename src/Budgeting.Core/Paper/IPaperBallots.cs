using System.Globalization;

namespace Budgeting.Core.Paper;

/// <summary>
/// Paper ballots from the box to the count. The papers of a box are a batch. Each paper is typed twice, by two clerks who do not see each
/// other's entries; where the entries differ, a third person looks at the paper and settles it. A batch without open differences is clean
/// and its ballots are final. When every batch is clean, a coordinator reconciles the papers with those handed out, and counting goes on.
/// </summary>
/// <remarks>
/// All of it is open to clerks and coordinators of the round's region, from the start of voting until the round is counted. Every act is
/// audited without what is on the paper. No method tells what somebody else typed, but for <see cref="DifferenceAsync"/>, and none tells
/// how often a project was chosen.
/// Any method may refuse with <c>NotFound</c>, <c>Forbidden</c>; those that change something also with <c>Paper.NotOpenYet</c>,
/// <c>Paper.Counted</c>, and, but for <see cref="ReopenAsync"/>, <c>Paper.Reconciled</c>.
/// </remarks>
public interface IPaperBallots
{
    /// <summary>How far the paper ballots of a round are.</summary>
    Task<Outcome<PaperRound>> FindAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>How far a batch is.</summary>
    Task<Outcome<PaperBatchView>> FindBatchAsync(Actor actor, long batchId, CancellationToken cancellation);

    /// <summary>The rounds whose paper ballots the actor can work on now, by id.</summary>
    Task<IReadOnlyList<long>> RoundsAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Opens a batch for the papers of a box, which have been counted by hand.</summary>
    /// <returns>Its id, or <c>Paper.Place</c>, <c>Paper.PlaceTaken</c>, <c>Paper.Papers</c>, <c>Paper.Imported</c> (the round's ballots were cast elsewhere).</returns>
    Task<Outcome<long>> OpenBatchAsync(Actor actor, long roundId, NewPaperBatch batch, CancellationToken cancellation);

    /// <summary>
    /// Corrects the hand count of a batch that is being typed. Entries beyond the new count are removed, but only where the paper was typed once:
    /// one that both clerks had in hand is there.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="batchId">The batch.</param>
    /// <param name="papers">The number of papers, 0 for a batch opened by mistake.</param>
    /// <param name="reason">3 to 500 characters.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Done, or <c>Paper.TypingDone</c>, <c>Paper.Papers</c>, <c>Paper.Reason</c>, <c>Paper.TypedBeyond</c> (the last paper that both typed).</returns>
    Task<Outcome<Done>> CorrectCountAsync(Actor actor, long batchId, int papers, string reason, CancellationToken cancellation);

    /// <summary>The lowest number that the actor can type next in a typing; null when there is none.</summary>
    Task<Outcome<int?>> NextAsync(Actor actor, long batchId, Typing typing, CancellationToken cancellation);

    /// <summary>What the actor typed for a paper before.</summary>
    /// <returns>The actor's entry or none, or the refusals of <see cref="TypeAsync"/> that do not concern the entry.</returns>
    Task<Outcome<PaperEntry?>> MineAsync(Actor actor, long batchId, Typing typing, int number, CancellationToken cancellation);

    /// <summary>
    /// Types a paper, or types it again as long as the batch is being typed. With the last entry that was missing, the typings are compared.
    /// Clerks may.
    /// </summary>
    /// <returns>
    /// How it goes on, or <c>Paper.TypingDone</c>, <c>Paper.Number</c> (papers in the batch), <c>Paper.SameClerk</c> (the actor did the other typing of this paper),
    /// <c>Paper.TypedByAnother</c>, <c>Paper.Empty</c>, <c>Paper.Remark</c>, <c>Paper.UnknownHeading</c>, <c>Paper.HeadingTwice</c>, <c>Paper.UnknownProject</c>, <c>Paper.ProjectTwice</c>,
    /// <c>Paper.TooMany</c> (maximum, typed), <c>Paper.OverBudget</c> (money, sum, excess). Refusals of a heading carry its id as their field;
    /// <see cref="InvalidReasons.For"/> tells which reason makes such a paper invalid.
    /// </returns>
    Task<Outcome<Typed>> TypeAsync(Actor actor, long batchId, Typing typing, int number, PaperEntry entry, CancellationToken cancellation);

    /// <summary>Compares the typings of a batch that was reopened and is whole.</summary>
    /// <returns>The state it is in then, or <c>Paper.TypingDone</c>, <c>Paper.NotWhole</c> (entries missing).</returns>
    Task<Outcome<PaperBatchState>> CompareAsync(Actor actor, long batchId, CancellationToken cancellation);

    /// <summary>The papers of a batch on which the typings differ, by number, without what was typed.</summary>
    Task<Outcome<IReadOnlyList<PaperDifference>>> DifferencesAsync(Actor actor, long batchId, CancellationToken cancellation);

    /// <summary>Both entries of a paper on which they differ, for a third person.</summary>
    /// <returns>The entries, or <c>Paper.NoDifference</c>, <c>Paper.TypedByYou</c>.</returns>
    Task<Outcome<PaperDifferenceEntries>> DifferenceAsync(Actor actor, long batchId, int number, CancellationToken cancellation);

    /// <summary>
    /// Settles a difference after a look at the paper. Clerks and coordinators who typed neither entry may; until the batch is clean it can be settled anew.
    /// With the last difference the batch is clean.
    /// </summary>
    /// <returns>The batch's state, or <c>Paper.NoDifference</c>, <c>Paper.TypedByYou</c>, <c>Paper.Note</c> (3 to 500 characters), or the refusals of an entry of <see cref="TypeAsync"/>.</returns>
    Task<Outcome<PaperBatchState>> SettleAsync(Actor actor, long batchId, int number, PaperEntry entry, string note, CancellationToken cancellation);

    /// <summary>
    /// Lets a batch whose typing was done be typed again: entries stay until their clerks replace them, settlements are looked at anew, and a
    /// reconciliation is undone. Coordinators may, until the round is counted.
    /// </summary>
    /// <returns>Done, or <c>Paper.StillTyped</c>, <c>Paper.Reason</c> (3 to 500 characters).</returns>
    Task<Outcome<Done>> ReopenAsync(Actor actor, long batchId, string reason, CancellationToken cancellation);

    /// <summary>
    /// Confirms that the papers found are those handed out, once voting is closed and every batch clean; then counting goes on. Coordinators may.
    /// More papers than were handed out are never confirmed.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="notReturned">How many of the papers handed out were not in a box, as the coordinator saw it.</param>
    /// <param name="reason">Why, 3 to 500 characters; needed when there are any.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Done, or <c>Paper.VotingOpen</c>, <c>Paper.NothingToReconcile</c>, <c>Paper.BatchesOpen</c> (how many), <c>Paper.MoreThanIssued</c> (handed out, found, how many more), <c>Paper.Changed</c>, <c>Paper.NotReturnedReason</c>.</returns>
    Task<Outcome<Done>> ReconcileAsync(Actor actor, long roundId, int notReturned, string? reason, CancellationToken cancellation);

    /// <summary>The reconciliation of a published round, for everyone.</summary>
    /// <returns>It, or null when the round had no paper ballots; <c>NotFound</c>, <c>Results.NotPublished</c>.</returns>
    Task<Outcome<PaperReconciliation?>> PublishedAsync(long roundId, CancellationToken cancellation);
}

/// <summary>Which of the two times a paper is typed.</summary>
public enum Typing
{
    /// <summary>By one clerk.</summary>
    First,

    /// <summary>By another.</summary>
    Second,
}

/// <summary>How far a batch is.</summary>
public enum PaperBatchState
{
    /// <summary>Papers are typed.</summary>
    Typing,

    /// <summary>Every paper is typed twice; differences are settled.</summary>
    Comparing,

    /// <summary>Its ballots are final.</summary>
    Clean,
}

/// <summary>Why a paper is not a valid ballot.</summary>
public enum InvalidReason
{
    /// <summary>Nothing is chosen.</summary>
    Blank,

    /// <summary>It cannot be told what is chosen.</summary>
    Unreadable,

    /// <summary>The choices cost more than there is money.</summary>
    OverBudget,

    /// <summary>More projects are chosen than may be.</summary>
    TooManyChoices,

    /// <summary>A number is not on the list.</summary>
    UnknownProject,

    /// <summary>Two papers were folded together.</summary>
    TwoPapersTogether,

    /// <summary>Marks on it tell who voted.</summary>
    IdentifiesVoter,

    /// <summary>It is no paper that was handed out in this round. It is kept and recorded, but stands for no voter, and is not among the papers that reconciliation finds.</summary>
    NotIssued,

    /// <summary>Another reason, in words.</summary>
    Other,
}

/// <summary>The reasons for which a paper is invalid.</summary>
public static class InvalidReasons
{
    /// <summary>The reason that makes a paper invalid whose choices were refused so; null when the refusal says nothing of the paper.</summary>
    public static InvalidReason? For(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Key switch
        {
            "Paper.Empty" => InvalidReason.Blank,
            "Paper.OverBudget" => InvalidReason.OverBudget,
            "Paper.TooMany" => InvalidReason.TooManyChoices,
            "Paper.UnknownProject" => InvalidReason.UnknownProject,
            _ => null,
        };
    }
}

/// <summary>A batch to open.</summary>
/// <param name="Place">The polling place or box, 2 to 120 characters, none twice in a round.</param>
/// <param name="Papers">The papers in it, counted by hand: 1 to 5,000.</param>
public sealed record NewPaperBatch(string Place, int Papers);

/// <summary>What is on a paper: choices, or a reason why it is invalid.</summary>
/// <param name="Choices">What is chosen; headings without choices may be left out. Empty when the paper is invalid.</param>
/// <param name="Invalid">Why it is invalid; null when it is valid.</param>
/// <param name="Remark">The reason in words, 3 to 200 characters; for <see cref="InvalidReason.Other"/> only.</param>
public sealed record PaperEntry(IReadOnlyList<PaperChoices> Choices, InvalidReason? Invalid = null, string? Remark = null)
{
    /// <summary>An invalid paper.</summary>
    public static PaperEntry Of(InvalidReason invalid, string? remark = null) => new([], invalid, remark);
}

/// <summary>What is chosen on a paper in one heading.</summary>
/// <param name="HeadingId">The heading.</param>
/// <param name="Projects">Project numbers, each at most once.</param>
public sealed record PaperChoices(long HeadingId, IReadOnlyList<int> Projects)
{
    /// <summary>Reads numbers as they are typed, parted by spaces, commas or semicolons: <c>1 5, 7</c>.</summary>
    /// <returns>The numbers in the order typed, or <c>Paper.Unreadable</c> (the part that is no number).</returns>
    public static Outcome<IReadOnlyList<int>> Read(string? text, string? field = null)
    {
        List<int> numbers = [];
        foreach (var part in (text ?? "").Split([' ', '\t', '\u00a0', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Refusal.Of("Paper.Unreadable", field, part.Length <= 20 ? part : part[..20] + "…");
            numbers.Add(number);
        }
        return Outcome.Of<IReadOnlyList<int>>(numbers);
    }
}

/// <summary>What follows from an entry.</summary>
/// <param name="State">The batch's state.</param>
/// <param name="Next">The number that the clerk types next in this typing: the next one that is missing, else the lowest that is; null when none is.</param>
public sealed record Typed(PaperBatchState State, int? Next);

/// <summary>The paper ballots of a round.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Issued">Papers handed out and not taken back.</param>
/// <param name="Batches">The batches in the order they were opened.</param>
/// <param name="Closed">Whether voting is closed, so that no more are handed out.</param>
/// <param name="Counted">Whether the round is counted, so that nothing changes any more.</param>
/// <param name="Reconciliation">The reconciliation; null while there is none.</param>
public sealed record PaperRound(
    long RoundId, int Issued, IReadOnlyList<PaperBatchView> Batches, bool Closed, bool Counted, PaperReconciliation? Reconciliation)
{
    /// <summary>Whether there is paper in this round at all.</summary>
    public bool HasPaper => Issued > 0 || Batches.Count > 0;

    /// <summary>Papers in the boxes, counted by hand.</summary>
    public int Papers => Batches.Sum(batch => batch.Papers);

    /// <summary>Valid papers of clean batches.</summary>
    public int Valid => Batches.Sum(batch => batch.Valid);

    /// <summary>Invalid papers of clean batches that stand for a voter.</summary>
    public int Invalid => Batches.Sum(batch => batch.Invalid);

    /// <summary>Papers of clean batches that were never handed out.</summary>
    public int NotIssued => Batches.Sum(batch => batch.NotIssued);

    /// <summary>Whether every batch is clean.</summary>
    public bool AllClean => Batches.All(batch => batch.State == PaperBatchState.Clean);

    /// <summary>Papers handed out that were in no box; less than zero when more were found than handed out. Holds once every batch is clean.</summary>
    public int NotReturned => Issued - Valid - Invalid;
}

/// <summary>A batch of papers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RoundId">The round.</param>
/// <param name="Place">The polling place or box.</param>
/// <param name="Papers">Papers in it, counted by hand.</param>
/// <param name="State">How far it is.</param>
/// <param name="FirstTyped">Papers typed in the first typing.</param>
/// <param name="SecondTyped">Papers typed in the second.</param>
/// <param name="Differences">Papers on which the typings differ; zero while it is being typed.</param>
/// <param name="Settled">Of these, how many are settled.</param>
/// <param name="Valid">Valid ballots; zero until it is clean.</param>
/// <param name="Invalid">Invalid ballots that stand for a voter; zero until it is clean.</param>
/// <param name="NotIssued">Papers that were never handed out; zero until it is clean.</param>
public sealed record PaperBatchView(
    long Id, long RoundId, string Place, int Papers, PaperBatchState State, int FirstTyped, int SecondTyped,
    int Differences, int Settled, int Valid, int Invalid, int NotIssued)
{
    /// <summary>Whether every paper is typed twice.</summary>
    public bool IsWhole => FirstTyped == Papers && SecondTyped == Papers;

    /// <summary>Papers typed in a typing.</summary>
    public int TypedIn(Typing typing) => typing == Typing.First ? FirstTyped : SecondTyped;
}

/// <summary>A paper on which the typings differ.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Settled">Whether it is settled.</param>
/// <param name="MayLook">Whether the actor typed neither entry and so may settle it.</param>
public sealed record PaperDifference(int Number, bool Settled, bool MayLook);

/// <summary>Both entries of a paper.</summary>
/// <param name="Number">Its number.</param>
/// <param name="First">The first typing.</param>
/// <param name="Second">The second typing.</param>
/// <param name="Settlement">How it is settled so far; null when it is not.</param>
/// <param name="Note">The note of that.</param>
public sealed record PaperDifferenceEntries(int Number, PaperEntry First, PaperEntry Second, PaperEntry? Settlement, string? Note);

/// <summary>How the papers found agree with those handed out: issued = counted + invalid + not returned.</summary>
/// <param name="Issued">Handed out and not taken back.</param>
/// <param name="Counted">Valid: they are in the tally.</param>
/// <param name="Invalid">Invalid.</param>
/// <param name="NotReturned">In no box.</param>
/// <param name="NotIssued">Papers found besides that were never handed out; in no other number.</param>
/// <param name="Reason">Why some were not returned; null when none.</param>
/// <param name="At">When it was confirmed.</param>
public sealed record PaperReconciliation(int Issued, int Counted, int Invalid, int NotReturned, int NotIssued, string? Reason, DateTimeOffset At);
