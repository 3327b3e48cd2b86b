using Budgeting.Core.People;
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

/// <summary>Deletes one's own account, after telling what goes, what stays and why.</summary>
[Authorize]
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class DeleteModel(IMyData data, ISignIn signIn, IWaysIn ways, IStringLocalizer<MyTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>What deleting means here.</summary>
    public Leaving Leaving { get; private set; } = new("", 0, 0, [], 0);

    /// <summary>Whether this is an account of the demonstration, which is everybody's.</summary>
    public bool IsDemo { get; private set; }

    /// <summary>Tells what would happen.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await LoadAsync(cancellation) ?? Page();

    /// <summary>Deletes the account and signs out.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is { } answer)
            return answer;
        if (IsDemo)
            return Page();
        var deleted = await data.DeleteAsync(User.Actor(), ways.ThisSession, new(Input.Confirmed, Input.KeepName), cancellation);
        if (!deleted.Granted)
            return this.Refuse(deleted.Refusals);
        await signIn.SignOutAsync(cancellation);
        this.Confirm(texts["Delete.Done"]);
        return LocalRedirect("/");
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        var leaving = await data.LookAsync(User.Actor(), cancellation);
        if (!leaving.Granted)
            return this.Refuse(leaving.Refusals);
        (Leaving, IsDemo) = (leaving.Value, await signIn.IsDemoAsync(cancellation));
        return null;
    }

    /// <summary>A wish to be deleted.</summary>
    public sealed class Form
    {
        /// <summary>Whether the person knows that it cannot be undone.</summary>
        public bool Confirmed { get; set; }

        /// <summary>Whether the name stays with what was made public.</summary>
        public bool KeepName { get; set; }
    }
}
