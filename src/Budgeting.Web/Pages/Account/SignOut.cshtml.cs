using Budgeting.Web.Components;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Signs out. Only by a form, so that no other site can do it by a link.</summary>
public sealed class SignOutModel(ISignIn signIn, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>Somebody came here by an address: there is nothing to see.</summary>
    public IActionResult OnGet() => LocalRedirect("/");

    /// <summary>Signs out.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await signIn.SignOutAsync(cancellation);
        this.Confirm(texts["SignOut.Done"]);
        return LocalRedirect("/");
    }
}
