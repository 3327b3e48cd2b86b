using Budgeting.Core.Regions;
using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Opens an account: with a passkey, or by a link to the address.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class RegisterModel(ISignIn signIn, IRegions regions, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>The regions to live in.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>Whether links by e-mail can be sent.</summary>
    public bool SendsMail => signIn.SendsMail;

    /// <summary>Shows the form.</summary>
    public async Task OnGetAsync(CancellationToken cancellation) => await LoadAsync(cancellation);

    /// <summary>What the browser is to ask to make the passkey, once the details are right.</summary>
    public async Task<IActionResult> OnPostOptionsAsync(CancellationToken cancellation) =>
        ModelState.IsValid ? this.Question(await signIn.AskForAccountAsync(Account, cancellation)) : BadRequest();

    /// <summary>Opens the account with the passkey and goes on.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state, CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (!ModelState.IsValid)
            return Page();
        var outcome = await signIn.OpenAccountAsync(Account, new(credential ?? "", state ?? ""), cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts[signIn.SendsMail ? "Register.DoneConfirm" : "Register.Done"]);
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/"));
    }

    /// <summary>Sends the link.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (!ModelState.IsValid)
            return Page();
        var outcome = await signIn.SendAccountLinkAsync(Account, ReturnUrl, cancellation);
        return outcome.Granted ? RedirectToPage("LinkSent") : this.Refuse(outcome.Refusals);
    }

    private NewAccount Account => new(Input.Email, Input.DisplayName, Input.HomeRegionId);

    private async Task LoadAsync(CancellationToken cancellation) => Regions = RegionItems.Of(await regions.TreeAsync(cancellation));

    /// <summary>A new account.</summary>
    public sealed class Form
    {
        /// <summary>The e-mail address.</summary>
        public string Email { get; set; } = "";

        /// <summary>The name shown.</summary>
        public string DisplayName { get; set; } = "";

        /// <summary>The region lived in.</summary>
        public long? HomeRegionId { get; set; }
    }
}
