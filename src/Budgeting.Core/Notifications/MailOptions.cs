namespace Budgeting.Core.Notifications;

/// <summary>How e-mail leaves: by an SMTP server, or by a provider that takes JSON. Configured under <c>Mail</c>; without either none is sent.</summary>
public sealed class MailOptions
{
    /// <summary>The SMTP server's name.</summary>
    public string? Host { get; set; }

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection is encrypted by STARTTLS before anything is said.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>The name to sign in to it with; empty for a server that asks for none.</summary>
    public string? UserName { get; set; }

    /// <summary>The password that goes with the name.</summary>
    public string? Password { get; set; }

    /// <summary>The address of a provider that takes messages as JSON, instead of <see cref="Host"/>.</summary>
    public Uri? Address { get; set; }

    /// <summary>The bearer token of that provider.</summary>
    public string? Token { get; set; }

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    /// <summary>The sender's name.</summary>
    public string? FromName { get; set; }

    /// <summary>Whether e-mail is sent.</summary>
    public bool IsSetUp => !string.IsNullOrWhiteSpace(Host) || Address is not null;

    internal bool IsComplete =>
        !IsSetUp || EmailAddress.Parse(From) is not null && Port is > 0 and < 65_536 && (Address is null || string.IsNullOrWhiteSpace(Host) && IsHttp(Address));

    internal static bool IsHttp(Uri address) => address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}

/// <summary>How text messages leave: by a provider that takes JSON. Configured under <c>Sms</c>; without an address none is sent.</summary>
public sealed class SmsOptions
{
    /// <summary>The provider's address.</summary>
    public Uri? Address { get; set; }

    /// <summary>Its bearer token.</summary>
    public string? Token { get; set; }

    /// <summary>The sender shown.</summary>
    public string? From { get; set; }
}
