using Budgeting.Core;
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

/// <summary>A person's own passkeys.</summary>
[Authorize]
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class PasskeysModel(IPasskeys passkeys, IWaysIn ways, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Where the person came from.</summary>
    [BindProperty(SupportsGet = true)] public string? ReturnUrl { get; set; }

    /// <summary>Their passkeys.</summary>
    public IReadOnlyList<PasskeyView> Passkeys { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        Input = new() { Name = BrowserKind.Of(Request.Headers.UserAgent.ToString()) };
    }

    /// <summary>What the browser is to ask to make another.</summary>
    public async Task<IActionResult> OnGetOptionsAsync(CancellationToken cancellation) => this.Question(await ways.AskForPasskeyAsync(cancellation));

    /// <summary>Adds it.</summary>
    public async Task<IActionResult> OnPostAddAsync(string? credential, string? state, CancellationToken cancellation)
    {
        var outcome = await ways.AddPasskeyAsync(new(credential ?? "", state ?? ""), Input.Name, cancellation);
        if (outcome.Granted && ReturnUrl is { Length: > 0 })
        {
            this.Confirm(texts["Passkeys.Added"]);
            return LocalRedirect(LanguageChoice.LocalOr(ReturnUrl, "/account/passkeys"));
        }
        return await AnswerAsync(outcome, "Passkeys.Added", cancellation);
    }

    /// <summary>Names one.</summary>
    public async Task<IActionResult> OnPostRenameAsync(string? id, string? name, CancellationToken cancellation) =>
        await AnswerAsync(await passkeys.RenameAsync(User.Actor(), id ?? "", name ?? "", cancellation), "Passkeys.Renamed", cancellation);

    /// <summary>Removes one.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(string? id, CancellationToken cancellation) =>
        await AnswerAsync(await ways.RemovePasskeyAsync(id ?? "", cancellation), "Passkeys.Removed", cancellation);

    private async Task<IActionResult> AnswerAsync(Outcome<Done> outcome, string done, CancellationToken cancellation)
    {
        if (!outcome.Granted)
        {
            await LoadAsync(cancellation);
            return this.Refuse(outcome.Refusals);
        }
        this.Confirm(texts[done]);
        return LocalRedirect("/account/passkeys" + this.OnwardQuery(ReturnUrl));
    }

    private async Task LoadAsync(CancellationToken cancellation) => Passkeys = await passkeys.ListAsync(User.Actor(), cancellation);

    /// <summary>A new passkey.</summary>
    public sealed class Form
    {
        /// <summary>What its owner calls it.</summary>
        public string Name { get; set; } = "";
    }
}
