namespace Budgeting.Core.PlainLanguage;

/// <summary>
/// What a round and its proposals are about in plain language (selkokieli, lätt språk), beside what was written about them otherwise. Officials write it until voting opens, like
/// everything that voters go by; whoever reads in plain language sees it first.
/// </summary>
public interface IPlainSummaries
{
    /// <summary>The plain summaries of a round and of its proposals that are public and not hidden. Public.</summary>
    Task<PlainSummaries> OfRoundAsync(long roundId, CancellationToken cancellation);

    /// <summary>Sets the summary of a round; an empty text takes it away.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Plain.Frozen</c>, <c>Plain.Text</c> (shortest, longest).</returns>
    Task<Outcome<Done>> WriteRoundAsync(Actor actor, long roundId, LocalizedText text, CancellationToken cancellation);

    /// <summary>Sets the summary of a public proposal; an empty text takes it away.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c>, <c>Plain.Frozen</c>, <c>Plain.Text</c> (shortest, longest).</returns>
    Task<Outcome<Done>> WriteProposalAsync(Actor actor, long proposalId, LocalizedText text, CancellationToken cancellation);
}

/// <summary>What there is in plain language of a round.</summary>
/// <param name="Round">Of the round itself; null when nothing was written.</param>
/// <param name="Proposals">Of its proposals, by their ids.</param>
public sealed record PlainSummaries(LocalizedText? Round, IReadOnlyDictionary<long, LocalizedText> Proposals)
{
    /// <summary>The fewest characters of a summary.</summary>
    public const int Shortest = 10;

    /// <summary>The most characters of a summary.</summary>
    public const int Longest = 1_000;

    /// <summary>Of a proposal; null when nothing was written.</summary>
    public LocalizedText? Of(long proposalId) => Proposals.GetValueOrDefault(proposalId);
}
