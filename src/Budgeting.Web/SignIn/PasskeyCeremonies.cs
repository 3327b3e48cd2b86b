using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Budgeting.Core.People;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Web.SignIn;

/// <summary>What the browser is to ask an authenticator.</summary>
/// <param name="Options">The options of WebAuthn as JSON.</param>
/// <param name="State">What comes back with the answer, encrypted.</param>
public sealed record PasskeyQuestion(string Options, string State);

/// <summary>What an authenticator answered.</summary>
/// <param name="Credential">The credential of WebAuthn as JSON.</param>
/// <param name="State">The state of the question.</param>
public sealed record PasskeyAnswer(string Credential, string State);

/// <summary>A passkey that was made for an account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Passkey">The passkey.</param>
internal sealed record MadePasskey(long AccountId, UserPasskeyInfo Passkey);

/// <summary>An account that was shown to be one's own by a passkey.</summary>
/// <param name="Account">The account.</param>
/// <param name="Passkey">The passkey, with the counter it answered with.</param>
/// <param name="Challenge">What it answered.</param>
/// <param name="AskedAt">When it was asked.</param>
internal sealed record ShownPasskey(Account Account, UserPasskeyInfo Passkey, byte[] Challenge, DateTimeOffset AskedAt);

/// <summary>
/// Questions to authenticators and the check of their answers, which ASP.NET Core Identity does. A question's state travels with the page, so that
/// several pages of a browser do not take each other's away, and is of use for some minutes.
/// </summary>
internal sealed class PasskeyCeremonies(
    IPasskeyHandler<Account> handler, IHttpContextAccessor http, IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.PasskeyCeremony");

    /// <summary>Asks for a new passkey for an account.</summary>
    public async Task<PasskeyQuestion> MakeAsync(long accountId, string email, string displayName)
    {
        var id = accountId.ToString(CultureInfo.InvariantCulture);
        var made = await handler.MakeCreationOptionsAsync(new() { Id = id, Name = email, DisplayName = displayName }, Http);
        return Question(made.CreationOptionsJson, made.AttestationState, Make, accountId);
    }

    /// <summary>The passkey made; null when the answer is not one to such a question.</summary>
    public async Task<MadePasskey?> ReadMadeAsync(PasskeyAnswer answer)
    {
        if (Read(answer.State, Make) is not { AccountId: { } accountId } state)
            return null;
        var result = await handler.PerformAttestationAsync(new() { HttpContext = Http, CredentialJson = answer.Credential, AttestationState = state.Handler });
        return result is { Succeeded: true, Passkey: { IsUserVerified: true } passkey } ? new(accountId, passkey) : null;
    }

    /// <summary>Asks for a passkey: one of an account's, or whichever the person chooses.</summary>
    public async Task<PasskeyQuestion> AskAsync(Account? account)
    {
        var asked = await handler.MakeRequestOptionsAsync(account, Http);
        return Question(asked.RequestOptionsJson, asked.AssertionState, Ask, account?.Id);
    }

    /// <summary>Whose passkey answered; null when the answer is not a right one to such a question.</summary>
    public async Task<ShownPasskey?> ReadShownAsync(PasskeyAnswer answer, long? accountId)
    {
        if (Read(answer.State, Ask) is not { } state || state.AccountId != accountId)
            return null;
        var result = await handler.PerformAssertionAsync(new() { HttpContext = Http, CredentialJson = answer.Credential, AssertionState = state.Handler });
        return result is { Succeeded: true, User: { } account, Passkey: { } passkey } ? new(account, passkey, Encoding.UTF8.GetBytes(state.Challenge), state.AskedAt) : null;
    }

    private const string Make = "make";
    private const string Ask = "ask";

    private HttpContext Http => http.HttpContext!;

    private PasskeyQuestion Question(string options, string? state, string kind, long? accountId)
    {
        var challenge = JsonNode.Parse(options)!["challenge"]!.GetValue<string>();
        return new(options, _protector.Protect(JsonSerializer.Serialize(new State(kind, state ?? "", challenge, accountId, time.GetUtcNow()))));
    }

    private State? Read(string protectedState, string kind)
    {
        try
        {
            return JsonSerializer.Deserialize<State>(_protector.Unprotect(protectedState)) is { } state && state.Kind == kind && state.AskedAt + Lasts > time.GetUtcNow() ? state : null;
        }
        catch (Exception fault) when (fault is CryptographicException or JsonException or FormatException)
        {
            // Made up, cut off, or by a key that is gone.
            return null;
        }
    }

    private sealed record State(string Kind, string Handler, string Challenge, long? AccountId, DateTimeOffset AskedAt);
}
