using Budgeting.Core.Audit;
using Budgeting.Core.People;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Admin;

/// <summary>The whole audit log as a file that can be checked elsewhere.</summary>
public sealed class AuditFileModel(IAuditLog log, IAuthority authority, DownloadPlaces places) : OversightPage(authority)
{
    /// <summary>Gives the file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } answer)
            return answer;
        using var place = places.Take(HttpContext);
        if (!place.IsAcquired)
            return this.Busy();
        Response.ContentType = "application/jsonl; charset=utf-8";
        await log.ExportAsync(User.Actor(), Response.Body, cancellation);
        return new EmptyResult();
    }
}
