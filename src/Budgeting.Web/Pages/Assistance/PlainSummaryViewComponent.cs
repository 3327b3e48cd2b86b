using Budgeting.Core.PlainLanguage;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>Shows those who read plain language what there is of a round or a proposal in it, before anything else about it; nothing to others.</summary>
public sealed class PlainSummaryViewComponent(IPlainSummaries summaries) : ViewComponent
{
    /// <summary>Shows it.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="proposalId">The proposal; none for the round itself.</param>
    public async Task<IViewComponentResult> InvokeAsync(long roundId, long? proposalId = null)
    {
        if (HttpContext.Reading() != Reading.Plain)
            return Content("");
        var written = await summaries.OfRoundAsync(roundId, HttpContext.RequestAborted);
        return (proposalId is { } id ? written.Of(id) : written.Round) is { } text ? View(text) : Content("");
    }
}
