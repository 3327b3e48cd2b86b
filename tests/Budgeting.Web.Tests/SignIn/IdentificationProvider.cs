using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Answers = Microsoft.AspNetCore.Http.Results;

namespace Budgeting.Web.Tests.SignIn;

/// <summary>What is wrong with an answer of the provider.</summary>
public enum ProviderFault
{
    None, WrongNonce, NoNonce, WrongAudience, ForeignParty, WrongIssuer, Expired, NotYet, Endless, Unsigned, HmacByPublicKey, UnknownKey, OtherKeyUnderKnownName,
    BrokenSignature, NoSubject, WeakAssurance, TokenDown, NoToken, NotJson,
}

/// <summary>Somebody who can identify.</summary>
public sealed record ProviderPerson(string Subject, string Name, string? Identifier, bool Protected = false);

/// <summary>
/// A provider of e-identification on a port of its own: settings, keys, a page that asks who one is, codes that are good once and only with the verifier of their challenge. It can be told
/// to answer wrongly.
/// </summary>
public sealed class IdentificationProvider : IAsyncDisposable
{
    public const string IdentifierClaim = "urn:oid:1.2.246.21", ProtectionClaim = "urn:example:turvakielto";
    private const string ClientId = "budgeting", Secret = "s3cret &/+";

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (ProviderPerson Person, IQueryCollection Query)> _codes = new();
    private readonly List<(string Id, RSA Key)> _keys = [("key-1", RSA.Create(2048))];

    private IdentificationProvider(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public ProviderFault Fault { get; set; }

    /// <summary>Whether it says that it takes code challenges only as they are.</summary>
    public bool PlainChallengesOnly { get; set; }

    /// <summary>Where browsers are really sent back to: a site on a port of its own does not know the port in its settings.</summary>
    public Func<string, string> SendBack { get; set; } = address => address;

    /// <summary>Whether it is out of order altogether.</summary>
    public bool Down { get; set; }

    public IReadOnlyList<ProviderPerson> People { get; } =
    [
        new("subject-anna-4711", "Anna Virtanen", "131052-308T"), new("subject-bo-4712", "Bo Holm", "010594-9021"), new("subject-cecilia-4713", "Cecilia Salo", "020202A9021", Protected: true),
    ];

    public string Address { get; private set; } = "";

    /// <summary>How often its keys were read.</summary>
    public int KeysRead { get; private set; }

    /// <summary>Everything secret it gave out.</summary>
    public ConcurrentBag<string> Given { get; } = [];

    /// <summary>The settings of a site that uses it.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings =>
    [
        ("SignIn:Providers:0:Key", "suomi-fi"), ("SignIn:Providers:0:Name:fi", "Suomi.fi-tunnistus"), ("SignIn:Providers:0:Name:sv", "Suomi.fi-identifikation"), ("SignIn:Providers:0:Name:en", "Suomi.fi e-Identification"),
        ("SignIn:Providers:0:Authority", Address), ("SignIn:Providers:0:ClientId", ClientId), ("SignIn:Providers:0:ClientSecret", Secret), ("SignIn:Providers:0:Scope", "openid profile"),
        ("SignIn:Providers:0:IdentifierClaim", IdentifierClaim), ("SignIn:Providers:0:NameClaim", "name"), ("SignIn:Providers:0:ProtectionClaim", ProtectionClaim),
    ];

    public static async Task<IdentificationProvider> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var provider = new IdentificationProvider(builder.Build(), time);
        provider.Map();
        await provider._app.StartAsync();
        provider.Address = provider._app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        return provider;
    }

    /// <summary>Takes a new key; the old one is not published any more.</summary>
    public void Rotate()
    {
        _keys.Clear();
        _keys.Add(($"key-{Guid.NewGuid():n}", RSA.Create(2048)));
    }

