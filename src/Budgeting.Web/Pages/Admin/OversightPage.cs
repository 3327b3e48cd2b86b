using Budgeting.Core.People;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Pages for coordinators and administrators of any region.</summary>
/// <param name="authority">Says what the person may do.</param>
[Authorize]
public abstract class OversightPage(IAuthority authority) : PageModel
{
    /// <summary>Says what the person may do.</summary>
    protected IAuthority Authority { get; } = authority;

    /// <summary>Lets coordinators and administrators in.</summary>
    /// <returns>Null when they may go on; else the answer.</returns>
    protected async Task<IActionResult?> EnterAsync(CancellationToken cancellation)
    {
        if (User.Actor().AccountId is not { } accountId)
            return Challenge();
        var roles = await Authority.RolesOfAsync(accountId, cancellation);
        return roles.Any(held => held.Role is Role.Coordinator or Role.Administrator) ? null : Forbid();
    }
}
