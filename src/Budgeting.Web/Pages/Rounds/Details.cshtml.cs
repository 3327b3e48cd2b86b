using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Pages.My;
using Budgeting.Web.Pages.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>One round: what can be done now and till when, its schedule, its money.</summary>
public sealed class DetailsModel(IRounds rounds, IRegions regions, IProposals proposals, IElectorate electorate, IBallotBox box, VotingSessions sessions, IFollowing following) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The time zone its schedule is shown in.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>The phases in order.</summary>
    public IReadOnlyList<TimelineStep> Timeline { get; private set; } = [];

    /// <summary>Every setting of the envelope, oldest first.</summary>
    public IReadOnlyList<EnvelopeChangeView> EnvelopeHistory { get; private set; } = [];

    /// <summary>The names of regions by id.</summary>
    public IReadOnlyDictionary<long, RegionView> Regions { get; private set; } = new Dictionary<long, RegionView>();

    /// <summary>How many proposals have been submitted.</summary>
    public int ProposalCount { get; private set; }

    /// <summary>What to tell of the reader's own vote.</summary>
    public VoteState Vote { get; private set; }

    /// <summary>Whether voters prove an entry of a register, as by a code from a letter.</summary>
    public bool ByRegister { get; private set; }

    /// <summary>The button that follows it; null before it is announced.</summary>
    public FollowButton? Follow { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        Zone = round.Region.Zone();
        Timeline = TimelineStep.Of(round);
        EnvelopeHistory = await rounds.EnvelopeHistoryAsync(roundId, cancellation);
        Regions = (await regions.TreeAsync(cancellation)).ToDictionary(region => region.Id);
        ProposalCount = (await proposals.SearchAsync(new(roundId, PageSize: 1), cancellation)).Total;
        Follow = round.Phase is null ? null : await FollowButton.ForAsync(this, following, roundId, null, cancellation);
        if (round.Phase == Phase.Voting)
        {
            Vote = await box.VoteStateAsync(electorate, User.Actor(), roundId, cancellation, sessions.Find(HttpContext, roundId));
            ByRegister = (await electorate.RuleAsync(roundId, cancellation)).Basis == ElectorateBasis.Registered;
        }
        return Page();
    }
}

/// <summary>A phase on the timeline.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="StartsAt">When it starts; null for one that begins when results are published or later.</param>
/// <param name="EndsAt">When it ends, if that is known.</param>
/// <param name="IsPast">Whether it is over.</param>
/// <param name="IsNow">Whether it runs.</param>
public sealed record TimelineStep(Phase Phase, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, bool IsPast, bool IsNow)
{
    /// <summary>The schedule of a round, with the phases that no clock begins after those that it does.</summary>
    public static IReadOnlyList<TimelineStep> Of(RoundView round) =>
        [.. Enum.GetValues<Phase>()
            .Where(phase => round.StartOf(phase) is not null || phase is Phase.Published or Phase.Implementing)
            .Select(phase => new TimelineStep(
                phase, round.StartOf(phase), round.StartOf(phase) is null ? null : round.EndOf(phase), round.Phase > phase, round.Phase == phase))];
}
