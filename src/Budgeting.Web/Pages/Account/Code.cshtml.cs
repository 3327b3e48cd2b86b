using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Signs in by a recovery code.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class CodeModel(ISignIn signIn, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>Signs in. Whoever needed a code is led to where a new passkey can be made.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await signIn.UseRecoveryCodeAsync(Input.Email, Input.Code, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Code.Done"]);
        return LocalRedirect("/account/passkeys" + this.OnwardQuery(ReturnUrl));
    }

    /// <summary>Address and code.</summary>
    public sealed class Form
    {
        /// <summary>The e-mail address.</summary>
        public string Email { get; set; } = "";

        /// <summary>The code, however typed.</summary>
        public string Code { get; set; } = "";
    }
}
