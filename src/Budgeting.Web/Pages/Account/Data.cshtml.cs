using Budgeting.Core.People;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace Budgeting.Web.Pages.Account;

/// <summary>A person's rights over what is kept of them.</summary>
[Authorize]
[EnableRateLimiting(RateLimits.SignInPolicy)]
public sealed class DataModel(IMyData data, IWaysIn ways, DownloadPlaces places) : PageModel
{
    /// <summary>Shows what can be done.</summary>
    public void OnGet()
    {
    }

    /// <summary>Gives everything as a file.</summary>
    public async Task<IActionResult> OnPostDownloadAsync(CancellationToken cancellation)
    {
        var may = await data.CheckAsync(User.Actor(), ways.ThisSession, cancellation);
        if (!may.Granted)
            return this.Refuse(may.Refusals);
        using var place = places.Take(HttpContext);
        if (!place.IsAcquired)
            return this.Busy();
        Response.ContentType = "application/json; charset=utf-8";
        Response.Headers.ContentDisposition = "attachment; filename=\"my-data.json\"";
        Response.Headers.CacheControl = "no-store";
        await data.WriteAsync(User.Actor(), ways.ThisSession, Response.Body, cancellation);
        return new EmptyResult();
    }
}
