using Microsoft.AspNetCore.Identity;

namespace Budgeting.Core.People;

/// <summary>A person's account. How they sign in is ASP.NET Core Identity's business.</summary>
public sealed class Account : IdentityUser<long>
{
    /// <summary>The name shown with what they write; 2 to 60 characters.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The region they live in; null until they have said.</summary>
    public long? HomeRegionId { get; set; }
}
