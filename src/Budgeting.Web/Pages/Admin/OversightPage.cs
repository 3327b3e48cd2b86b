using Budgeting.Core.People;
using Budgeting.Web.Components;
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
        var held = await Authority.RegionsAsync(User.Actor(), cancellation, Role.Coordinator, Role.Administrator);
        return held.Granted ? null : this.Refuse(held.Refusals);
    }
}
