using Budgeting.Core.Regions;
using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>A person's own name and home region.</summary>
[Authorize]
public sealed class IndexModel(IAccounts accounts, IWaysIn ways, IRegions regions, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person came from.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>The account.</summary>
    public OwnAccount? Own { get; private set; }

    /// <summary>The regions to live in.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>The languages of messages, each in its own words.</summary>
    public static IReadOnlyList<SelectListItem> LanguageItems => [.. Core.Languages.All.Select(language => new SelectListItem(LanguageChoice.NameOf(language), language))];

    /// <summary>Shows the account.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is not { } own)
            return Challenge();
        Input = new() { DisplayName = own.DisplayName, HomeRegionId = own.HomeRegionId, Language = own.Language ?? LanguageChoice.Current };
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is null)
            return Challenge();
        if (!ModelState.IsValid)
            return Page();
        var outcome = await ways.ChangeOwnAsync(Input.DisplayName, Input.HomeRegionId, cancellation);
        if (outcome.Granted)
            outcome = await accounts.ChangeLanguageAsync(User.Actor(), Input.Language, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Account.Saved"]);
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/account"));
    }

    private async Task<OwnAccount?> LoadAsync(CancellationToken cancellation)
    {
        Regions = RegionItems.Of(await regions.TreeAsync(cancellation));
        return Own = await accounts.FindOwnAsync(User.Actor(), cancellation);
    }

    /// <summary>What a person says of themselves.</summary>
    public sealed class Form
    {
        /// <summary>The name shown.</summary>
        public string DisplayName { get; set; } = "";

        /// <summary>The region lived in.</summary>
        public long? HomeRegionId { get; set; }

        /// <summary>The language of messages.</summary>
        public string Language { get; set; } = LanguageChoice.Current;
    }
}
