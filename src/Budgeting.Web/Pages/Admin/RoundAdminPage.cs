using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Admin;

/// <summary>What the pages of running a round have in common: the round, and which of its roles the person holds.</summary>
/// <param name="rounds">Finds the round.</param>
/// <param name="authority">Says what the person may do.</param>
[Authorize]
public abstract class RoundAdminPage(IRounds rounds, IAuthority authority) : PageModel
{
    private readonly HashSet<Role> _roles = [];

    /// <summary>The roles by which somebody comes to the administration.</summary>
    public static IReadOnlyList<Role> Officials { get; } = [Role.Coordinator, Role.Evaluator, Role.FinanceOfficer, Role.Clerk, Role.Administrator];

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>Whether voting has begun, and so nothing of the round moves any more.</summary>
    public bool Frozen => Round.Phase >= Phase.Voting;

    /// <summary>The parts of the envelope together.</summary>
    public Core.Money Divided => Core.Money.Sum(Round.Headings.Select(heading => heading.Amount));

    /// <summary>Says what the person may do.</summary>
    protected IAuthority Authority { get; } = authority;

    /// <summary>Rounds.</summary>
    protected IRounds Rounds { get; } = rounds;

    /// <summary>Whether the person holds one of the roles over this round.</summary>
    public bool Holds(params IReadOnlyList<Role> roles) => roles.Any(_roles.Contains);

    /// <summary>Loads the round and lets those in who hold one of the roles over it.</summary>
    /// <returns>Null when they may go on; else the answer.</returns>
    protected async Task<IActionResult?> EnterAsync(long roundId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (await Rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        foreach (var role in Officials)
        {
            if (await Authority.HoldsAsync(User.Actor(), round.Region.Id, cancellation, role))
                _roles.Add(role);
        }
        // Asked of the authority once more for the reason: the role may be there and only a passkey missing.
        return !Holds(roles) && await Authority.RefuseAsync(User.Actor(), round.Region.Id, cancellation, roles) is { } refusal ? this.Refuse([refusal]) : null;
    }
}
