using System.Globalization;
using Budgeting.Core;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.Components;

/// <summary>What page models do alike.</summary>
public static class PageModelExtensions
{
    private const string NoticeKey = "Notice";

    private const string SignInNeeded = "SignIn.Needed";

    private const string StepUpNeeded = "StepUp.Needed";
    private const string PasskeyNeeded = "Passkey.Needed";
    private const string TooMany = "Attempts.TooMany";

    /// <summary>Puts each refusal beside its field (<c>Title</c> is <c>Input.Title</c>), or above the form when it has none.</summary>
    public static void AddRefusals(
        this ModelStateDictionary modelState, IEnumerable<Refusal> refusals, RefusalTextProvider texts, string prefix = "Input")
    {
        foreach (var refusal in refusals)
        {
            var key = (refusal.Field, prefix) switch
            {
                (null or "", _) => "",
                (var field, "") => field,
                var (field, _) => $"{prefix}.{field}",
            };
            modelState.AddModelError(key, texts.TextOf(refusal));
        }
    }

    /// <summary>
    /// The answer to a refused request: sign-in, 403 (with what to do where only a passkey is missing) or 404 where that is the reason, else the page
    /// again with the reasons in its form. Where a fresh passkey is needed, a form comes back as it was, with a panel that asks for it; an address
    /// leads there and back. What the page shows besides its form has to be loaded before.
    /// </summary>
    public static IActionResult Refuse(this PageModel page, IReadOnlyList<Refusal> refusals, string prefix = "Input")
    {
        ArgumentNullException.ThrowIfNull(page);
        if (refusals.Any(refusal => refusal.Key == Refusal.NotFound.Key))
            return page.NotFound();
        if (refusals.Any(refusal => refusal.Key == Refusal.Forbidden.Key || refusal.Key == SignInNeeded))
            return page.User.IsSignedIn() ? page.Forbid() : page.Challenge();
        if (refusals.Any(refusal => refusal.Key == PasskeyNeeded))
        {
            page.HttpContext.MarkPasskeyMissing();
            return page.Forbid();
        }
        if (refusals.Any(refusal => refusal.Key == StepUpNeeded))
        {
            if (!HttpMethods.IsPost(page.Request.Method))
                return page.LocalRedirect("/sign-in/confirm?returnUrl=" + Uri.EscapeDataString(page.Request.Path + page.Request.QueryString));
            page.ViewData["StepUp"] = true;
        }
        if (refusals.FirstOrDefault(refusal => refusal.Key == TooMany) is { } tooMany)
        {
            // The page says it in words and keeps what was entered; programs and caches read the status.
            page.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            page.Response.Headers.RetryAfter = (60 * Convert.ToInt64(tooMany.Arguments[0], CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
        }
        page.ModelState.AddRefusals(refusals, page.HttpContext.RequestServices.GetRequiredService<RefusalTextProvider>(), prefix);
        return page.Page();
    }

    /// <summary>The answer where everybody's places are taken: 503 and when to come again. Before anything of another answer is begun.</summary>
    public static IActionResult Busy(this PageModel page)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Response.Headers.RetryAfter = "30";
        return page.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Tells on the next page shown that something was done: <c>this.Confirm(T["Saved"])</c> before a redirect.</summary>
    public static void Confirm(this PageModel page, string text)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.TempData[NoticeKey] = text;
    }

    /// <summary>What <see cref="Confirm"/> left to be told, if anything; told once.</summary>
    internal static string? TakeNotice(this ViewContext view)
    {
        // Only opening TempData sends a cookie to everyone, so it is opened for those who have something in it.
        var cookie = view.HttpContext.RequestServices.GetRequiredService<IOptions<CookieTempDataProviderOptions>>().Value.Cookie.Name!;
        return view.HttpContext.Request.Cookies.ContainsKey(cookie) ? view.TempData[NoticeKey] as string : null;
    }
}
