using Budgeting.Web.Demo;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Account;

/// <summary>The e-mail of a demonstration without a mail server. Anybody reads it there, and its links work only in the browser that asked for them.</summary>
public sealed class MailboxModel(IServiceProvider services) : PageModel
{
    /// <summary>What has come.</summary>
    public IReadOnlyList<DemoMail> Mails { get; private set; } = [];

    /// <summary>Shows it, in a demonstration.</summary>
    public IActionResult OnGet()
    {
        if (services.GetService<DemoMailbox>() is not { } mailbox)
            return NotFound();
        Response.Headers.CacheControl = "no-store";
        Mails = mailbox.Mails;
        return Page();
    }
}
