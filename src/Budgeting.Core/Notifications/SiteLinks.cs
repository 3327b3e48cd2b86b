namespace Budgeting.Core.Notifications;

/// <summary>Makes the links of messages. Configured by <c>Site:Address</c>: a request could name any address.</summary>
/// <param name="Address">The site's own address; null where it is not configured. Then links are paths.</param>
internal sealed record SiteLinks(Uri? Address)
{
    /// <summary>Whether links lead anywhere by themselves.</summary>
    public bool IsKnown => Address is { IsAbsoluteUri: true };

    /// <summary>The link to a path of the site.</summary>
    public string To(string path) => IsKnown ? Address!.GetLeftPart(UriPartial.Authority) + path : path;
}
