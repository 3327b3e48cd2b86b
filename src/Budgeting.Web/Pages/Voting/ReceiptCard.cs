using System.Globalization;
using Budgeting.Web.Components;

namespace Budgeting.Web.Pages.Voting;

/// <summary>A receipt as shown and printed.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Code">The code.</param>
/// <param name="CheckAddress">Where it is checked, to be typed.</param>
public sealed record ReceiptCard(long RoundId, string Code, string CheckAddress)
{
    /// <summary>The receipt with the site's address as the person knows it.</summary>
    public static ReceiptCard Of(HttpRequest request, long roundId, string code)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(roundId, code, string.Create(CultureInfo.InvariantCulture, $"{request.Scheme}://{request.Host}{request.PathBase}/rounds/{roundId}/receipt"));
    }

    /// <summary>
    /// A QR code that leads to the page where receipts are checked. The receipt stands behind the address's #: that part stays in the
    /// browser, so that it reaches no server's log.
    /// </summary>
    public string Picture => QrCode.Picture($"{CheckAddress}#{Code}");
}
