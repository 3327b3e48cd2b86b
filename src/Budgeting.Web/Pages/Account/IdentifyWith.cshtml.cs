using Budgeting.Web.Components;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Account;

/// <summary>
/// Sends the browser to a provider of e-identification. By a link and not a form: the content security policy lets no form lead elsewhere, and brokers lead on to banks.
/// </summary>
public sealed class IdentifyWithModel(IIdentification identification) : PageModel
{
    /// <summary>The provider's key.</summary>
    [BindProperty(SupportsGet = true)] public string Provider { get; set; } = "";

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>Leads there; shows why not when it cannot be.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var begun = await identification.BeginAsync(Provider, ReturnUrl, cancellation);
        if (!begun.Granted)
            return this.Refuse(begun.Refusals);
        // Not by a result: a talkative log tells where it leads, and the address holds state and nonce.
        Response.Redirect(begun.Value);
        return new EmptyResult();
    }
}
