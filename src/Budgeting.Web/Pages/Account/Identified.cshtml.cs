using Budgeting.Core;
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

/// <summary>Asks what is to become of an identification that is linked to no account: a new account, or one there is.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class IdentifiedModel(IIdentification identification, IRegions regions, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>The identification; null when this browser has none, or it is too old.</summary>
    public Identified? Pending { get; private set; }

    /// <summary>What people know the provider by.</summary>
    public string ProviderName => identification.NameOf(Pending?.Provider);

    /// <summary>The regions to live in.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is not { } pending)
            return Stale();
        Input = new() { DisplayName = pending.Name ?? "" };
        return Page();
    }

    /// <summary>Links the account of the signed-in person.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        ModelState.Clear();
        return Answer(await identification.LinkAsync(cancellation));
    }

    /// <summary>Opens an account.</summary>
    public async Task<IActionResult> OnPostCreateAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is null)
            return Stale();
        if (!ModelState.IsValid)
            return Page();
        return Answer(await identification.OpenAccountAsync(new(Input.Email, Input.DisplayName, Input.HomeRegionId), cancellation));
    }

    /// <summary>Forgets the identification.</summary>
    public IActionResult OnPostForget()
    {
        identification.Forget();
        this.Confirm(texts["Identified.Forgotten"]);
        return LocalRedirect("/");
    }

    private IActionResult Answer(Outcome<IdentityUse> outcome)
    {
        if (!outcome.Granted)
            return outcome.RefusedFor("Identity.Stale") ? Stale() : this.Refuse(outcome.Refusals);
        this.Confirm(texts.Told(outcome.Value));
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/"));
    }

    private IActionResult Stale()
    {
        Pending = null;
        ModelState.Clear();
        return this.Refuse([Refusal.Of("Identity.Stale")]);
    }

    private async Task<Identified?> LoadAsync(CancellationToken cancellation)
    {
        Regions = RegionItems.Of(await regions.TreeAsync(cancellation));
        return Pending = await identification.FindAsync(cancellation);
    }

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

/// <summary>Words about identifications.</summary>
internal static class IdentificationWords
{
    /// <summary>What is told after an identification was taken.</summary>
    public static string Told(this IStringLocalizer<AccountTexts> texts, IdentityUse use) => texts[
        use.Disputed > 0 ? "Identified.Disputed" : use.Kept > 0 ? "Identified.Kept" : use.Linked > 0 ? "Identified.Entries" : "Identified.Done"];

    /// <summary>What people know a provider by; its key when it is configured no more.</summary>
    public static string NameOf(this IIdentification identification, string? provider) =>
        identification.Ways.FirstOrDefault(way => way.Key == provider) is { } known ? Format.Text(known.Name) : provider ?? "";
}
