namespace Budgeting.Core.SignIn;

/// <summary>Where a person is signed in. A sign-in that nobody has used for 14 days ends, and nothing is kept of one that has ended.</summary>
public interface ISignInSessions
{
    /// <summary>Notes a sign-in.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="way">By what.</param>
    /// <param name="browser">The kind of browser and device, roughly; at most 60 characters.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="stamp">The account's security stamp when the person proved who they are; null where it is not known.</param>
    /// <returns>Its id, which the sign-in cookie carries. It stands for nothing when the account's owner has left, or the stamp is another one, since.</returns>
    Task<Guid> BeginAsync(long accountId, SignInWay way, string browser, CancellationToken cancellation, string? stamp = null);

    /// <summary>Whether a sign-in still stands; if so, it was seen today.</summary>
    /// <returns>The sign-in, or null.</returns>
    Task<SignInSessionView?> SeeAsync(long accountId, Guid id, CancellationToken cancellation);

    /// <summary>A person's own sign-ins, newest first.</summary>
    Task<IReadOnlyList<SignInSessionView>> ListAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Ends one of one's own sign-ins.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>NotFound</c>.</returns>
    Task<Outcome<Done>> EndAsync(Actor actor, Guid id, CancellationToken cancellation);

    /// <summary>Ends all of one's own sign-ins.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<Done>> EndAllAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Deletes sign-ins that nobody has used for 14 days.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>By what a person signed in.</summary>
public enum SignInWay
{
    /// <summary>A passkey.</summary>
    Passkey,

    /// <summary>A link by e-mail.</summary>
    Link,

    /// <summary>A recovery code.</summary>
    RecoveryCode,

    /// <summary>An e-identification.</summary>
    Identification,

    /// <summary>The button of the demonstration.</summary>
    Demonstration,
}

/// <summary>A sign-in as its owner sees it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Way">By what.</param>
/// <param name="Browser">The kind of browser and device.</param>
/// <param name="BegunAt">When.</param>
/// <param name="SeenOn">The day it was last used, as its midnight in UTC.</param>
public sealed record SignInSessionView(Guid Id, SignInWay Way, string Browser, DateTimeOffset BegunAt, DateTimeOffset SeenOn);
