using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Shell;

/// <summary>
/// How large a form may be. No form of this site comes near, but for pages that say so themselves with <see cref="RequestSizeLimitAttribute"/>
/// and read what is sent as a stream; what is larger is answered before it is read.
/// </summary>
internal static class FormLimits
{
    private const long Bytes = 1 << 20;

    // A ballot may hold a thousand choices in each of several headings.
    private const int Fields = 10_000;

    public static void AddFormLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = Bytes);
        builder.Services.Configure<FormOptions>(form => form.ValueCountLimit = Fields);
    }

    public static void UseFormLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // The page that says so is the same request executed again.
        var most = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? Bytes;
        if (context.Request.ContentLength is not { } length || length <= most || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });
}
