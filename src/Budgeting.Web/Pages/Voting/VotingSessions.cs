using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core.Electorate;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Keeps the pass of somebody who votes by a code: in an encrypted cookie of this browser and this round's pages, for half an hour after
/// each page. Nothing of it is stored on the server.
/// </summary>
public sealed partial class VotingSessions(IDataProtectionProvider protection, TimeProvider time, bool https)
{
    // At a station too: its pages wipe after a voter who is gone, and one who reads and ponders sends nothing.
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.VotingSession");

    private string Name => https ? "__Secure-budgeting-pass" : "budgeting-pass";

    /// <summary>The pass for a round, which from now on lasts its time anew; null when there is none or its time is over.</summary>
    public EntryPass? Find(HttpContext context, long roundId)
    {
        var pass = Read(context, roundId);
        if (pass is not null)
            Begin(context, pass);
        return pass;
    }

    /// <summary>The pass for a round; null when there is none or its time is over.</summary>
    public EntryPass? Read(HttpContext context, long roundId)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Read(context) is { } session && session.Pass.RoundId == roundId && session.Ends > time.GetUtcNow() ? session.Pass : null;
    }

    /// <summary>Begins or prolongs the session of somebody whom the register has just admitted.</summary>
    public void Begin(HttpContext context, EntryPass pass, Voter voter)
    {
        ArgumentNullException.ThrowIfNull(pass);
        Begin(context, pass.AdmittedAs(voter, time.GetUtcNow()));
    }

    /// <summary>Begins a session, or prolongs it.</summary>
    public void Begin(HttpContext context, EntryPass pass)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(pass);
        var ends = time.GetUtcNow() + Lasts;
        var session = new Session(pass, pass.Until < ends ? pass.Until.Value : ends);
        context.Response.Cookies.Append(Name, _protector.Protect(JsonSerializer.Serialize(session, SessionJson.Default.Session)), Options(context, pass.RoundId));
        // A page for whoever holds the pass is nobody else's: the next person at the browser must not come back to it.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends the session of this browser.</summary>
    public void End(HttpContext context, long roundId)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Name, Options(context, roundId));
    }

    private Session? Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Name] is { Length: > 0 } cookie ? JsonSerializer.Deserialize(_protector.Unprotect(cookie), SessionJson.Default.Session) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or JsonException)
        {
            // Made up, or by a key that is gone.
            return null;
        }
    }

    private CookieOptions Options(HttpContext context, long roundId) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Strict,
        Secure = https || context.Request.IsHttps,
        Path = context.Request.PathBase + string.Create(CultureInfo.InvariantCulture, $"/rounds/{roundId}"),
    };

    internal sealed record Session(EntryPass Pass, DateTimeOffset Ends);

    [JsonSerializable(typeof(Session))]
    internal sealed partial class SessionJson : JsonSerializerContext;
}

/// <summary>What the notice of a session needs.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Kind">By which code the session began.</param>
public sealed record SessionNotice(long RoundId, PassKind Kind);
