using System.Text.RegularExpressions;
using Budgeting.Core;

namespace Budgeting.Web.SignIn;

/// <summary>The providers of e-identification, configured under <c>SignIn</c>: any number of them, or none.</summary>
public sealed class OidcProviders
{
    /// <summary>The providers, in the order in which they are offered.</summary>
    public List<OidcProvider> Providers { get; set; } = [];

    /// <summary>A provider by its key; null when there is none.</summary>
    public OidcProvider? Find(string? key) => Providers.Find(provider => provider.Key == key);
}

/// <summary>A provider of e-identification by OpenID Connect: Suomi.fi through a broker, a municipality's own.</summary>
public sealed partial class OidcProvider
{
    /// <summary>Names it in addresses and in the database: small letters, digits, hyphens; at most 40. Never changed once people have linked it.</summary>
    public string Key { get; set; } = "";

    /// <summary>What people know it by, by language; Finnish needed.</summary>
    public Dictionary<string, string> Name { get; set; } = [];

    /// <summary>Its issuer, under which its settings are found: <c>{Authority}/.well-known/openid-configuration</c>. By https, but on this machine.</summary>
    public string Authority { get; set; } = "";

    /// <summary>What it knows this site by.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret shared with it; empty for none.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Whether the secret is sent in the form instead of a header (<c>client_secret_post</c>).</summary>
    public bool SecretInForm { get; set; }

    /// <summary>What is asked of it.</summary>
    public string Scope { get; set; } = "openid";

    /// <summary>Levels of assurance, parted by spaces: asked for, and one of them is demanded. Empty to take what comes.</summary>
    public string AcrValues { get; set; } = "";

    /// <summary>By default people show who they are each time, also on shared devices. Empty to leave it to the provider.</summary>
    public string Prompt { get; set; } = "login";

    /// <summary>The claim with the identifier that the registers have, such as <c>urn:oid:1.2.246.21</c>; empty for a provider that tells none.</summary>
    public string IdentifierClaim { get; set; } = "";

    /// <summary>The claim with a name to suggest; empty for none.</summary>
    public string NameClaim { get; set; } = "";

    /// <summary>The claim that says that somebody is under protection order (turvakielto): there, and neither <c>false</c>, <c>0</c>, <c>no</c> nor empty. Empty for a provider that does not say.</summary>
    public string ProtectionClaim { get; set; } = "";

    /// <summary>Its name in all languages.</summary>
    public LocalizedText Shown => new(Name.GetValueOrDefault("fi") ?? Key, Name.GetValueOrDefault("sv"), Name.GetValueOrDefault("en"));

    /// <summary>What is wrong with the settings; null when nothing is.</summary>
    internal string? Fault =>
        !Keys().IsMatch(Key) ? $"the Key '{Key}' must be 1 to 40 small letters, digits and hyphens"
        : string.IsNullOrWhiteSpace(Name.GetValueOrDefault("fi")) ? $"{Key} needs a Name:fi"
        : !IsSafe(Authority) ? $"the Authority of {Key} must be an https address"
        : ClientId.Length == 0 ? $"{Key} needs a ClientId"
        : !Scope.Split(' ').Contains("openid") ? $"the Scope of {Key} must contain openid"
        : null;

    /// <summary>Whether secrets may be sent there: by https, or within this machine.</summary>
    internal static bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    [GeneratedRegex("^[a-z0-9-]{1,40}$")]
    private static partial Regex Keys();
}
