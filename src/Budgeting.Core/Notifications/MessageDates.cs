using System.Globalization;

namespace Budgeting.Core.Notifications;

/// <summary>Instants in messages.</summary>
internal static class MessageDates
{
    /// <summary>A day and a time.</summary>
    /// <param name="language">The message's language.</param>
    /// <param name="local">The instant, on the reader's clocks.</param>
    public static string Of(string language, DateTimeOffset local) => local.ToString(language switch
    {
        "en" => "d MMMM yyyy 'at' HH:mm",
        "sv" => "d.M.yyyy 'kl.' H.mm",
        _ => "d.M.yyyy 'klo' H.mm",
    }, CultureInfo.InvariantCulture);
}
