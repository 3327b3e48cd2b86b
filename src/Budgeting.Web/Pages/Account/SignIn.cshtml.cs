using Budgeting.Core;
using Budgeting.Core.Regions;
using Budgeting.Web.Components;
using Budgeting.Web.Demo;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Pages.Account;

/// <summary>Signs a person in and takes them where they were going.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class SignInModel(ISignIn signIn, IIdentification identification, IRegions regions, IOptions<DemoSignIn> demo, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>Whether links by e-mail can be sent.</summary>
    public bool SendsMail => signIn.SendsMail;

    /// <summary>The ways to identify.</summary>
    public IReadOnlyList<IdentificationWay> Ways => identification.Ways;

    /// <summary>The address of a way, from which one comes to where one was going.</summary>
    public string WayLink(string key) => $"/sign-in/with/{key}" + this.OnwardQuery(ReturnUrl);

    /// <summary>The accounts of the demonstration with the region each role is held in; empty when this is none.</summary>
    public IReadOnlyList<(DemoAccount Account, LocalizedText Region)> DemoAccountsShown { get; private set; } = [];

    /// <summary>The address of registration, from which one comes back to where one was going.</summary>
    public string RegisterLink => "/register" + this.OnwardQuery(ReturnUrl);

    /// <summary>The address of recovery codes, likewise.</summary>
    public string CodeLink => "/sign-in/code" + this.OnwardQuery(ReturnUrl);

    /// <summary>Shows the form, also to somebody who has signed in: they may want to go on as another.</summary>
    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    /// <summary>What the browser is to ask for a passkey.</summary>
    public async Task<IActionResult> OnGetOptionsAsync(CancellationToken cancellation) => this.Question(await signIn.AskAsync(cancellation));

    /// <summary>Sends a link.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        var outcome = await signIn.SendLinkAsync(Input.Email, ReturnUrl, cancellation);
        return outcome.Granted ? RedirectToPage("LinkSent") : this.Refuse(outcome.Refusals);
    }

    /// <summary>Signs in by a passkey.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state, CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        return Answer(await signIn.SignInAsync(new(credential ?? "", state ?? ""), cancellation));
    }

    /// <summary>Signs in to an account of the demonstration.</summary>
    public async Task<IActionResult> OnPostDemoAsync(string? account, CancellationToken cancellation) =>
        Answer(await signIn.SignInToDemoAsync(account ?? "", cancellation));

    private IActionResult Answer(Outcome<Done> outcome)
    {
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["SignIn.Done"]);
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/"));
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        if (!demo.Value.Enabled)
            return;
        var names = (await regions.TreeAsync(cancellation)).ToDictionary(region => region.Slug, region => region.Name);
        DemoAccountsShown = [.. DemoAccounts.All.Select(account => (account, names.GetValueOrDefault(account.Region) ?? new(account.Region)))];
    }

    /// <summary>An address.</summary>
    public sealed class Form
    {
        /// <summary>The e-mail address.</summary>
        public string Email { get; set; } = "";
    }
}
