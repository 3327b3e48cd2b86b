using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Budgeting.Web.Shell;

/// <summary>How large a form may be. No form of this site comes near; what does is answered before it is read.</summary>
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
        if (context.Request.ContentLength is null or <= Bytes || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });
}
