using Microsoft.AspNetCore.HttpOverrides;

namespace Budgeting.Web.Shell;

/// <summary>Where the site is reached, and by which scheme.</summary>
internal static class SiteAddress
{
    private const string Local = "http://localhost:5080";

    /// <summary>
    /// Whether people reach the site by https: the setting <c>Site:Https</c>, or else everywhere but in development.
    /// Over plain http a browser takes neither Secure cookies nor names that start with <c>__Host-</c>.
    /// </summary>
    public static bool IsHttps(WebApplicationBuilder builder) =>
        builder.Configuration.GetValue("Site:Https", !builder.Environment.IsDevelopment());

    /// <summary>Listens on one local address unless an address is configured.</summary>
    public static void ListenLocallyByDefault(this WebApplicationBuilder builder)
    {
        // In code and not in appsettings.json, where it would win over ASPNETCORE_URLS and a container's HTTP_PORTS.
        string[] settings = ["urls", "http_ports", "https_ports"];
        if (settings.All(setting => string.IsNullOrEmpty(builder.Configuration[setting])))
            builder.WebHost.UseUrls(Local);
    }

    /// <summary>
    /// Believes X-Forwarded-For and X-Forwarded-Proto from the networks of the setting <c>Site:Proxies</c> (CIDR blocks),
    /// besides the machine itself. Without this a proxy's address would stand for everyone's in the rate limits.
    /// </summary>
    public static void AddForwardedAddresses(this IServiceCollection services, IConfiguration configuration) =>
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var network in configuration.GetSection("Site:Proxies").Get<string[]>() ?? [])
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
}
