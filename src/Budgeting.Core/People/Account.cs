using Budgeting.Core.Following;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Core.People;

/// <summary>A person's account. How they sign in is ASP.NET Core Identity's business.</summary>
public sealed class Account : IdentityUser<long>
{
    /// <summary>The name shown with what they write; 2 to 60 characters.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The region they live in; null until they have said.</summary>
    public long? HomeRegionId { get; set; }

    /// <summary>The language of messages: <c>fi</c>, <c>sv</c> or <c>en</c>; null until its owner first signs in.</summary>
    public string? Language { get; set; }

    /// <summary>When messages about what its owner follows come; null until one was chosen.</summary>
    public NewsChoice? News { get; set; }

    /// <summary>The midnight (UTC) of the last day somebody was signed in; null for an account from before this was noted.</summary>
    public DateTimeOffset? SeenOn { get; set; }

    /// <summary>When its owner was warned that it is going to be deleted because nobody uses it.</summary>
    public DateTimeOffset? WarnedAt { get; set; }

    /// <summary>When its owner left. Then only the number is kept, with the name where it was to stay.</summary>
    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>Takes everything that says whose it was.</summary>
    internal void Leave(bool keepName, DateTimeOffset now)
    {
        (UserName, NormalizedUserName, Email, NormalizedEmail, EmailConfirmed) = (null, null, null, null, false);
        (PhoneNumber, PhoneNumberConfirmed, HomeRegionId, Language, News, SeenOn, WarnedAt) = (null, false, null, null, null, null, null);
        DisplayName = keepName ? DisplayName : "";
        // Ends what cookies still say.
        (SecurityStamp, ConcurrencyStamp) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString());
        LeftAt = now;
    }
}
