using Microsoft.AspNetCore.Identity;

namespace Budgeting.Core.SignIn;

/// <summary>The passkeys of accounts. What an authenticator says is checked by ASP.NET Core Identity before it comes here.</summary>
public interface IPasskeys
{
    /// <summary>A person's own passkeys, oldest first.</summary>
    Task<IReadOnlyList<PasskeyView>> ListAsync(Actor actor, CancellationToken cancellation);

    /// <summary>
    /// Whether the actor may change the ways into their own account now: passkeys, recovery codes, address, identities. They have shown a passkey just now, or have come in by a
    /// recovery code a moment ago, or, holding no office, by whatever way. The services that change them ask the same.
    /// </summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>StepUp.Needed</c>, and where there is no passkey yet <c>Passkey.OfficeFirst</c>, <c>Data.SignInAgain</c>.</returns>
    Task<Outcome<Done>> CheckChangeAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Adds a passkey to one's own account and tells its address so.</summary>
    /// <returns>Its id, or as <see cref="CheckChangeAsync"/>, <c>Passkey.Name</c>, <c>Passkey.TooMany</c>, <c>Passkey.Stale</c> when somebody has it already.</returns>
    Task<Outcome<string>> AddAsync(Actor actor, UserPasskeyInfo passkey, string name, string language, CancellationToken cancellation);

    /// <summary>Names one of one's own passkeys.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Passkey.Name</c>.</returns>
    Task<Outcome<Done>> RenameAsync(Actor actor, string id, string name, CancellationToken cancellation);

    /// <summary>Removes one of one's own passkeys and tells the address so.</summary>
    /// <returns>Done, or as <see cref="CheckChangeAsync"/>, <c>NotFound</c>, <c>Passkey.LastWayIn</c> when nothing else would open the account.</returns>
    Task<Outcome<Done>> RemoveAsync(Actor actor, string id, string language, CancellationToken cancellation);

    /// <summary>Notes the use of a passkey, once for each challenge, and the authenticator's counter.</summary>
    /// <param name="accountId">The account it opens.</param>
    /// <param name="used">The passkey with the counter it answered with.</param>
    /// <param name="challenge">The challenge it answered.</param>
    /// <param name="challengedAt">When that was made.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Done, or <c>Passkey.Stale</c>: the challenge was used before, or is older than one that was; or the counter did not go up.</returns>
    Task<Outcome<Done>> UseAsync(long accountId, UserPasskeyInfo used, byte[] challenge, DateTimeOffset challengedAt, CancellationToken cancellation);
}

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UsedAt">When it was last used to sign in or to confirm; null if never.</param>
/// <param name="Synced">Whether the owner's devices share it.</param>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool Synced);
