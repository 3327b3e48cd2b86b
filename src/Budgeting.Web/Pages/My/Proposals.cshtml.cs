using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Pages.Proposals;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.My;

/// <summary>A person's own proposals and what to do with each next.</summary>
[Authorize]
public sealed class ProposalsModel(IProposals proposals, IRounds rounds, IModeration moderation) : PageModel
{
    /// <summary>Drafts that can still be submitted first, then the others, newest first.</summary>
    public IReadOnlyList<ProposalInRound> Own { get; private set; } = [];

    /// <summary>What moderation did to each that is in force.</summary>
    public ILookup<long, ModerationActView> Told { get; private set; } = Array.Empty<ModerationActView>().ToLookup(act => act.ProposalId);

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Told = (await moderation.OwnAsync(User.Actor(), null, cancellation)).Where(act => act.InForce).ToLookup(act => act.ProposalId);
        Dictionary<long, RoundView?> known = [];
        List<ProposalInRound> own = [];
        foreach (var proposal in await proposals.OwnAsync(User.Actor(), cancellation))
        {
            if (!known.TryGetValue(proposal.RoundId, out var round))
                known[proposal.RoundId] = round = await rounds.FindAsync(User.Actor(), proposal.RoundId, cancellation);
            if (round is not null)
                own.Add(new(proposal, round));
        }
        Own = [.. own.OrderBy(mine => mine switch
        {
            { Proposal.Status: ProposalStatus.Draft, CanChange: true } => 0,
            { Proposal.Status: ProposalStatus.Withdrawn } => 2,
            _ => 1,
        })];
    }

    /// <summary>What comes next, as the texts name it.</summary>
    public static string NextStep(ProposalInRound mine) => mine switch
    {
        { Proposal.Status: ProposalStatus.Draft, CanChange: true } => "Next.Submit",
        { Proposal.Status: ProposalStatus.Draft } => "Draft.TooLate",
        { Proposal.Status: ProposalStatus.Withdrawn } => "Next.Withdrawn",
        { Proposal.Status: ProposalStatus.NotFeasible } => "Next.NotFeasible",
        { Proposal.Status: ProposalStatus.Submitted } => "Next.WaitForAnswer",
        { Round.Phase: Phase.Voting } => "Next.Vote",
        { Round.Phase: Phase.Counting } => "Next.WaitForResult",
        { Round.Phase: >= Phase.Published } => "Next.SeeResult",
        _ => "Next.WaitForVoting",
    };
}
