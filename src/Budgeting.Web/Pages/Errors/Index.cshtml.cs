using System.Diagnostics;
using System.Globalization;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Errors;

/// <summary>
/// What happened, what became of the person's work, and what to do next. Shown in place of the page that failed, for any
/// method, so it checks no form; the status stays the one of the failure.
/// </summary>
[IgnoreAntiforgeryToken]
[AtStation]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel : PageModel
{
    /// <summary>The group of texts for this failure.</summary>
    public string Text { get; private set; } = "";

    /// <summary>How long to wait before trying again, where the answer says it.</summary>
    public long? WaitSeconds =>
        long.TryParse(Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>By which the request is found in the log.</summary>
    public string RequestId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    /// <inheritdoc/>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failed = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null
            || HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!failed)
        {
            // Someone typed the address of this page: nothing failed, and there is nothing here.
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
        Text = Response.StatusCode switch
        {
            400 when HttpContext.HasFormExpired() => "Expired",
            403 when HttpContext.IsPasskeyMissing() => "Passkey",
            401 or 403 => "403",
            404 or 410 => "404",
            413 => "413",
            429 => "429",
            503 => "503",
            >= 500 => "500",
            _ => "400",
        };
    }
}
