using Budgeting.Core;
using Budgeting.Core.SignIn;

namespace Budgeting.Web.SignIn;

/// <summary>How people come to be signed in: by a passkey, by a link, by a recovery code. What proves who somebody is, is the business of what stands behind it.</summary>
public interface ISignIn
{
    /// <summary>Whether links by e-mail can be sent.</summary>
    bool SendsMail { get; }

    /// <summary>Begins a sign-in by whichever passkey the person chooses.</summary>
    Task<PasskeyQuestion> AskAsync(CancellationToken cancellation);

    /// <summary>Signs in by a passkey.</summary>
    /// <returns>Done, or <c>Passkey.Failed</c>, <c>Passkey.Stale</c>, <c>SignIn.Failed</c>.</returns>
    Task<Outcome<Done>> SignInAsync(PasskeyAnswer answer, CancellationToken cancellation);

    /// <summary>Begins to make the passkey of an account to open.</summary>
    /// <returns>The question, or what is wrong with the details.</returns>
    Task<Outcome<PasskeyQuestion>> AskForAccountAsync(NewAccount account, CancellationToken cancellation);

    /// <summary>Opens an account with a passkey, signs its owner in, and sends a link to its address by which they confirm it.</summary>
    /// <returns>Done, or as <see cref="IAccounts.OpenAsync"/>, <c>Passkey.Failed</c>.</returns>
    Task<Outcome<Done>> OpenAccountAsync(NewAccount account, PasskeyAnswer answer, CancellationToken cancellation);

    /// <summary>Sends a link to sign in with. The answer, and the time it takes, are the same whether an account has the address or not.</summary>
    /// <returns>As <see cref="IOneTimeLinks.RequestSignInAsync"/>.</returns>
    Task<Outcome<Done>> SendLinkAsync(string email, string? returnUrl, CancellationToken cancellation);

    /// <summary>Sends a link that opens an account without a passkey. The answer, and the time it takes, are the same whether one has the address or not.</summary>
    /// <returns>As <see cref="IOneTimeLinks.RequestAccountAsync"/>.</returns>
    Task<Outcome<Done>> SendAccountLinkAsync(NewAccount account, string? returnUrl, CancellationToken cancellation);

    /// <summary>What a link would do. It is not used up.</summary>
    /// <returns>As <see cref="IOneTimeLinks.LookAsync"/>.</returns>
    Task<Outcome<LinkView>> LookAtLinkAsync(string token, CancellationToken cancellation);

    /// <summary>Uses a link, and signs in if that is what it does.</summary>
    /// <returns>As <see cref="IOneTimeLinks.UseAsync"/>, or <c>SignIn.Failed</c>.</returns>
    Task<Outcome<LinkUsed>> UseLinkAsync(string token, CancellationToken cancellation);

    /// <summary>Signs in by a recovery code.</summary>
    /// <returns>Done, or as <see cref="IRecoveryCodes.UseAsync"/>, <c>SignIn.Failed</c>.</returns>
    Task<Outcome<Done>> UseRecoveryCodeAsync(string email, string code, CancellationToken cancellation);

    /// <summary>Begins to confirm by a passkey of one's own that it is still oneself.</summary>
    /// <returns>The question, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<PasskeyQuestion>> AskToConfirmAsync(CancellationToken cancellation);

    /// <summary>Confirms it: acts that need a fresh passkey are open for a while.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>Passkey.Failed</c>, <c>Passkey.Stale</c>.</returns>
    Task<Outcome<Done>> ConfirmAsync(PasskeyAnswer answer, CancellationToken cancellation);

    /// <summary>Whether the signed-in person uses an account of the demonstration, which confirms by a button.</summary>
    Task<bool> IsDemoAsync(CancellationToken cancellation);

    /// <summary>Confirms it in an account of the demonstration, which has no passkey.</summary>
    /// <returns>Done, or <c>NotFound</c> outside of them.</returns>
    Task<Outcome<Done>> ConfirmInDemoAsync(CancellationToken cancellation);

    /// <summary>Signs in to an account of the demonstration by its key.</summary>
    /// <returns>Done, or <c>NotFound</c> when there is no such account or this is no demonstration.</returns>
    Task<Outcome<Done>> SignInToDemoAsync(string key, CancellationToken cancellation);

    /// <summary>Ends the sign-in of this browser.</summary>
    Task SignOutAsync(CancellationToken cancellation);
}

/// <summary>
/// The ways into one's own account, and where it is entered. Core says who may change them when (<see cref="IPasskeys.CheckChangeAsync"/>).
/// </summary>
public interface IWaysIn
{
    /// <summary>Why a change would be refused now, as <see cref="IPasskeys.CheckChangeAsync"/> says; null when it would not.</summary>
    Task<Refusal?> RefuseChangeAsync(CancellationToken cancellation);

    /// <summary>Begins to make another passkey.</summary>
    /// <returns>The question, or <c>SignIn.Needed</c>, or as <see cref="RefuseChangeAsync"/>.</returns>
    Task<Outcome<PasskeyQuestion>> AskForPasskeyAsync(CancellationToken cancellation);

    /// <summary>Adds the passkey made. The person has thereby shown themselves by it.</summary>
    /// <returns>Done, or as <see cref="IPasskeys.AddAsync"/>, <c>Passkey.Failed</c>, as <see cref="RefuseChangeAsync"/>.</returns>
    Task<Outcome<Done>> AddPasskeyAsync(PasskeyAnswer answer, string name, CancellationToken cancellation);

    /// <summary>Removes a passkey.</summary>
    /// <returns>As <see cref="IPasskeys.RemoveAsync"/>, or as <see cref="RefuseChangeAsync"/>.</returns>
    Task<Outcome<Done>> RemovePasskeyAsync(string id, CancellationToken cancellation);

    /// <summary>Makes new recovery codes.</summary>
    /// <returns>As <see cref="IRecoveryCodes.RenewAsync"/>, or as <see cref="RefuseChangeAsync"/>.</returns>
    Task<Outcome<IReadOnlyList<string>>> RenewRecoveryCodesAsync(CancellationToken cancellation);

    /// <summary>Sends a link to a new address, or to the one there is, by which it is confirmed.</summary>
    /// <returns>As <see cref="IOneTimeLinks.RequestNewAddressAsync"/>, or as <see cref="RefuseChangeAsync"/>.</returns>
    Task<Outcome<Done>> ChangeAddressAsync(string email, CancellationToken cancellation);

    /// <summary>Changes one's own name and home region.</summary>
    /// <returns>As <see cref="IAccounts.ChangeOwnAsync"/>.</returns>
    Task<Outcome<Done>> ChangeOwnAsync(string displayName, long? homeRegionId, CancellationToken cancellation);

    /// <summary>The sign-in of this browser; null when it has none.</summary>
    Guid? ThisSession { get; }

    /// <summary>Ends all sign-ins, that of this browser too.</summary>
    Task<Outcome<Done>> EndAllAsync(CancellationToken cancellation);
}
