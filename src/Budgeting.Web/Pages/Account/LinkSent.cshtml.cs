using Budgeting.Web.Demo;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Account;

/// <summary>Says that a link is on its way, if it is: the same to everybody.</summary>
public sealed class LinkSentModel(IServiceProvider services) : PageModel
{
    /// <summary>Whether it can be read in the mailbox of the demonstration.</summary>
    public bool HasMailbox => services.GetService<DemoMailbox>() is not null;
}
