using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core.Stations;
using Budgeting.Web.Pages.Voting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Shell;

/// <summary>Marks pages that a station shows. It shows no others.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AtStationAttribute : Attribute;

/// <summary>Keeps in a device that it is a station: in an encrypted cookie, and nothing else of the device's makes it one.</summary>
public sealed partial class StationDevices(IDataProtectionProvider protection, VotingSessions sessions, ReceiptHandover handover, bool https)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.Station");

    private string Name => https ? "__Host-budgeting-station" : "budgeting-station";

    /// <summary>Whether the device says that it is a station, true or not.</summary>
    public bool Claims(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies.ContainsKey(Name);
    }

    /// <summary>What the device was given when it became a station; null for other devices.</summary>
    public StationPass? Read(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            return context.Request.Cookies[Name] is { Length: > 0 } cookie ? JsonSerializer.Deserialize(_protector.Unprotect(cookie), PassJson.Default.StationPass) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or JsonException)
        {
            // Made up, or by a key that is gone.
            return null;
        }
    }

    /// <summary>Makes the device a station.</summary>
    public void Keep(HttpContext context, StationPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        Wipe(context, pass.RoundId);
        // Longer than any voting: a device that is switched off for the night is a station again in the morning.
        var options = Options(context);
        options.MaxAge = TimeSpan.FromDays(60);
        context.Response.Cookies.Append(Name, _protector.Protect(JsonSerializer.Serialize(pass, PassJson.Default.StationPass)), options);
    }

    /// <summary>Makes the device like any other again.</summary>
    public void Forget(HttpContext context)
    {
        if (Read(context) is { } pass)
            Wipe(context, pass.RoundId);
        context.Response.Cookies.Delete(Name, Options(context));
    }

    /// <summary>Takes everything of the last voter from the device: the pass, the receipt, the forms' token, so that no form of theirs is taken from the next, and what they chose of language and reading.</summary>
    public void Wipe(HttpContext context, long roundId)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var name in context.Request.Cookies.Keys.Where(name => name != Name))
            context.Response.Cookies.Delete(name, Options(context));
        // These two belong to other paths.
        sessions.End(context, roundId);
        handover.Forget(context, roundId);
        // Whatever a script has kept, should one ever.
        context.Response.Headers["Clear-Site-Data"] = "\"storage\"";
    }

    private CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = https || context.Request.IsHttps, Path = "/",
    };

    [JsonSerializable(typeof(StationPass))]
    internal sealed partial class PassJson : JsonSerializerContext;
}

/// <summary>The station that a request comes from.</summary>
public static class StationRequests
{
    /// <summary>The station; null for other devices.</summary>
    public static StationHere? Station(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<StationHere>();
    }

    /// <summary>Where the next voter begins.</summary>
    public static string StartPage(this StationPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return string.Create(CultureInfo.InvariantCulture, $"/rounds/{pass.RoundId}/code");
    }
}

/// <summary>Keeps a station to the pages of voting in its round, by nobody's account, and out of every cache.</summary>
internal sealed class StationMode(RequestDelegate next, StationDevices devices)
{
    public async Task InvokeAsync(HttpContext context, IStations stations)
    {
        if (!devices.Claims(context) || context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is null)
        {
            await next(context);
            return;
        }
        context.User = new ClaimsPrincipal(new ClaimsIdentity());
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (devices.Read(context) is not { } pass || await stations.FindAsync(pass, context.RequestAborted) is not { } station)
        {
            // Closed, or voting is over: whoever stands before it is told so, and nothing is left.
            devices.Forget(context);
            context.Response.Redirect($"{context.Request.PathBase}/station?ended=true");
            return;
        }
        context.Features.Set(station);
        if (Shows(context, pass.RoundId))
            await next(context);
        else
            context.Response.Redirect($"{context.Request.PathBase}/rounds/{pass.RoundId.ToString(CultureInfo.InvariantCulture)}/vote");
    }

    private static bool Shows(HttpContext context, long roundId) =>
        context.GetEndpoint()!.Metadata.GetMetadata<AtStationAttribute>() is not null
        && (context.GetRouteValue("roundId") is not { } asked || Convert.ToString(asked, CultureInfo.InvariantCulture) == roundId.ToString(CultureInfo.InvariantCulture));
}
