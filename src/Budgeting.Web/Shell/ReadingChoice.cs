using Budgeting.Web.Texts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Shell;

/// <summary>How somebody wants pages to be written and laid out.</summary>
public enum Reading
{
    /// <summary>As they are.</summary>
    Normal,

    /// <summary>Half as large again, with more contrast and space.</summary>
    Large,

    /// <summary>In plain language: short sentences and easy words wherever there are any.</summary>
    Plain,
}

/// <summary>How a page is to be read: the person's choice, kept in a cookie of their browser.</summary>
public static class ReadingChoice
{
    /// <summary>The choices, in the order they are shown.</summary>
    public static IReadOnlyList<Reading> All { get; } = Enum.GetValues<Reading>();

    /// <summary>The choice of whoever sent the request.</summary>
    public static Reading Reading(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<Chosen>() is { } known)
            return known.Reading;
        var name = context.RequestServices.GetRequiredService<Settings>().CookieName;
        var reading = Parse(context.Request.Cookies[name]) ?? Shell.Reading.Normal;
        context.Features.Set(new Chosen(reading));
        return reading;
    }

    /// <summary>The name of a choice in addresses and in the page's class: <c>large</c>.</summary>
    public static string NameOf(Reading reading) => reading.ToString().ToLowerInvariant();

    /// <summary>The address that makes a choice and comes back to a page of the site.</summary>
    public static string Link(Reading reading, string returnUrl) => $"/reading/{NameOf(reading)}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    internal static void AddReading(this IServiceCollection services, bool https)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(new Settings(https ? "__Host-budgeting-reading" : "budgeting-reading"));
        services.Replace(ServiceDescriptor.Transient(typeof(IStringLocalizer<>), typeof(ReadingLocalizer<>)));
    }

    internal static void MapReadingChoice(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/reading/{reading}", (string reading, string? returnUrl, HttpContext context, Settings settings) =>
        {
            if (Parse(reading) is not { } chosen)
                return Results.NotFound();
            context.Response.Cookies.Append(settings.CookieName, NameOf(chosen), new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365), HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/",
            });
            return Results.LocalRedirect(LanguageChoice.LocalOr(returnUrl, "/"));
        });

    private static Reading? Parse(string? name) => All.Where(reading => NameOf(reading) == name).Select(reading => (Reading?)reading).FirstOrDefault();

    internal sealed record Settings(string CookieName);

    private sealed record Chosen(Reading Reading);
}
