using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Budgeting.Web.Shell;

/// <summary>Answers that went wrong: a page that helps for people, problem details (RFC 9457) for programs.</summary>
internal static class ErrorPages
{
    private static readonly object FormExpired = new();

    private static readonly object PasskeyMissing = new();

    public static void AddErrorPages(this IServiceCollection services) => services.AddProblemDetails();

    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler("/error/500");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        // Nested, so that for programs these answer first and leave nothing for the pages to replace.
        app.UseWhen(context => context.Request.WantsProblemDetails(), programs =>
        {
            programs.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = WriteProblemAsync });
            programs.UseStatusCodePages(context => WriteProblemAsync(context.HttpContext));
        });
    }

    /// <summary>Whether a program asks: anything under /api, or a request that accepts JSON and no page.</summary>
    public static bool WantsProblemDetails(this HttpRequest request) =>
        request.Path.StartsWithSegments("/api")
        || request.GetTypedHeaders().Accept is { Count: > 0 } accepted
            && accepted.Any(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/problem+json", StringComparison.OrdinalIgnoreCase))
            && !accepted.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the request failed because its form was too old.</summary>
    public static bool HasFormExpired(this HttpContext context) => context.Items.ContainsKey(FormExpired);

    /// <summary>Says that the request is refused only for want of a passkey, so that the 403 page can tell what to do.</summary>
    public static void MarkPasskeyMissing(this HttpContext context) => context.Items[PasskeyMissing] = true;

    /// <summary>Whether the request was refused only for want of a passkey.</summary>
    public static bool IsPasskeyMissing(this HttpContext context) => context.Items.ContainsKey(PasskeyMissing);

    private static Task WriteProblemAsync(HttpContext context) =>
        Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);

    /// <summary>
    /// Answers 405 to a method that a page has no handler for. The framework would make the page without having read anything for it.
    /// </summary>
    public sealed class NoHandlerFilter : IPageFilter
    {
        public void OnPageHandlerSelected(PageHandlerSelectedContext context)
        {
        }

        public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
        {
            var request = context.HttpContext;
            // The page that tells of an error is asked for by the method of the request that failed.
            var tellsOfError = request.Features.Get<IStatusCodeReExecuteFeature>() is not null || request.Features.Get<IExceptionHandlerFeature>() is not null;
            if (context.HandlerMethod is null && !tellsOfError && !HttpMethods.IsGet(request.Request.Method) && !HttpMethods.IsHead(request.Request.Method))
                context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
        }

        public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
        {
        }
    }

    /// <summary>Marks requests whose antiforgery token was missing or too old, so that the 400 page can say so.</summary>
    public sealed class ExpiredFormFilter : IAlwaysRunResultFilter
    {
        public void OnResultExecuting(ResultExecutingContext context)
        {
            if (context.Result is IAntiforgeryValidationFailedResult)
                context.HttpContext.Items[FormExpired] = true;
        }

        public void OnResultExecuted(ResultExecutedContext context)
        {
        }
    }
}
