namespace Budgeting.Core;

/// <summary>Who asks for something to be done: a signed-in person, someone not signed in, or the platform itself.</summary>
/// <param name="AccountId">The person's account; null for a visitor and for the platform.</param>
/// <param name="Name">How the audit log names them.</param>
public sealed record Actor(long? AccountId, string Name)
{
    /// <summary>
    /// When the person last proved who they are by a passkey with user verification, in this sign-in; null when they came in by another
    /// way. The powers of an office rest on it.
    /// </summary>
    public DateTimeOffset? PasskeyAt { get; init; }

    /// <summary>When the person came in by a recovery code, in this sign-in; null when they came in by another way. Who has lost their passkey makes a new one then.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>The sign-in they act in; null where nobody signed in, and for acts of the site on their behalf. It counts only while its row stands.</summary>
    public Guid? SignInId { get; init; }

    /// <summary>The platform: jobs, the command line of its operator, first-start content. It may do everything.</summary>
    public static Actor Platform { get; } = new(null, "platform");

    /// <summary>Someone who is not signed in.</summary>
    public static Actor Visitor { get; } = new(null, "visitor");

    /// <summary>A signed-in person.</summary>
    public static Actor Person(long accountId, DateTimeOffset? passkeyAt = null) => new(accountId, $"account {accountId}") { PasskeyAt = passkeyAt };
}
