using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Asks a signed-in person for their passkey again, before acts that need it fresh.</summary>
[Authorize]
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class ConfirmModel(ISignIn signIn, IAccounts accounts, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>Where the person was going.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>How many passkeys they have.</summary>
    public int Passkeys { get; private set; }

    /// <summary>Whether this is an account of the demonstration.</summary>
    public bool IsDemo { get; private set; }

    /// <summary>Where a passkey is added, and from there on.</summary>
    public string PasskeysLink => "/account/passkeys" + this.OnwardQuery(ReturnUrl);

    /// <summary>Shows what is asked.</summary>
    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    /// <summary>What the browser is to ask for.</summary>
    public async Task<IActionResult> OnGetOptionsAsync(CancellationToken cancellation) => this.Question(await signIn.AskToConfirmAsync(cancellation));

    /// <summary>Confirms, and goes on.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state, CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        var outcome = await signIn.ConfirmAsync(new(credential ?? "", state ?? ""), cancellation);
        return outcome.Granted ? GoOn() : this.Refuse(outcome.Refusals);
    }

    /// <summary>Confirms for a form that waits on another page: only says whether.</summary>
    public async Task<IActionResult> OnPostHereAsync(string? credential, string? state, CancellationToken cancellation) =>
        (await signIn.ConfirmAsync(new(credential ?? "", state ?? ""), cancellation)).Granted ? StatusCode(StatusCodes.Status204NoContent) : BadRequest();

    /// <summary>Confirms in the demonstration.</summary>
    public async Task<IActionResult> OnPostDemoAsync(CancellationToken cancellation)
    {
        var outcome = await signIn.ConfirmInDemoAsync(cancellation);
        return outcome.Granted ? GoOn() : this.Refuse(outcome.Refusals);
    }

    private LocalRedirectResult GoOn()
    {
        this.Confirm(texts["Confirm.Done"]);
        return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/"));
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        Passkeys = (await accounts.FindOwnAsync(User.Actor(), cancellation))?.Passkeys ?? 0;
        IsDemo = await signIn.IsDemoAsync(cancellation);
    }
}
