using Budgeting.Core.Assistance;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>How many voters of a published round were helped in the booth, on the page of its result. Nothing in a round without helpers.</summary>
public sealed class HelpedVotersViewComponent(IAssistance assistance) : ViewComponent
{
    /// <summary>Shows it.</summary>
    public async Task<IViewComponentResult> InvokeAsync(long roundId) =>
        await assistance.PublishedAsync(roundId, HttpContext.RequestAborted) is { } helped ? View(helped) : Content("");
}
