using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace Budgeting.Web.Pages.Account;

/// <summary>Changes or confirms one's own address, by a link to it.</summary>
[Authorize]
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class EmailModel(ISignIn signIn, IWaysIn ways, IAccounts accounts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The account.</summary>
    public OwnAccount? Own { get; private set; }

    /// <summary>Whether links by e-mail can be sent.</summary>
    public bool SendsMail => signIn.SendsMail;

    /// <summary>Shows the address, ready to be confirmed when it is not.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (Own is { EmailConfirmed: false, Email: var email })
            Input = new() { Email = email };
    }

    /// <summary>Sends the link.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        var outcome = await ways.ChangeAddressAsync(Input.Email, cancellation);
        return outcome.Granted ? RedirectToPage("LinkSent") : this.Refuse(outcome.Refusals);
    }

    private async Task LoadAsync(CancellationToken cancellation) => Own = await accounts.FindOwnAsync(User.Actor(), cancellation);

    /// <summary>An address.</summary>
    public sealed class Form
    {
        /// <summary>The new address.</summary>
        public string Email { get; set; } = "";
    }
}
