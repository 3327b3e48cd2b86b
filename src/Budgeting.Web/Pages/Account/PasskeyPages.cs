using System.Text.Json.Nodes;
using Budgeting.Core;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Account;

/// <summary>What the pages of signing in do alike.</summary>
internal static class PasskeyPages
{
    /// <summary>A question for the browser's script, which nobody keeps.</summary>
    public static IActionResult Question(this PageModel page, PasskeyQuestion question)
    {
        page.Response.Headers.CacheControl = "no-store";
        return page.Content(new JsonObject { ["options"] = JsonNode.Parse(question.Options), ["state"] = question.State }.ToJsonString(), "application/json");
    }

    /// <summary>The question, or 400: then the script sends the form as it is, and the page says what is wrong.</summary>
    public static IActionResult Question(this PageModel page, Outcome<PasskeyQuestion> question) =>
        question.Granted ? page.Question(question.Value) : page.BadRequest();

    /// <summary>The end of an address that leads on to where the person was going.</summary>
    public static string OnwardQuery(this PageModel page, string? returnUrl) =>
        returnUrl is { Length: > 0 } ? "?returnUrl=" + Uri.EscapeDataString(returnUrl) : "";
}
