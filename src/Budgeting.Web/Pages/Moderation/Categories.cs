using Budgeting.Core.Moderation;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>What the forms of moderation choose from.</summary>
public static class Categories
{
    /// <summary>The kinds of reasons.</summary>
    public static IEnumerable<SelectListItem> Items(IStringLocalizer texts) => Of<ModerationCategory>(texts);

    /// <summary>The values of an enumeration in words.</summary>
    public static IEnumerable<SelectListItem> Of<T>(IStringLocalizer texts)
        where T : struct, Enum => Enum.GetValues<T>().Select(value => new SelectListItem(texts.Of(value), value.ToString()));
}
