using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Components;

/// <summary>
/// What is to be corrected, above the form and in focus, each error a link to its field.
/// Nothing is shown while there is none. <c>&lt;error-summary /&gt;</c>
/// </summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("error-summary", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ErrorSummaryTagHelper(IStringLocalizer<SharedTexts> texts) : TagHelper
{
    /// <summary>The view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (ViewContext.ModelState.IsValid)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "hds-error-summary hds-notification hds-notification--error error-summary");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.Attributes.SetAttribute("autofocus", "autofocus");
        output.Attributes.SetAttribute("aria-labelledby", "error-summary-title");

        var label = new TagBuilder("h2") { Attributes = { ["id"] = "error-summary-title" } };
        label.AddCssClass("hds-notification__label");
        label.InnerHtml.AppendHtml("<span class=\"hds-icon hds-icon--error-fill\" aria-hidden=\"true\"></span>").Append(texts["ErrorSummary.Title"]);
        var list = new TagBuilder("ul");
        foreach (var (key, entry) in ViewContext.ModelState.OrderBy(pair => Place(pair.Key)))
        {
            foreach (var error in entry?.Errors ?? [])
                list.InnerHtml.AppendHtml(Item(key, error.ErrorMessage));
        }
        var body = new TagBuilder("div");
        body.AddCssClass("hds-notification__body hds-error-summary__body");
        body.InnerHtml.AppendHtml(list);
        var content = new TagBuilder("div");
        content.AddCssClass("hds-notification__content");
        content.InnerHtml.AppendHtml(label).AppendHtml(body);
        output.Content.SetHtmlContent(content);
    }

    // Errors stand in the order of the form's fields, which is the order a browser posts them in.
    private int Place(string key)
    {
        var request = ViewContext.HttpContext.Request;
        if (key.Length == 0 || !request.HasFormContentType)
            return -1;
        var place = request.Form.Keys.ToList().IndexOf(key);
        return place < 0 ? int.MaxValue : place;
    }

    private static TagBuilder Item(string key, string message)
    {
        var item = new TagBuilder("li");
        if (key.Length == 0)
        {
            item.InnerHtml.Append(message);
            return item;
        }
        var link = new TagBuilder("a") { Attributes = { ["href"] = "#" + TagBuilder.CreateSanitizedId(key, "_") } };
        link.InnerHtml.Append(message);
        item.InnerHtml.AppendHtml(link);
        return item;
    }
}
