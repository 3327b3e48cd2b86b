using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Account;

/// <summary>Makes recovery codes and shows them once.</summary>
[Authorize]
public sealed class RecoveryCodesModel(IAccounts accounts, IWaysIn ways) : PageModel
{
    /// <summary>How many are left.</summary>
    public int Left { get; private set; }

    /// <summary>New ones.</summary>
    public IReadOnlyList<string> Codes { get; private set; } = [];

    /// <summary>Shows how many are left.</summary>
    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    /// <summary>Makes new ones.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        var outcome = await ways.RenewRecoveryCodesAsync(cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        // Shown in the answer itself and stored nowhere: coming back to it needs new ones.
        Codes = outcome.Value;
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellation) => Left = (await accounts.FindOwnAsync(User.Actor(), cancellation))?.RecoveryCodes ?? 0;
}
