using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// The short way of <see cref="ReviewModel.OnPostCastAsync"/> for holders of a pass: when everything is known and the ballot is stored, the
/// answer is the same and no page was made for it. In all other cases the page does it anew, which by the name of the act casts
/// nothing twice. Half of all ballots may come in the last hour, and this is what they cost.
/// </summary>
internal sealed class QuickCasting(
    RequestDelegate next, IQuickAdmission admission, VotingSessions sessions, IBallotBox box, IAntiforgery antiforgery, ITempDataProvider notices)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!await IsStoredAsync(context))
            await next(context);
    }

    private async Task<bool> IsStoredAsync(HttpContext context)
    {
        if (RoundOf(context.Request) is not { } roundId
            || sessions.Read(context, roundId) is not { } pass
            || admission.Admit(pass) is not { } voter
            || !await antiforgery.IsRequestValidAsync(context))
            return false;
        var ballot = BallotForm.Read(await context.Request.ReadFormAsync(context.RequestAborted));
        if (ballot.Attempt == Guid.Empty)
            return false;
        var cast = await box.CastAsync(ballot.ToBallot(roundId, voter), context.RequestAborted);
        if (!cast.Granted)
            return false;
        var kept = notices.LoadTempData(context);
        kept[ReceiptModel.KeyOf(roundId, Actor.Visitor, pass)] = cast.Value.Receipt;
        notices.SaveTempData(context, kept);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(string.Create(CultureInfo.InvariantCulture, $"{context.Request.PathBase}/rounds/{roundId}/vote/receipt"));
        return true;
    }

    // POST /rounds/{roundId}/vote/review?handler=Cast
    private static long? RoundOf(HttpRequest request)
    {
        const string before = "/rounds/", after = "/vote/review";
        return HttpMethods.IsPost(request.Method)
            && request.Path.Value is { } path
            && path.StartsWith(before, StringComparison.OrdinalIgnoreCase)
            && path.EndsWith(after, StringComparison.OrdinalIgnoreCase)
            && path.Length > before.Length + after.Length
            && long.TryParse(path.AsSpan(before.Length..^after.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var roundId)
            && request.Query["handler"] == "Cast"
            ? roundId : null;
    }
}
