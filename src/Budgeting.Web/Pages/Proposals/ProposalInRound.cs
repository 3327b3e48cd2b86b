using Budgeting.Core;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>A proposal with the round it belongs to, as pages show it.</summary>
/// <param name="Proposal">The proposal.</param>
/// <param name="Round">Its round.</param>
public sealed record ProposalInRound(ProposalView Proposal, RoundView Round)
{
    /// <summary>The heading it asks money from.</summary>
    public HeadingView? Heading => Round.Headings.FirstOrDefault(heading => heading.Id == Proposal.HeadingId);

    /// <summary>Whether its author may still change it, submit it and take it back.</summary>
    public bool CanChange =>
        Proposal is { Own: true, Evaluation: null, Status: ProposalStatus.Draft or ProposalStatus.Submitted } && Round.Phase == Phase.Proposing;

    /// <summary>The colour of a status's label.</summary>
    public static string KindOf(ProposalStatus status) => status switch
    {
        ProposalStatus.Draft => "alert",
        ProposalStatus.Submitted => "info",
        ProposalStatus.Feasible => "success",
        _ => "neutral",
    };

    /// <summary>A proposal the actor may see, with its round; null when there is none.</summary>
    internal static async Task<ProposalInRound?> FindAsync(
        IProposals proposals, IRounds rounds, Actor actor, long proposalId, CancellationToken cancellation) =>
        await proposals.FindAsync(actor, proposalId, cancellation) is { } proposal
        && await rounds.FindAsync(actor, proposal.RoundId, cancellation) is { } round
            ? new(proposal, round)
            : null;
}
