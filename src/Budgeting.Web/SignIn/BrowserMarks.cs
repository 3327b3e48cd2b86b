using System.Buffers.Text;
using System.Security.Cryptography;

namespace Budgeting.Web.SignIn;

/// <summary>A secret mark in a browser that asked for a link, by which the link knows it again. It says nothing of the person.</summary>
internal sealed class BrowserMarks(IHttpContextAccessor http, SiteSettings site)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private string Name => site.Https ? "__Host-budgeting-link" : "budgeting-link";

    /// <summary>The browser's mark; empty when it has none.</summary>
    public string Read() => http.HttpContext!.Request.Cookies[Name] ?? "";

    /// <summary>The browser's mark, given to it now if it has none.</summary>
    public string Give()
    {
        var mark = Read() is { Length: >= 22 } known ? known : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        // Lax, since the link is opened from a mailbox.
        http.HttpContext!.Response.Cookies.Append(Name, mark, new()
        {
            Path = "/", HttpOnly = true, IsEssential = true, MaxAge = Lasts, SameSite = SameSiteMode.Lax, Secure = site.Https || http.HttpContext.Request.IsHttps,
        });
        return mark;
    }
}

/// <summary>Where the site is. Configured under <c>Site</c>.</summary>
/// <param name="Address">The site's own address, with which links in messages begin; null to take that of the request, which nobody but a demonstration may believe.</param>
/// <param name="Https">Whether people reach it by https.</param>
internal sealed record SiteSettings(Uri? Address, bool Https);
