namespace Budgeting.Core.SignIn;

/// <summary>
/// E-identification: what a provider (Suomi.fi, a municipality's own) says of a person, and the accounts it is linked to. Of issuer and subject an
/// HMAC is kept; of the national identifier nothing: it becomes the entries of rounds' registers at once.
/// </summary>
public interface IIdentities
{
    /// <summary>Takes down what a provider has proved. Nothing is stored: the proof travels with the browser, encrypted, for <see cref="Identified.Minutes"/> minutes.</summary>
    Task<Identified> IdentifyAsync(Identification identification, CancellationToken cancellation);

    /// <summary>What a proof is of.</summary>
    /// <returns>The proof with the account it is linked to now, or <c>Identity.Stale</c>.</returns>
    Task<Outcome<Identified>> LookAsync(string proof, CancellationToken cancellation);

    /// <summary>Whom a proof signs in; their account is linked to what the identifier stands for in the registers of open and coming rounds.</summary>
    /// <returns>The account, or <c>Identity.Stale</c>, <c>Identity.Unknown</c> (it is linked to none).</returns>
    Task<Outcome<IdentityUse>> SignInAsync(string proof, CancellationToken cancellation);

    /// <summary>Links a signed-in person's account to a proved identity, and to the registers' entries.</summary>
    /// <returns>What it was linked to (also when it was linked before), or as <see cref="IPasskeys.CheckChangeAsync"/>, <c>Identity.Stale</c>, <c>Identity.Taken</c> (by another account), <c>Identity.Another</c> (the account has another one of this provider).</returns>
    Task<Outcome<IdentityUse>> LinkAsync(Actor actor, string proof, string language, CancellationToken cancellation);

    /// <summary>Opens an account that is entered by a proved identity. Its address is not confirmed.</summary>
    /// <returns>The account, or <c>Identity.Stale</c>, <c>Identity.Taken</c>, or as <see cref="IAccounts.OpenAsync"/>.</returns>
    Task<Outcome<IdentityUse>> OpenAccountAsync(string proof, NewAccount account, CancellationToken cancellation);

    /// <summary>The identities linked to a person's own account, by provider.</summary>
    Task<IReadOnlyList<IdentityView>> ListAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Takes the identity of a provider from a person's own account. Its entries stay linked: they are the account's.</summary>
    /// <returns>Done (also when there was none), or as <see cref="IPasskeys.CheckChangeAsync"/>, <c>Identity.LastWayIn</c>.</returns>
    Task<Outcome<Done>> UnlinkAsync(Actor actor, string provider, string language, CancellationToken cancellation);
}

/// <summary>What a provider has proved of a person. Never logged, never stored.</summary>
/// <param name="Provider">The provider's key in the configuration.</param>
/// <param name="Issuer">Its issuer.</param>
/// <param name="Subject">What it calls the person.</param>
/// <param name="Identifier">The national identifier, as the registers have it; null when the provider told none.</param>
/// <param name="Name">A name to suggest; null for none.</param>
/// <param name="IsProtected">Whether the person is under protection order (turvakielto).</param>
public sealed record Identification(string Provider, string Issuer, string Subject, string? Identifier, string? Name, bool IsProtected)
{
    /// <summary>The provider alone: a record writes all it holds otherwise.</summary>
    public override string ToString() => Provider;
}

/// <summary>A proof.</summary>
/// <param name="Proof">Encrypted; for the browser it belongs to, and no other.</param>
/// <param name="Provider">The provider's key.</param>
/// <param name="AccountId">The account it is linked to; null while it is to none.</param>
/// <param name="Name">A name to suggest; null under protection order.</param>
/// <param name="Entries">In how many registers of open and coming rounds the person stands.</param>
public sealed record Identified(string Proof, string Provider, long? AccountId, string? Name, int Entries)
{
    /// <summary>How long a proof is good, in minutes.</summary>
    public const int Minutes = 30;

    /// <summary>The provider alone.</summary>
    public override string ToString() => Provider;
}

/// <summary>What an identity did.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Linked">How many entries of registers the account now stands for by it.</param>
/// <param name="Disputed">How many of them are another account's, so that a coordinator decides.</param>
/// <param name="Kept">How many of them a coordinator has decided to leave with another account.</param>
public sealed record IdentityUse(long AccountId, int Linked, int Disputed, int Kept);

/// <summary>An identity linked to one's account.</summary>
/// <param name="Provider">The provider's key.</param>
/// <param name="LinkedAt">When.</param>
public sealed record IdentityView(string Provider, DateTimeOffset LinkedAt);
