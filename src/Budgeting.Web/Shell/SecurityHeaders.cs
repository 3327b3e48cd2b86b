using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Shell;

/// <summary>Response headers that keep a page from running, framing or leaking what it should not.</summary>
internal static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string PermissionsPolicy =
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            app.UseHsts();
        app.Use((context, next) =>
        {
            // On starting, because the exception handler clears what was set before it.
            context.Response.OnStarting(() =>
            {
                Write(context);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (context.User.Identity is { IsAuthenticated: true } && IsPersonal(context.Response))
            headers.CacheControl = "no-store";
    }

    // Style sheets and pictures say themselves how long they keep; anything else made for a signed-in person is theirs alone.
    private static bool IsPersonal(HttpResponse response) =>
        !response.Headers.ContainsKey(HeaderNames.CacheControl)
        || response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
