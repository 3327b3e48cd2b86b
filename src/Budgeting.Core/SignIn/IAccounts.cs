using Microsoft.AspNetCore.Identity;

namespace Budgeting.Core.SignIn;

/// <summary>Opens accounts and keeps what their owners say of themselves.</summary>
public interface IAccounts
{
    /// <summary>What is wrong with the details of an account to open; empty when nothing is.</summary>
    /// <returns><c>Account.Email</c>, <c>Account.DisplayName</c>, <c>Account.HomeRegion</c>, each beside its field.</returns>
    Task<IReadOnlyList<Refusal>> CheckAsync(NewAccount account, CancellationToken cancellation);

    /// <summary>Reserves the number of an account to open: its passkey has to know it before. One that is not used is never given again.</summary>
    Task<long> ReserveAsync(CancellationToken cancellation);

    /// <summary>Opens an account that is entered by a passkey. Its address is not confirmed.</summary>
    /// <param name="accountId">The number reserved.</param>
    /// <param name="account">The details.</param>
    /// <param name="passkey">The passkey, as the authenticator's answer was checked.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The account, or what <see cref="CheckAsync"/> says, <c>Account.EmailTaken</c>, or <c>Passkey.Stale</c> when the number or the passkey is in use.</returns>
    Task<Outcome<long>> OpenAsync(long accountId, NewAccount account, UserPasskeyInfo passkey, CancellationToken cancellation);

    /// <summary>A person's own account; null when nobody is signed in.</summary>
    Task<OwnAccount?> FindOwnAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Changes one's own name and home region.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>Account.DisplayName</c>, <c>Account.HomeRegion</c>.</returns>
    Task<Outcome<Done>> ChangeOwnAsync(Actor actor, string displayName, long? homeRegionId, CancellationToken cancellation);

    /// <summary>Chooses the language of messages to oneself: <c>fi</c>, <c>sv</c> or <c>en</c>.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>Account.Language</c>.</returns>
    Task<Outcome<Done>> ChangeLanguageAsync(Actor actor, string language, CancellationToken cancellation);
}

/// <summary>An account to open.</summary>
/// <param name="Email">The address to sign in with.</param>
/// <param name="DisplayName">2 to 60 characters, shown with what the person writes.</param>
/// <param name="HomeRegionId">The region they live in.</param>
public sealed record NewAccount(string Email, string DisplayName, long? HomeRegionId);

/// <summary>An account as its owner sees it.</summary>
/// <param name="Email">The address to sign in with.</param>
/// <param name="EmailConfirmed">Whether a link sent to it has been used.</param>
/// <param name="DisplayName">Shown with what the person writes.</param>
/// <param name="HomeRegionId">The region they live in; null until they have said.</param>
/// <param name="Passkeys">How many passkeys open it.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
/// <param name="HoldsOffice">Whether an office is held now.</param>
public sealed record OwnAccount(
    string Email, bool EmailConfirmed, string DisplayName, long? HomeRegionId, int Passkeys, int RecoveryCodes, bool HoldsOffice)
{
    /// <summary>The language of messages; null until its owner first signs in.</summary>
    public string? Language { get; init; }
}
