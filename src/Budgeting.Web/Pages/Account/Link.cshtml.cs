using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Where a link by e-mail leads. Only the button uses it up, so that programs that look at links in mails do not.</summary>
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class LinkModel(ISignIn signIn, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>The link's secret.</summary>
    [BindProperty(SupportsGet = true)] public string Token { get; set; } = "";

    /// <summary>What the link does; null when it is of no use here.</summary>
    public LinkView? Link { get; private set; }

    /// <summary>Shows what it does.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        // Of no use to whoever sees where the browser came from.
        Response.Headers["Referrer-Policy"] = "no-referrer";
        var link = await signIn.LookAtLinkAsync(Token, cancellation);
        if (!link.Granted)
            return this.Refuse(link.Refusals);
        Link = link.Value;
        return Page();
    }

    /// <summary>Does it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await signIn.UseLinkAsync(Token, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        var used = outcome.Value;
        this.Confirm(texts[used.Cleared ? "Link.Cleared" : used.Purpose switch
        {
            LinkPurpose.OpenAccount => "Register.Done",
            LinkPurpose.NewAddress => "Link.AddressDone",
            _ => "SignIn.Done",
        }]);
        return LocalRedirect(LanguageChoice.LocalOr(used.ReturnUrl, "/"));
    }
}
