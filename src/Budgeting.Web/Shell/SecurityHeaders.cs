using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Shell;

/// <summary>Response headers that keep a page from running, framing or leaking what it should not.</summary>
internal static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-src 'none'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // Of a file that somebody uploaded nothing runs, loads or sends, also when it is opened by itself.
    private const string Sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'";

    private const string PermissionsPolicy =
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
        + "payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";

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
        headers.ContentSecurityPolicy = context.GetEndpoint()?.Metadata.GetMetadata<SandboxedAttribute>() is null ? ContentSecurityPolicy : Sandbox;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // A page whose own address is a secret says "no-referrer" itself.
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["X-Permitted-Cross-Domain-Policies"] = "none";
        if (context.User.Identity is { IsAuthenticated: true } && IsPersonal(context.Response))
            headers.CacheControl = "no-store";
    }

    // Style sheets and pictures say themselves how long they keep; anything else made for a signed-in person is theirs alone.
    private static bool IsPersonal(HttpResponse response) =>
        !response.Headers.ContainsKey(HeaderNames.CacheControl)
        || response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>Marks pages that give what people uploaded: nothing in it may run.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SandboxedAttribute : Attribute;
