using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.My;

/// <summary>Where a person finds what is theirs.</summary>
[Authorize]
public sealed class IndexModel : PageModel
{
    /// <summary>Shows it.</summary>
    public void OnGet()
    {
    }
}
