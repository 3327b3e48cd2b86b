using Budgeting.Web.Components;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>Where a provider of e-identification sends the browser back to.</summary>
public sealed class IdentifyReturnModel(IIdentification identification, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>The provider's key.</summary>
    [BindProperty(SupportsGet = true)] public string Provider { get; set; } = "";

    /// <summary>Where the person was going; null when it is not known.</summary>
    public string? Going => identification.Going;

    /// <summary>Takes the answer and goes on; shows why not when it cannot be taken.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        // Read here and not bound: a talkative log tells what is handed to a handler.
        var finished = await identification.FinishAsync(Provider, new(Request.Query["code"], Request.Query["state"], Request.Query["error"], Given("iss")), cancellation);
        if (finished.Granted)
        {
            if (finished.Value.Use is { } use)
                this.Confirm(texts.Told(use));
            return LocalRedirect(finished.Value.Address);
        }
        ModelState.Clear();
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return this.Refuse(finished.Refusals);
    }

    private string? Given(string name) => Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
}
