using Budgeting.Core;

namespace Budgeting.Web.SignIn;

/// <summary>
/// How people come to be signed in. Pages know only this; what proves who somebody is (a password, a passkey, a register) is
/// the business of what stands behind it.
/// </summary>
public interface ISignIn
{
    /// <summary>Signs in by e-mail address and password.</summary>
    /// <returns>Done, or <c>SignIn.Failed</c>, whether the address is unknown, the password wrong or the account locked; <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<Done>> SignInAsync(string email, string password, CancellationToken cancellation);

    /// <summary>Opens an account and signs its owner in.</summary>
    /// <returns>Done, or <c>Account.Email</c>, <c>Account.EmailTaken</c>, <c>Account.Password</c>, <c>Account.DisplayName</c>, <c>Account.HomeRegion</c>, <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<Done>> RegisterAsync(NewAccount account, CancellationToken cancellation);

    /// <summary>Signs in to an account of the demonstration by its key.</summary>
    /// <returns>Done, or <c>NotFound</c> when there is no such account or this is no demonstration.</returns>
    Task<Outcome<Done>> SignInToDemoAsync(string key, CancellationToken cancellation);

    /// <summary>Ends the sign-in of this browser.</summary>
    Task SignOutAsync(CancellationToken cancellation);

    /// <summary>A person's own account; null when nobody is signed in.</summary>
    Task<OwnAccount?> FindOwnAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Changes one's own name and home region.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>Account.DisplayName</c>, <c>Account.HomeRegion</c>.</returns>
    Task<Outcome<Done>> ChangeOwnAsync(Actor actor, string displayName, long? homeRegionId, CancellationToken cancellation);
}

/// <summary>An account to open.</summary>
/// <param name="Email">The address to sign in with.</param>
/// <param name="Password">At least 12 characters, whichever they are.</param>
/// <param name="DisplayName">2 to 60 characters, shown with what the person writes.</param>
/// <param name="HomeRegionId">The region they live in.</param>
public sealed record NewAccount(string Email, string Password, string DisplayName, long? HomeRegionId);

/// <summary>An account as its owner sees it.</summary>
/// <param name="Email">The address to sign in with.</param>
/// <param name="DisplayName">Shown with what the person writes.</param>
/// <param name="HomeRegionId">The region they live in; null until they have said.</param>
public sealed record OwnAccount(string Email, string DisplayName, long? HomeRegionId);
