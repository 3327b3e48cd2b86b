using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace Budgeting.Web.SignIn;

/// <summary>A provider does not do what is needed of it: it cannot be reached, or its settings do not fit.</summary>
/// <param name="reason">Why, with nothing about a person in it.</param>
/// <param name="inner">What was the fault.</param>
internal sealed class OidcUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>What a provider says of itself, and the keys it signs with.</summary>
internal sealed record OidcMetadata(string Issuer, string AuthorizationEndpoint, string TokenEndpoint, IReadOnlyList<SecurityKey> Keys, DateTimeOffset ReadAt);

/// <summary>Reads what providers say of themselves. It is remembered for an hour, and read anew when a token bears a signature that no known key made.</summary>
internal sealed class OidcMetadataSource(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>The client by which the server speaks to providers.</summary>
    public const string Client = "oidc";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, OidcMetadata> _known = new();

    /// <summary>What a provider says.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="anew">Whether what is remembered will not do.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="OidcUnavailableException">It cannot be had, or does not fit.</exception>
    public async Task<OidcMetadata> ReadAsync(OidcProvider provider, bool anew, CancellationToken cancellation)
    {
        if (!anew && _known.TryGetValue(provider.Key, out var known) && (time.GetUtcNow() - known.ReadAt).Duration() < Lasts)
            return known;
        try
        {
            using var client = clients.CreateClient(Client);
            var document = await client.GetFromJsonAsync<Document>($"{provider.Authority.TrimEnd('/')}/.well-known/openid-configuration", cancellation);
            if (document?.Issuer is not { } issuer || issuer.TrimEnd('/') != provider.Authority.TrimEnd('/'))
                throw new OidcUnavailableException("its issuer is not the one that is configured");
            if (!OidcProvider.IsSafe(document.AuthorizationEndpoint) || !OidcProvider.IsSafe(document.TokenEndpoint) || !OidcProvider.IsSafe(document.JwksUri))
                throw new OidcUnavailableException("its addresses are missing, or not by https");
            if (document.CodeChallengeMethods is { } methods && !methods.Contains("S256"))
                throw new OidcUnavailableException("it takes no code challenge by S256");
            var keys = new JsonWebKeySet(await client.GetStringAsync(document.JwksUri, cancellation)).GetSigningKeys();
            return _known[provider.Key] = new(issuer, document.AuthorizationEndpoint!, document.TokenEndpoint!, [.. keys], time.GetUtcNow());
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or NotSupportedException or ArgumentException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new OidcUnavailableException("its settings or its keys cannot be read", fault);
        }
    }

    private sealed record Document(
        [property: JsonPropertyName("issuer")] string? Issuer,
        [property: JsonPropertyName("authorization_endpoint")] string? AuthorizationEndpoint,
        [property: JsonPropertyName("token_endpoint")] string? TokenEndpoint,
        [property: JsonPropertyName("jwks_uri")] string? JwksUri,
        [property: JsonPropertyName("code_challenge_methods_supported")] IReadOnlyList<string>? CodeChallengeMethods);
}
