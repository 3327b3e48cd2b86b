using System.Globalization;
using Budgeting.Core;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Shell;

/// <summary>The language of a page: the person's choice, then what the browser asks for, then Finnish.</summary>
public static class LanguageChoice
{
    /// <summary>The language of the current request: <c>fi</c>, <c>sv</c> or <c>en</c>.</summary>
    public static string Current
    {
        get
        {
            var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
            return Languages.All.Contains(language) ? language : Languages.All[0];
        }
    }

    /// <summary>A language's name in that language.</summary>
    public static string NameOf(string language) => language switch
    {
        "fi" => "Suomi",
        "sv" => "Svenska",
        "en" => "English",
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Not a language of the platform."),
    };

    /// <summary>The address that chooses a language and comes back to a page of the site.</summary>
    public static string Link(string language, string returnUrl) =>
        $"/language/{language}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    internal static void AddLanguages(this IServiceCollection services, bool https)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Languages.All[0]);
            options.SupportedCultures = options.SupportedUICultures = [.. Languages.All.Select(CultureInfo.GetCultureInfo)];
            options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = https ? "__Host-budgeting-language" : "budgeting-language" }, new AcceptLanguageHeaderRequestCultureProvider()];
            options.ApplyCurrentCultureToResponseHeaders = true;
        });
    }

    internal static void UseLanguages(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();
        app.Use((context, next) =>
        {
            // The same address answers in several languages: a cache between must not mix them up.
            context.Response.OnStarting(() =>
            {
                if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
                    context.Response.Headers.Vary = "Accept-Language, Cookie";
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    internal static void MapLanguageChoice(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/language/{language}", (string language, string? returnUrl, HttpContext context, IOptions<RequestLocalizationOptions> options) =>
        {
            if (!Languages.All.Contains(language))
                return Results.NotFound();
            context.Response.Cookies.Append(
                options.Value.RequestCultureProviders.OfType<CookieRequestCultureProvider>().First().CookieName,
                CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    HttpOnly = true,
                    IsEssential = true,
                    SameSite = SameSiteMode.Lax,
                    Secure = context.Request.IsHttps,
                    Path = "/",
                });
            return Results.LocalRedirect(LocalOr(returnUrl, "/"));
        });

    /// <summary>An address given by the browser when it is well formed and stays on this site, else another one.</summary>
    internal static string LocalOr(string? url, string otherwise) =>
        url is ['/'] or ['/', not ('/' or '\\'), ..] && url.All(c => c is > ' ' and <= '~') ? url : otherwise;
}
