using Budgeting.Core.Paper;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Paper;

/// <summary>How the papers of a published round agreed with those handed out, on the page of its result. Nothing in a round without paper.</summary>
public sealed class PublishedPaper(IPaperBallots ballots) : ViewComponent
{
    /// <summary>Shows it.</summary>
    public async Task<IViewComponentResult> InvokeAsync(long roundId) =>
        await ballots.PublishedAsync(roundId, HttpContext.RequestAborted) is { Granted: true, Value: { } reconciled } ? View(reconciled) : Content("");
}
