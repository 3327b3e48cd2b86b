using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core;
using Budgeting.Core.SignIn;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Budgeting.Web.SignIn;

/// <summary>What a provider sends a browser back with.</summary>
/// <param name="Code">The code; null when there is none.</param>
/// <param name="State">What it was sent away with.</param>
/// <param name="Error">Why there is no code.</param>
/// <param name="Issuer">Who says so (RFC 9207); null with providers that do not say.</param>
public sealed record OidcReturn(string? Code, string? State, string? Error, string? Issuer);

/// <summary>
/// The code flow of OpenID Connect with PKCE, state and nonce. State, nonce and verifier travel in an encrypted cookie of the browser that began,
/// so that nobody else's answer is taken; the cookie is used up by the first answer.
/// </summary>
/// <remarks>What is refused is logged by its reason alone: no claim, no code, no token, no fault's text ever reaches the log.</remarks>
internal sealed partial class OidcFlow(
    OidcMetadataSource source, IHttpClientFactory clients, IHttpContextAccessor http, SiteSettings site, IDataProtectionProvider protection, TimeProvider time, ILogger<OidcFlow> log)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    // Signatures by a key pair alone. With a shared secret in this list, the provider's public key would do as one.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.OidcFlow");

    /// <summary>Where the browser goes to identify.</summary>
    /// <returns>The address, or <c>Oidc.Unavailable</c>.</returns>
    public async Task<Outcome<string>> BeginAsync(OidcProvider provider, string? returnUrl, CancellationToken cancellation)
    {
        OidcMetadata metadata;
        try
        {
            metadata = await source.ReadAsync(provider, anew: false, cancellation);
        }
        catch (OidcUnavailableException fault)
        {
            return Unavailable(provider, fault);
        }
        var begun = new Begun(provider.Key, Random(), Random(), Random(), LanguageChoice.LocalOr(returnUrl, "/"), time.GetUtcNow());
        Http.Response.Cookies.Append(CookieName, _protector.Protect(JsonSerializer.Serialize(begun)), Cookie(Lasts));
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = provider.ClientId, ["redirect_uri"] = ReturnAddress(provider), ["scope"] = provider.Scope,
            ["state"] = begun.State, ["nonce"] = begun.Nonce, ["ui_locales"] = LanguageChoice.Current,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(begun.Verifier))), ["code_challenge_method"] = "S256",
        };
        if (provider.AcrValues.Length > 0)
            query["acr_values"] = provider.AcrValues;
        if (provider.Prompt.Length > 0)
            query["prompt"] = provider.Prompt;
        return QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, query);
    }

    /// <summary>Whom the provider has identified, and where they were going.</summary>
    /// <returns>
    /// The person, or <c>Oidc.Stale</c> (not begun in this browser, too long ago, answered already), <c>Oidc.Cancelled</c>, <c>Oidc.Unavailable</c>, <c>Oidc.Refused</c> (the answer is not
    /// one to be believed).
    /// </returns>
    public async Task<Outcome<(Identification Person, string ReturnUrl)>> FinishAsync(OidcProvider provider, OidcReturn answer, CancellationToken cancellation)
    {
        var begun = TakeBegun();
        if (begun is null || begun.Provider != provider.Key || begun.At + Lasts <= time.GetUtcNow() || !Same(begun.State, answer.State))
            return Refused(provider, "Oidc.Stale", "state");
        if (answer.Error is { Length: > 0 } error)
        {
            return error switch
            {
                "access_denied" or "login_required" or "interaction_required" => Refusal.Of("Oidc.Cancelled"),
                "temporarily_unavailable" or "server_error" => Refused(provider, "Oidc.Unavailable", "error"),
                _ => Refused(provider, "Oidc.Refused", "error"),
            };
        }
        if (string.IsNullOrEmpty(answer.Code))
            return Refused(provider, "Oidc.Refused", "no code");
        try
        {
            var metadata = await source.ReadAsync(provider, anew: false, cancellation);
            if (answer.Issuer is { } issuer && issuer != metadata.Issuer)
                return Refused(provider, "Oidc.Refused", "issuer of the answer");
            if (await RedeemAsync(provider, metadata, answer.Code, begun.Verifier, cancellation) is not { } written)
                return Refused(provider, "Oidc.Stale", "code");
            var checkedToken = await CheckAsync(provider, metadata, written);
            if (checkedToken.Exception is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException)
            {
                // The provider may have changed its keys a moment ago.
                metadata = await source.ReadAsync(provider, anew: true, cancellation);
                checkedToken = await CheckAsync(provider, metadata, written);
            }
            if (!checkedToken.IsValid || checkedToken.SecurityToken is not JsonWebToken token)
                return Refused(provider, "Oidc.Refused", checkedToken.Exception?.GetType().Name ?? "token");
            if (!Same(begun.Nonce, Text(token, "nonce")))
                return Refused(provider, "Oidc.Refused", "nonce");
            // A token for several is for this site only when it was given to it.
            if (Text(token, "azp") is { } party ? party != provider.ClientId : token.Audiences.Count() > 1)
                return Refused(provider, "Oidc.Refused", "authorised party");
            if (provider.AcrValues.Length > 0 && !provider.AcrValues.Split(' ').Contains(Text(token, "acr")))
                return Refused(provider, "Oidc.Refused", "level of assurance");
            if (Text(token, "sub") is not { Length: > 0 and <= 255 } subject)
                return Refused(provider, "Oidc.Refused", "subject");
            return (new Identification(provider.Key, metadata.Issuer, subject, Text(token, provider.IdentifierClaim), Text(token, provider.NameClaim), IsSet(Text(token, provider.ProtectionClaim))), begun.ReturnUrl);
        }
        catch (OidcUnavailableException fault)
        {
            return Unavailable(provider, fault);
        }
    }

    /// <summary>Where the person was going who began in this browser; null when nobody did, or the browser does not tell any more.</summary>
    public string? Going => ReadBegun()?.ReturnUrl;

    private HttpContext Http => http.HttpContext!;

    private string CookieName => site.Https ? "__Host-budgeting-oidc" : "budgeting-oidc";

    private string ReturnAddress(OidcProvider provider) =>
        $"{site.Address?.GetLeftPart(UriPartial.Authority) ?? $"{Http.Request.Scheme}://{Http.Request.Host}"}/sign-in/with/{provider.Key}/return";

    // Lax, since the browser comes back from elsewhere.
    private CookieOptions Cookie(TimeSpan? lasts) => new()
    {
        Path = "/", HttpOnly = true, IsEssential = true, MaxAge = lasts, SameSite = SameSiteMode.Lax, Secure = site.Https || Http.Request.IsHttps,
    };

    private Begun? TakeBegun()
    {
        if (Http.Request.Cookies.ContainsKey(CookieName))
            Http.Response.Cookies.Delete(CookieName, Cookie(null));
        return ReadBegun();
    }

    private Begun? ReadBegun()
    {
        if (Http.Request.Cookies[CookieName] is not { Length: > 0 } cookie)
            return null;
        try
        {
            return JsonSerializer.Deserialize<Begun>(_protector.Unprotect(cookie));
        }
        catch (Exception fault) when (fault is CryptographicException or JsonException or FormatException)
        {
            // Made up, cut off, or by a key that is gone.
            return null;
        }
    }

    /// <summary>The token for a code; null when the provider does not take the code.</summary>
    private async Task<string?> RedeemAsync(OidcProvider provider, OidcMetadata metadata, string code, string verifier, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = ReturnAddress(provider), ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        if (provider.ClientSecret.Length > 0 && !provider.SecretInForm)
        {
            var credentials = $"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(provider.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        else
        {
            form["client_id"] = provider.ClientId;
            if (provider.ClientSecret.Length > 0)
                form["client_secret"] = provider.ClientSecret;
        }
        request.Content = new FormUrlEncodedContent(form);
        try
        {
            using var client = clients.CreateClient(OidcMetadataSource.Client);
            using var response = await client.SendAsync(request, cancellation);
            var body = JsonSerializer.Deserialize<TokenAnswer>(await response.Content.ReadAsStringAsync(cancellation));
            if (body?.Error == "invalid_grant")
                return null;
            return response.IsSuccessStatusCode && body?.IdToken is { Length: > 0 } token ? token : throw new OidcUnavailableException("it gives no token");
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new OidcUnavailableException("its token endpoint does not answer", fault);
        }
    }

    private Task<TokenValidationResult> CheckAsync(OidcProvider provider, OidcMetadata metadata, string token) => new JsonWebTokenHandler().ValidateTokenAsync(token, new()
    {
        ValidIssuer = metadata.Issuer,
        ValidAudience = provider.ClientId,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = metadata.Keys,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (notBefore, expires, _, _) =>
            time.GetUtcNow().UtcDateTime is var now && expires > now - Skew && (notBefore is null || notBefore <= now + Skew),
    });

    private static string? Text(JsonWebToken token, string claim) =>
        claim.Length > 0 && token.TryGetClaim(claim, out var found) && found.Value.Length > 0 ? found.Value : null;

    private static bool IsSet(string? flag) => flag is not null && flag.Trim().ToUpperInvariant() is not ("" or "FALSE" or "0" or "NO");

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static bool Same(string expected, string? given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given ?? ""));

    private Refusal Refused(OidcProvider provider, string key, string reason)
    {
        LogRefused(provider.Key, reason);
        return Refusal.Of(key);
    }

    private Refusal Unavailable(OidcProvider provider, OidcUnavailableException fault)
    {
        LogUnavailable(provider.Key, fault.Message, fault.InnerException?.GetType().Name);
        return Refusal.Of("Oidc.Unavailable");
    }

    [LoggerMessage(LogLevel.Warning, "An answer of the identification provider {Provider} was refused: {Reason}")]
    private partial void LogRefused(string provider, string reason);

    [LoggerMessage(LogLevel.Error, "The identification provider {Provider} cannot be used: {Reason} ({Fault})")]
    private partial void LogUnavailable(string provider, string reason, string? fault);

    private sealed record Begun(string Provider, string State, string Nonce, string Verifier, string ReturnUrl, DateTimeOffset At);

    private sealed record TokenAnswer([property: JsonPropertyName("id_token")] string? IdToken, [property: JsonPropertyName("error")] string? Error);
}
