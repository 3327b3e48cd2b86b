using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Playwright;

namespace Budgeting.Browser.Tests;

/// <summary>A passkey made by a test, both halves of its key.</summary>
public sealed record HeldPasskey(byte[] Id, string PrivateKey, byte[] PublicKey, long AccountId)
{
    /// <summary>The counter to begin with in an authenticator, above that of all it was in before: one that goes back is refused.</summary>
    public int NextCount() => _count += 1_000;

    private int _count;

    public static HeldPasskey Make(long accountId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        // As COSE writes it: type EC2, algorithm ES256, curve P-256, x and y.
        byte[] cose = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        return new(RandomNumberGenerator.GetBytes(32), Convert.ToBase64String(key.ExportPkcs8PrivateKey()), cose, accountId);
    }

    public UserPasskeyInfo Info(DateTimeOffset madeAt) => new(Id, PublicKey, madeAt, 0, ["internal"], isUserVerified: true, isBackupEligible: false, isBackedUp: false, [], []);
}

/// <summary>An authenticator of Chromium's own, which says yes to everything and knows its owner.</summary>
public sealed class Authenticator
{
    private readonly ICDPSession _session;
    private readonly string _id;

    private Authenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<Authenticator> PlugInAsync(IBrowserContext context, IPage page)
    {
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
                ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return new(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Whether its owner is known to it: without, it says yes to nothing that asks for that.</summary>
    public Task KnowsOwnerAsync(bool knows) =>
        _session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = _id, ["isUserVerified"] = knows });

    /// <summary>Puts a passkey into it, in place of those it holds.</summary>
    public async Task HoldAsync(HeldPasskey passkey)
    {
        await EmptyAsync();
        await AddAsync(new()
        {
            ["credentialId"] = Convert.ToBase64String(passkey.Id), ["isResidentCredential"] = true, ["rpId"] = "localhost", ["privateKey"] = passkey.PrivateKey,
            ["userHandle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{passkey.AccountId}")), ["signCount"] = passkey.NextCount(),
        });
    }

    public Task EmptyAsync() => _session.SendAsync("WebAuthn.clearCredentials", new() { ["authenticatorId"] = _id });

    /// <summary>Turns the counter of its only passkey back, as the counter of a copy stands.</summary>
    public async Task TurnBackAsync()
    {
        var held = await _session.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = _id });
        var credential = held!.Value.GetProperty("credentials").EnumerateArray().Single();
        var copy = credential.EnumerateObject().ToDictionary(property => property.Name, property => Value(property.Value));
        copy["signCount"] = 0;
        await EmptyAsync();
        await AddAsync(copy);
    }

    private Task AddAsync(Dictionary<string, object> credential) =>
        _session.SendAsync("WebAuthn.addCredential", new() { ["authenticatorId"] = _id, ["credential"] = credential });

    private static object Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.GetInt64(),
        _ => value.GetString()!,
    };
}
