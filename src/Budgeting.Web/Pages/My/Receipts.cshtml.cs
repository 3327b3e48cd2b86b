using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.My;

/// <summary>
/// The receipts that somebody keeps on this device. For voters without an account too: a script reads them from the browser's own storage, and the server knows nothing of them.
/// </summary>
public sealed class ReceiptsModel : PageModel
{
    /// <summary>Shows the page that the script fills in.</summary>
    public void OnGet()
    {
    }
}
