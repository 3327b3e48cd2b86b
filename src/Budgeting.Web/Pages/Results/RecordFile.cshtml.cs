using Budgeting.Core.Verification;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Results;

/// <summary>A file of a published record, streamed. Before publishing there is none, for anyone.</summary>
public sealed class RecordFileModel(IRecords records, DownloadPlaces places) : PageModel
{
    /// <summary>Gives the file.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, string file, CancellationToken cancellation)
    {
        var found = await records.FindAsync(roundId, cancellation);
        if (!found.Granted || found.Value.Files.FirstOrDefault(known => known.Name == file) is not { } known)
            return NotFound();
        using var place = places.Take(HttpContext);
        if (!place.IsAcquired)
            return this.Busy();
        Response.ContentType = known.MediaType;
        // The same bytes for everybody and for good: a proxy may give them again.
        Response.Headers.CacheControl = "public, max-age=3600";
        Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"round-{roundId}-{known.Name}" }.ToString();
        await records.WriteAsync(roundId, file, Response.Body, cancellation);
        return new EmptyResult();
    }
}
