namespace Budgeting.Core;

/// <summary>Who asks for something to be done: a signed-in person, someone not signed in, or the platform itself.</summary>
/// <param name="AccountId">The person's account; null for a visitor and for the platform.</param>
/// <param name="Name">How the audit log names them.</param>
public sealed record Actor(long? AccountId, string Name)
{
    /// <summary>The platform: jobs, the command line of its operator, first-start content. It may do everything.</summary>
    public static Actor Platform { get; } = new(null, "platform");

    /// <summary>Someone who is not signed in.</summary>
    public static Actor Visitor { get; } = new(null, "visitor");

    /// <summary>A signed-in person.</summary>
    public static Actor Person(long accountId) => new(accountId, $"account {accountId}");
}
