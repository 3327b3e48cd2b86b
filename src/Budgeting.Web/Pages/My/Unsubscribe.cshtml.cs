using Budgeting.Core.Following;
using Budgeting.Web.Components;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.My;

/// <summary>Where the link at the end of a message leads. Only the button stops anything, so that programs that look at links in mails do not.</summary>
public sealed class UnsubscribeModel(IFollowing following) : PageModel
{
    /// <summary>The link's secret.</summary>
    [BindProperty(SupportsGet = true)] public string Token { get; set; } = "";

    /// <summary>What the link stops; null when it is of no use.</summary>
    public Unsubscription? Link { get; private set; }

    /// <summary>Whether it has just stopped it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var link = await following.LookAsync(Token, cancellation);
        if (!link.Granted)
            return this.Refuse(link.Refusals);
        Link = link.Value;
        return Page();
    }

    /// <summary>Stops the messages.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var stopped = await following.UnsubscribeAsync(Token, cancellation);
        if (!stopped.Granted)
            return this.Refuse(stopped.Refusals);
        Stopped = true;
        return Page();
    }
}
