using Budgeting.Core;
using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Proposals;
using Budgeting.Web.Shell;

namespace Budgeting.Web.Pages.Voting;

/// <summary>What is to be read of projects on the ballot itself.</summary>
/// <param name="proposals">The proposals.</param>
/// <param name="summaries">What there is in plain language.</param>
public sealed class ProjectReading(IProposals proposals, IPlainSummaries summaries)
{
    private static readonly PlainSummaries None = new(null, new Dictionary<long, LocalizedText>());

    private const int AtOnce = 100;

    /// <summary>The plain summaries of a round's projects, for those who read plain language.</summary>
    public async Task<PlainSummaries> PlainAsync(HttpContext context, long roundId, CancellationToken cancellation) =>
        context.Reading() == Reading.Plain ? await summaries.OfRoundAsync(roundId, cancellation) : None;

    /// <summary>The proposals of a round by their ids; none where they are read on pages of their own.</summary>
    public async Task<IReadOnlyDictionary<long, ProposalView>> OfAsync(HttpContext context, long roundId, CancellationToken cancellation)
    {
        Dictionary<long, ProposalView> read = [];
        if (context.Station() is null)
            return read;
        var page = 1;
        ProposalList list;
        do
        {
            list = await proposals.SearchAsync(new(roundId, Status: ProposalStatus.Feasible, Page: page++, PageSize: AtOnce), cancellation);
            foreach (var proposal in list.Proposals)
                read[proposal.Id] = proposal;
        }
        while (list.Proposals.Count == AtOnce);
        return read;
    }
}
