using System.Net;
using System.Net.Sockets;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Shell;

/// <summary>How often one address may try, and how much is downloaded at a time, from the configuration section <c>RateLimits</c>.</summary>
public sealed class RateLimits
{
    /// <summary>The policy of pages where people sign in: <c>[EnableRateLimiting(RateLimits.SignInPolicy)]</c> on the page model. It counts posts only.</summary>
    public const string SignInPolicy = "sign-in";

    /// <summary>Attempts to sign in.</summary>
    public Window SignIn { get; set; } = new();

    /// <summary>Downloads that are read from the database while they are sent.</summary>
    public Places Downloads { get; set; } = new();

    /// <summary>So many at a time.</summary>
    public sealed class Places
    {
        /// <summary>In one server process.</summary>
        public int AtATime { get; set; } = 8;

        /// <summary>To one address.</summary>
        public int PerAddress { get; set; } = 2;
    }

    /// <summary>So many attempts in so many seconds.</summary>
    public sealed class Window
    {
        /// <summary>The attempts.</summary>
        public int Permits { get; set; } = 10;

        /// <summary>The seconds.</summary>
        public int WindowSeconds { get; set; } = 60;
    }
}

/// <summary>
/// Places for downloads that are read from the database while they are sent. Each holds one of the process's connections for as long as whoever reads takes
/// about it, and the ballot box needs connections too; so there are few places, and few for one address.
/// </summary>
public sealed class DownloadPlaces : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _places;

    /// <summary>Makes as many as the settings say.</summary>
    public DownloadPlaces(IOptions<RateLimits> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var downloads = limits.Value.Downloads;
        _places = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetConcurrencyLimiter(
                RateLimitRegistration.Household(context.Connection.RemoteIpAddress), _ => new() { PermitLimit = downloads.PerAddress })),
            PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = downloads.AtATime })));
    }

    /// <summary>Takes a place, to be disposed of when the download has ended; waits for none.</summary>
    public RateLimitLease Take(HttpContext context) => _places.AttemptAcquire(context);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}

/// <summary>Registers the rate limits.</summary>
internal static class RateLimitRegistration
{
    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<RateLimits>(configuration.GetSection("RateLimits"));
        services.AddSingleton<DownloadPlaces>();
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                    context.HttpContext.Response.Headers.RetryAfter =
                        Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            options.AddPolicy(RateLimits.SignInPolicy, context =>
                PerAddress(context, context.RequestServices.GetRequiredService<IOptions<RateLimits>>().Value.SignIn));
        });
    }

    // A household has a whole /64 of IPv6 to choose addresses from.
    internal static string Household(IPAddress? address) => address switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } => new IPNetwork(new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]), 64).ToString(),
        _ => address.ToString(),
    };

    private static RateLimitPartition<string> PerAddress(HttpContext context, RateLimits.Window window) =>
        HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(
                Household(context.Connection.RemoteIpAddress),
                _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = window.Permits,
                    Window = TimeSpan.FromSeconds(window.WindowSeconds),
                })
            : RateLimitPartition.GetNoLimiter("reading");
}
