using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>Tells how to vote, and where there is help.</summary>
public sealed class HelpModel : PageModel
{
    /// <summary>Shows it.</summary>
    public void OnGet()
    {
    }
}
