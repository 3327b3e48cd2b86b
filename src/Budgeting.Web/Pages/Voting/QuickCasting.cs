using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Antiforgery;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// The short way of <see cref="ReviewModel.OnPostCastAsync"/> for holders of a pass: when everything is known and the ballot is stored, the
/// answer is the same and no page was made for it. In all other cases the page does it anew, which by the name of the act casts
/// nothing twice. Half of all ballots may come in the last hour, and this is what they cost.
/// </summary>
internal sealed class QuickCasting(
    RequestDelegate next, StationDevices stations, IQuickAdmission admission, VotingSessions sessions, IBallotBox box, IAntiforgery antiforgery, ReceiptHandover handover)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (RoundOf(context.Request) is not { } roundId || !await IsStoredAsync(context, roundId))
            await next(context);
    }

    private async Task<bool> IsStoredAsync(HttpContext context, long roundId)
    {
        // At a station a form is taken by its token only: one that the last voter left in the browser's history must not become the next one's vote.
        if (stations.Claims(context) || sessions.Read(context, roundId) is not { } pass || admission.Admit(pass) is not { } voter)
            return false;
        try
        {
            // What is no form cannot be read as one.
            if (!context.Request.HasFormContentType || !await IsFromThisSiteAsync(context))
                return false;
            var ballot = BallotForm.Read(await context.Request.ReadFormAsync(context.RequestAborted));
            if (ballot.Attempt == Guid.Empty)
                return false;
            var cast = await box.CastAsync(ballot.ToBallot(roundId, voter), context.RequestAborted);
            if (!cast.Granted)
                return false;
            handover.Give(context, roundId, Actor.Visitor, pass, cast.Value.Receipt);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or AntiforgeryValidationException or OperationCanceledException)
        {
            // A form too large, ill formed or cut off: the page meets the same, and its answer is the site's.
            return false;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(string.Create(CultureInfo.InvariantCulture, $"{context.Request.PathBase}/rounds/{roundId}/vote/receipt"));
        return true;
    }

    // Where a request comes from the browser says itself, and no page of another site can make it say otherwise; one too old for that
    // brings the form's token. The pass is besides a cookie that is never sent along from elsewhere.
    private async Task<bool> IsFromThisSiteAsync(HttpContext context) =>
        context.Request.Headers["Sec-Fetch-Site"] is [var site] ? site == "same-origin" : await antiforgery.IsRequestValidAsync(context);

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
