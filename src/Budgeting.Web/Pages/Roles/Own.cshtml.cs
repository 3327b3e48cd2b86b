using Budgeting.Core.People;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Roles;

/// <summary>One's own roles, with those that are over.</summary>
[Authorize]
public sealed class OwnModel(IRoles roles) : PageModel
{
    /// <summary>The roles, the newest first.</summary>
    public IReadOnlyList<GrantView> Roles { get; private set; } = [];

    /// <summary>Whether an office is held whose powers do not count, for want of a passkey.</summary>
    public bool PasskeyMissing { get; private set; }

    /// <summary>Lists them.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Roles = await roles.OwnAsync(User.Actor(), cancellation);
        PasskeyMissing = User.Actor().PasskeyAt is null && Roles.Any(grant => grant.State == GrantState.Held && grant.Role.IsOffice());
    }
}
