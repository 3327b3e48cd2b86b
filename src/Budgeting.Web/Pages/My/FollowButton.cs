using Budgeting.Core;
using Budgeting.Core.Following;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.My;

/// <summary>The button by which a round or a proposal is followed, or no longer.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="ProposalId">The proposal; null for the round itself.</param>
/// <param name="Follows">Whether the person follows it; null for somebody who is not signed in.</param>
public sealed record FollowButton(long RoundId, long? ProposalId, bool? Follows)
{
    /// <summary>The page it stands on.</summary>
    public string Page => FormattableString.Invariant(ProposalId is { } proposalId ? $"/proposals/{proposalId}" : (FormattableString)$"/rounds/{RoundId}");

    /// <summary>The handler that it sends to.</summary>
    public string Handler => (Follows == true ? "Unfollow" : "Follow") + (ProposalId is null ? "Round" : "Proposal");

    /// <summary>The button for the person who opens a page.</summary>
    internal static async Task<FollowButton> ForAsync(PageModel page, IFollowing following, long roundId, long? proposalId, CancellationToken cancellation) =>
        new(roundId, proposalId, await following.FollowsAsync(page.User.Actor(), roundId, proposalId, cancellation) is { Granted: true } follows ? follows.Value : null);
}