    /// <summary>Identifies as somebody, as a browser would, and gives the address that the browser is sent back to.</summary>
    public async Task<Uri> ChooseAsync(Uri authorise, string subject)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var page = await browser.GetAsync(authorise);
        Assert.True(page.StatusCode == HttpStatusCode.OK, $"{(int)page.StatusCode}: {await page.Content.ReadAsStringAsync()}");
        var chosen = await browser.PostAsync(authorise, new FormUrlEncodedContent([new("subject", subject)]));
        return chosen.Headers.Location!;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Map()
    {
        _app.Use((context, next) =>
        {
            if (!Down)
                return next(context);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        _app.MapGet("/.well-known/openid-configuration", () => Json(new()
        {
            ["issuer"] = Address, ["authorization_endpoint"] = $"{Address}/authorize", ["token_endpoint"] = $"{Address}/token", ["jwks_uri"] = $"{Address}/keys",
            ["code_challenge_methods_supported"] = PlainChallengesOnly ? new[] { "plain" } : ["plain", "S256"],
        }));
        _app.MapGet("/keys", () =>
        {
            KeysRead++;
            return Json(new()
            {
                ["keys"] = _keys.Select(key => new Dictionary<string, object>
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["kid"] = key.Id, ["n"] = Base64Url.EncodeToString(key.Key.ExportParameters(false).Modulus), ["e"] = Base64Url.EncodeToString(key.Key.ExportParameters(false).Exponent),
                }).ToList(),
            });
        });
        _app.MapGet("/authorize", (HttpRequest request) => Asked(request.Query) is { } wrong
            ? Answers.BadRequest(wrong)
            : Answers.Content($"""
                <!DOCTYPE html><html lang="en"><title>Provider</title><main><h1>Who are you?</h1><form method="post">{string.Join('\n', People.Select(person => $"<p><button name=subject value={person.Subject}>{person.Name}</button></p>"))}
                <p><button name=subject value="">Cancel</button></p></form></main></html>
                """, "text/html"));
        _app.MapPost("/authorize", async (HttpRequest request) =>
        {
            if (Asked(request.Query) is { } wrong)
                return Answers.BadRequest(wrong);
            var back = SendBack(request.Query["redirect_uri"].ToString());
            var chosen = (await request.ReadFormAsync())["subject"].ToString();
            if (People.FirstOrDefault(person => person.Subject == chosen) is not { } person)
                return Answers.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = request.Query["state"] }));
            var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
            _codes[code] = (person, request.Query);
            Given.Add(code);
            return Answers.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["state"] = request.Query["state"], ["iss"] = Address }));
        });
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            if (Fault == ProviderFault.TokenDown)
                return Answers.StatusCode(500);
            if (Fault == ProviderFault.NotJson)
                return Answers.Text("<html>");
            var form = await request.ReadFormAsync();
            var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}"));
            if (request.Headers.Authorization != basic)
                return Json(new() { ["error"] = "invalid_client" }, 401);
            // Good once, for the address it was given for, and with the verifier of its challenge.
            if (!_codes.TryRemove(form["code"].ToString(), out var code)
                || form["redirect_uri"] != code.Query["redirect_uri"]
                || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != code.Query["code_challenge"])
                return Json(new() { ["error"] = "invalid_grant" }, 400);
            if (Fault == ProviderFault.NoToken)
                return Json(new() { ["access_token"] = "x", ["token_type"] = "Bearer" });
            var token = Token(code.Person, code.Query["nonce"].ToString());
            Given.Add(token);
            return Json(new() { ["access_token"] = "x", ["token_type"] = "Bearer", ["id_token"] = token });
        });
    }

    // Whoever asks without a code challenge by S256 is refused.
    private static string? Asked(IQueryCollection query) =>
        query["response_type"] != "code" ? "response_type"
        : query["client_id"] != ClientId ? "client_id"
        : !query["redirect_uri"].ToString().EndsWith("/sign-in/with/suomi-fi/return", StringComparison.Ordinal) ? "redirect_uri"
        : query["code_challenge_method"] != "S256" || query["code_challenge"].ToString().Length != 43 ? "code_challenge"
        : query["state"].ToString().Length < 22 || query["nonce"].ToString().Length < 22 ? "state, nonce"
        : null;

    private string Token(ProviderPerson person, string nonce)
    {
        var now = _time.GetUtcNow();
        var (id, key) = _keys[0];
        Dictionary<string, object> claims = new()
        {
            ["iss"] = Fault == ProviderFault.WrongIssuer ? "https://other.example" : Address,
            ["aud"] = Fault switch { ProviderFault.WrongAudience => "other", ProviderFault.ForeignParty => new[] { ClientId, "other" }, _ => ClientId },
            ["iat"] = now.ToUnixTimeSeconds(), ["nbf"] = (Fault == ProviderFault.NotYet ? now.AddMinutes(3) : now).ToUnixTimeSeconds(),
            ["exp"] = (Fault == ProviderFault.Expired ? now.AddMinutes(-3) : now.AddMinutes(5)).ToUnixTimeSeconds(),
            ["sub"] = person.Subject, ["name"] = person.Name, ["nonce"] = Fault == ProviderFault.WrongNonce ? "another" : nonce, ["acr"] = Fault == ProviderFault.WeakAssurance ? "low" : "substantial",
        };
        if (Fault == ProviderFault.ForeignParty)
            claims["azp"] = "other";
        foreach (var (fault, claim) in new[] { (ProviderFault.NoNonce, "nonce"), (ProviderFault.Endless, "exp"), (ProviderFault.NoSubject, "sub") })
        {
            if (Fault == fault)
                claims.Remove(claim);
        }
        if (person.Identifier is not null)
            claims[IdentifierClaim] = person.Identifier;
        if (person.Protected)
            claims[ProtectionClaim] = "1";
        var header = Fault switch
        {
            ProviderFault.Unsigned => new Dictionary<string, object> { ["alg"] = "none" },
            ProviderFault.HmacByPublicKey => new() { ["alg"] = "HS256", ["kid"] = id },
            ProviderFault.UnknownKey => new() { ["alg"] = "RS256", ["kid"] = "unknown" },
            _ => new() { ["alg"] = "RS256", ["kid"] = id, ["typ"] = "JWT" },
        };
        var text = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = Fault switch
        {
            ProviderFault.Unsigned => [],
            ProviderFault.HmacByPublicKey => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), bytes),
            ProviderFault.UnknownKey or ProviderFault.OtherKeyUnderKnownName => RSA.Create(2048).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        if (Fault == ProviderFault.BrokenSignature)
            signature[0] ^= 1;
        return $"{text}.{Base64Url.EncodeToString(signature)}";

        static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
    }

    private static IResult Json(Dictionary<string, object> value, int status = 200) => Answers.Text(JsonSerializer.Serialize(value), "application/json", Encoding.UTF8, status);
}
