using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Where a person is signed in.</summary>
[Authorize]
public sealed class SignInsModel(ISignInSessions sessions, IWaysIn ways, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>Their sign-ins.</summary>
    public IReadOnlyList<SignInSessionView> Sessions { get; private set; } = [];

    /// <summary>That of this browser.</summary>
    public Guid? This => ways.ThisSession;

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellation) => Sessions = await sessions.ListAsync(User.Actor(), cancellation);

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostEndAsync(Guid id, CancellationToken cancellation)
    {
        var outcome = await sessions.EndAsync(User.Actor(), id, cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Sessions.Ended"]);
        return LocalRedirect("/account/sign-ins");
    }

    /// <summary>Ends all.</summary>
    public async Task<IActionResult> OnPostEndAllAsync(CancellationToken cancellation)
    {
        var outcome = await ways.EndAllAsync(cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Sessions.EndedAll"]);
        return LocalRedirect("/");
    }
}
