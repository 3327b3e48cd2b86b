using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Results;

/// <summary>The auditor's bundle. It is posted for, since taking it is an act that the audit log names.</summary>
[Authorize]
public sealed class OpeningsModel(IRecords records, IRounds rounds, IAuthority authority, DownloadPlaces places) : PageModel
{
    /// <summary>The button is on the page of results.</summary>
    public IActionResult OnGet(long roundId) => Redirect($"/rounds/{roundId}/results#record");

    /// <summary>Gives the bundle to an auditor of the round's region.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round || !(await records.FindAsync(roundId, cancellation)).Granted)
            return NotFound();
        // Before anything of an answer is begun: what has been sent cannot be taken back.
        if (await authority.RefuseWithoutStepUpAsync(User.Actor(), round.Region.Id, cancellation, Role.Auditor) is { } refusal)
            return this.Refuse([refusal]);
        using var place = places.Take(HttpContext);
        if (!place.IsAcquired)
            return this.Busy();
        Response.ContentType = "application/zip";
        Response.Headers.CacheControl = "no-store";
        Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"round-{roundId}-openings.zip" }.ToString();
        var written = await records.WriteOpeningsAsync(User.Actor(), roundId, Response.Body, cancellation);
        if (written.Granted)
            return new EmptyResult();
        Response.Clear();
        return this.Refuse(written.Refusals);
    }
}
