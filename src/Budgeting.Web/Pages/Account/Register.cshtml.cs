using Budgeting.Core.Regions;
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

/// <summary>Opens an account.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class RegisterModel(ISignIn signIn, IRegions regions, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>The regions to live in.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>Shows the form.</summary>
    public async Task OnGetAsync(CancellationToken cancellation) => await LoadAsync(cancellation);

    /// <summary>Opens the account and goes on.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (!ModelState.IsValid)
            return Page();
        var outcome = await signIn.RegisterAsync(new(Input.Email, Input.Password, Input.DisplayName, Input.HomeRegionId), cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Register.Done"]);
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/"));
    }

    private async Task LoadAsync(CancellationToken cancellation) => Regions = RegionItems.Of(await regions.TreeAsync(cancellation));

    /// <summary>A new account.</summary>
    public sealed class Form
    {
        /// <summary>The e-mail address.</summary>
        public string Email { get; set; } = "";

        /// <summary>The password.</summary>
        public string Password { get; set; } = "";

        /// <summary>The name shown.</summary>
        public string DisplayName { get; set; } = "";

        /// <summary>The region lived in.</summary>
        public long? HomeRegionId { get; set; }
    }
}
