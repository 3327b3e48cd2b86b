namespace Budgeting.Core.SignIn;

/// <summary>
/// Links by e-mail that are good for one use, for ten minutes, in the browser that asked for them. To ask tells nobody whether an address has an account.
/// </summary>
public interface IOneTimeLinks
{
    /// <summary>Sends a link to sign in with, if an account has the address.</summary>
    /// <returns>Done in either case, or <c>Account.Email</c>, <c>SignIn.NoMail</c>, <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<Done>> RequestSignInAsync(LinkRequest request, CancellationToken cancellation);

    /// <summary>Sends a link that opens an account; to somebody who has one, a link to sign in with.</summary>
    /// <returns>Done in either case, or as <see cref="RequestSignInAsync"/>, <c>Account.DisplayName</c>, <c>Account.HomeRegion</c>.</returns>
    Task<Outcome<Done>> RequestAccountAsync(LinkRequest request, NewAccount account, CancellationToken cancellation);

    /// <summary>Sends a link to a new address for one's own account.</summary>
    /// <returns>Done, or as <see cref="RequestSignInAsync"/>, <see cref="IPasskeys.CheckChangeAsync"/>.</returns>
    Task<Outcome<Done>> RequestNewAddressAsync(Actor actor, LinkRequest request, CancellationToken cancellation);

    /// <summary>What a link would do. It is not used up.</summary>
    /// <returns>That, or <c>Link.Unknown</c> when it was used, is too old or never was, <c>Link.OtherBrowser</c>.</returns>
    Task<Outcome<LinkView>> LookAsync(string token, string browser, CancellationToken cancellation);

    /// <summary>
    /// Uses a link. Where it shows for the first time that an account's address belongs to whoever uses it, and they are not signed in to it, passkeys,
    /// codes and sign-ins from before fall: somebody else may have opened the account in their name.
    /// </summary>
    /// <returns>What was done, or as <see cref="LookAsync"/>, <c>Link.OtherAccount</c>, <c>Account.EmailTaken</c>.</returns>
    Task<Outcome<LinkUsed>> UseAsync(Actor actor, string token, string browser, CancellationToken cancellation);

    /// <summary>Deletes links that are too old.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>What a link does.</summary>
public enum LinkPurpose
{
    /// <summary>Signs in.</summary>
    SignIn,

    /// <summary>Opens an account and signs in to it.</summary>
    OpenAccount,

    /// <summary>Changes the address of an account.</summary>
    NewAddress,
}

/// <summary>A wish for a link.</summary>
/// <param name="Email">Where it is to be sent.</param>
/// <param name="Browser">What the asking browser, and no other, will show when the link is used.</param>
/// <param name="From">The network address the wish comes from.</param>
/// <param name="Site">The site's own address, with which the link begins.</param>
/// <param name="Language">The message's language: <c>fi</c>, <c>sv</c> or <c>en</c>.</param>
/// <param name="ReturnUrl">Where the person was going.</param>
public sealed record LinkRequest(string Email, string Browser, string From, string Site, string Language, string? ReturnUrl)
{
    /// <summary>How long a link can be used.</summary>
    public const int Minutes = 10;
}

/// <summary>What a link would do.</summary>
/// <param name="Purpose">What it does.</param>
/// <param name="Email">The address it was sent to.</param>
public sealed record LinkView(LinkPurpose Purpose, string Email);

/// <summary>What a link did.</summary>
/// <param name="Purpose">What it did.</param>
/// <param name="AccountId">The account it opens.</param>
/// <param name="ReturnUrl">Where the person was going.</param>
/// <param name="Cleared">Whether passkeys of somebody who had not shown that the address is theirs fell.</param>
public sealed record LinkUsed(LinkPurpose Purpose, long AccountId, string? ReturnUrl, bool Cleared);
