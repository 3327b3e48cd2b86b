using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Keeps the receipt of a vote in the browser that cast it, as the proof on which the choices are shown there: in an encrypted cookie of the voting pages, for half an hour,
/// for whoever cast the vote and not for the next person at the same browser. It ends with the session. Nothing of it is stored on the server.
/// </summary>
public sealed partial class ReceiptHandover(IDataProtectionProvider protection, TimeProvider time, bool https)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.ReceiptHandover");

    private string Name => https ? "__Secure-budgeting-receipt" : "budgeting-receipt";

    /// <summary>Gives a receipt.</summary>
    /// <param name="context">The answer to the act of casting.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="voter">Who cast.</param>
    /// <param name="pass">The pass it was cast by, if any.</param>
    /// <param name="receipt">The receipt's code.</param>
    public void Give(HttpContext context, long roundId, Actor voter, EntryPass? pass, string receipt)
    {
        ArgumentNullException.ThrowIfNull(context);
        var given = new Given(VoterOf(roundId, voter, pass), receipt, time.GetUtcNow() + Lasts);
        context.Response.Cookies.Append(Name, _protector.Protect(JsonSerializer.Serialize(given, GivenJson.Default.Given)), Options(context, roundId));
    }

    /// <summary>The receipt that was given to this voter in this browser; null when there is none, or its time is over.</summary>
    public string? Read(HttpContext context, long roundId, Actor voter, EntryPass? pass)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Read(context) is not { } given || given.Voter != VoterOf(roundId, voter, pass) || given.Ends <= time.GetUtcNow())
            return null;
        // The next person at the browser must not come back to it.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return given.Receipt;
    }

    /// <summary>Forgets the receipt of this browser.</summary>
    public void Forget(HttpContext context, long roundId)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Name, Options(context, roundId));
    }

    private Given? Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Name] is { Length: > 0 } cookie ? JsonSerializer.Deserialize(_protector.Unprotect(cookie), GivenJson.Default.Given) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or JsonException)
        {
            // Made up, or by a key that is gone.
            return null;
        }
    }

    private static string VoterOf(long roundId, Actor voter, EntryPass? pass) => pass is null
        ? string.Create(CultureInfo.InvariantCulture, $"{roundId} account {voter.AccountId}")
        : string.Create(CultureInfo.InvariantCulture, $"{roundId} entry {pass.EntryId} {pass.Kind} {pass.Stamp}");

    private CookieOptions Options(HttpContext context, long roundId) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Strict,
        Secure = https || context.Request.IsHttps,
        Path = string.Create(CultureInfo.InvariantCulture, $"{context.Request.PathBase}/rounds/{roundId}/vote"),
    };

    internal sealed record Given(string Voter, string Receipt, DateTimeOffset Ends);

    [JsonSerializable(typeof(Given))]
    internal sealed partial class GivenJson : JsonSerializerContext;
}
