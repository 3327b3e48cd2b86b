using System.Globalization;
using System.Security.Cryptography;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// Hands a receipt over from the act of casting to the page that shows it, once: in an encrypted cookie of this browser, for whoever cast
/// the vote and not for the next person at the same browser. Nothing of it is stored on the server.
/// </summary>
public sealed class ReceiptHandover(IDataProtectionProvider protection, bool https)
{
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
        context.Response.Cookies.Append(Name, _protector.Protect(Prefix(roundId, voter, pass) + receipt), Options(context, roundId));
    }

    /// <summary>Takes the receipt that was given to this voter, and forgets it; null when there is none.</summary>
    public string? Take(HttpContext context, long roundId, Actor voter, EntryPass? pass)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.Cookies[Name] is not { Length: > 0 } cookie)
            return null;
        context.Response.Cookies.Delete(Name, Options(context, roundId));
        try
        {
            var prefix = Prefix(roundId, voter, pass);
            return _protector.Unprotect(cookie) is var given && given.StartsWith(prefix, StringComparison.Ordinal) ? given[prefix.Length..] : null;
        }
        catch (CryptographicException)
        {
            // Made up, or by a key that is gone.
            return null;
        }
    }

    /// <summary>Forgets a receipt that was not taken.</summary>
    public void Forget(HttpContext context, long roundId)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Delete(Name, Options(context, roundId));
    }

    private static string Prefix(long roundId, Actor voter, EntryPass? pass) => pass is null
        ? string.Create(CultureInfo.InvariantCulture, $"{roundId} account {voter.AccountId}:")
        : string.Create(CultureInfo.InvariantCulture, $"{roundId} entry {pass.EntryId}:");

    private CookieOptions Options(HttpContext context, long roundId) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Strict,
        Secure = https || context.Request.IsHttps,
        Path = string.Create(CultureInfo.InvariantCulture, $"{context.Request.PathBase}/rounds/{roundId}/vote/receipt"),
    };
}
