using Budgeting.Core.Following;
using Answers = Microsoft.AspNetCore.Http.Results;

namespace Budgeting.Web.Pages.My;

/// <summary>
/// The address in the headers of messages to followers (RFC 8058): a mail program sends one POST to it when somebody presses its button. The link's own secret is what allows it, no cookie and no
/// form of this site, and nothing is stopped by opening it.
/// </summary>
internal static class OneClickUnsubscribe
{
    private const string Address = "/unsubscribe/one-click";

    public static void MapOneClickUnsubscribe(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Address, async (HttpContext context, string? token, IFollowing following, CancellationToken cancellation) =>
        {
            if (!context.Request.HasFormContentType || (await context.Request.ReadFormAsync(cancellation))["List-Unsubscribe"] != "One-Click")
                return Answers.BadRequest();
            return (await following.UnsubscribeAsync(token ?? "", cancellation)).Granted ? Answers.Text("OK") : Answers.NotFound();
        });
        // A mail program that knows no such button opens the address instead, and so may one that only looks.
        routes.MapGet(Address, (string? token) => Answers.LocalRedirect($"/unsubscribe?token={Uri.EscapeDataString(token ?? "")}"));
    }
}
