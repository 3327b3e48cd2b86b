using System.Globalization;
using Budgeting.Core;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Components;

/// <summary>A word on the state of a thing. <c>&lt;status-label kind="success"&gt;…&lt;/status-label&gt;</c></summary>
[HtmlTargetElement("status-label")]
public sealed class StatusLabelTagHelper : TagHelper
{
    /// <summary><c>success</c>, <c>info</c>, <c>alert</c>, <c>error</c> or <c>neutral</c>.</summary>
    public string Kind { get; set; } = "neutral";

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output) => Become(output, Kind);

    internal static void Become(TagHelperOutput output, string kind)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", kind == "neutral" ? "hds-status-label" : $"hds-status-label hds-status-label--{kind}");
    }
}

/// <summary>The phase of a round. <c>&lt;phase-label phase="@Model.Phase" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("phase-label", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PhaseLabelTagHelper(IStringLocalizer<SharedTexts> texts) : TagHelper
{
    /// <summary>The phase's name in code.</summary>
    public required string Phase { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        StatusLabelTagHelper.Become(output, Phase switch
        {
            "Proposing" or "CoDeveloping" => "info",
            "Voting" => "alert",
            "Published" or "Implementing" => "success",
            _ => "neutral",
        });
        output.Content.SetContent(texts[$"Phase.{Phase}"]);
    }
}

/// <summary>Something to notice. <c>&lt;notice kind="success" title="…"&gt;…&lt;/notice&gt;</c></summary>
[HtmlTargetElement("notice")]
public sealed class NoticeTagHelper : TagHelper
{
    /// <summary><c>success</c>, <c>info</c>, <c>alert</c> or <c>error</c>.</summary>
    public string Kind { get; set; } = "info";

    /// <summary>The title.</summary>
    public string? Title { get; set; }

    /// <summary>Whether it tells what just happened, and so is read out at once.</summary>
    public bool Live { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var body = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"notice hds-notification hds-notification--{Kind}");
        if (Live)
            output.Attributes.SetAttribute("role", Kind == "error" ? "alert" : "status");
        var content = new TagBuilder("div");
        content.AddCssClass("hds-notification__content");
        if (!string.IsNullOrEmpty(Title))
        {
            var label = new TagBuilder("p");
            label.AddCssClass("hds-notification__label");
            var icon = Kind switch { "success" => "check-circle-fill", "alert" => "alert-circle-fill", "error" => "error-fill", _ => "info-circle-fill" };
            label.InnerHtml.AppendHtml($"<span class=\"hds-icon hds-icon--{icon}\" aria-hidden=\"true\"></span>").Append(Title);
            content.InnerHtml.AppendHtml(label);
        }
        if (!body.IsEmptyOrWhiteSpace)
        {
            var text = new TagBuilder("div");
            text.AddCssClass("hds-notification__body");
            text.InnerHtml.AppendHtml(body);
            content.InnerHtml.AppendHtml(text);
        }
        output.Content.SetHtmlContent(content);
    }
}

/// <summary>
/// A table that scrolls by itself on a narrow screen. Write thead and tbody within.
/// <c>&lt;data-table caption="…"&gt;&lt;thead&gt;…&lt;/thead&gt;&lt;tbody&gt;…&lt;/tbody&gt;&lt;/data-table&gt;</c>; numbers get the class <c>number</c>.
/// </summary>
[HtmlTargetElement("data-table")]
public sealed class DataTableTagHelper : TagHelper
{
    /// <summary>What the table shows.</summary>
    public required string Caption { get; set; }

    /// <summary>Whether the heading above the table says the same: then the caption is for those only who come to the table without it.</summary>
    public bool Headed { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "table";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "hds-table hds-table--light data-table");
        var wrapper = new TagBuilder("div")
        {
            TagRenderMode = TagRenderMode.StartTag,
            // A region that scrolls must be reachable by keyboard.
            Attributes = { ["role"] = "region", ["tabindex"] = "0", ["aria-label"] = Caption },
        };
        wrapper.AddCssClass("hds-table-container");
        output.PreElement.SetHtmlContent(wrapper);
        var caption = new TagBuilder("caption");
        caption.AddCssClass(Headed ? "visually-hidden" : "hds-table__caption");
        caption.InnerHtml.Append(Caption);
        output.PreContent.SetHtmlContent(caption);
        output.PostElement.SetHtmlContent("</div>");
    }
}

/// <summary>Names and their values: <c>&lt;facts&gt;&lt;fact label="…"&gt;…&lt;/fact&gt;&lt;/facts&gt;</c>.</summary>
[HtmlTargetElement("facts")]
public sealed class FactsTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "dl";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "facts");
    }
}

/// <summary>One name with its value.</summary>
[HtmlTargetElement("fact", ParentTag = "facts")]
public sealed class FactTagHelper : TagHelper
{
    /// <summary>The name.</summary>
    public required string Label { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        var name = new TagBuilder("dt");
        name.InnerHtml.Append(Label);
        output.PreContent.AppendHtml(name).AppendHtml("<dd>");
        output.PostContent.SetHtmlContent("</dd>");
    }
}

/// <summary>An instant, readable by people and machines. <c>&lt;moment at="Model.Opens" /&gt;</c></summary>
[HtmlTargetElement("moment", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MomentTagHelper : TagHelper
{
    /// <summary>The instant.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Whether the day is enough.</summary>
    public bool Day { get; set; }

    /// <summary>The region's time zone; Helsinki's when null.</summary>
    public TimeZoneInfo? Zone { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Content.SetContent(Day ? Format.Day(At, Zone) : Format.Moment(At, Zone));
    }
}

/// <summary>A public text in the page's language, or marked as another one when it has to fall back. <c>&lt;localized text="Model.Name" /&gt;</c></summary>
[HtmlTargetElement("localized", TagStructure = TagStructure.WithoutEndTag)]
public sealed class LocalizedTagHelper : TagHelper
{
    /// <summary>The text.</summary>
    public required LocalizedText Text { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var shown = Text.LanguageShown(LanguageChoice.Current);
        output.TagName = shown == LanguageChoice.Current ? null : "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (output.TagName is not null)
            output.Attributes.SetAttribute("lang", shown);
        output.Content.SetContent(Text.In(LanguageChoice.Current));
    }
}

/// <summary>Plain text as paragraphs: an empty line parts them, a line break stays one. <c>&lt;text-paragraphs text="@Model.Text" lang="sv" /&gt;</c></summary>
[HtmlTargetElement("text-paragraphs", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TextParagraphsTagHelper : TagHelper
{
    /// <summary>The text, as someone wrote it.</summary>
    public string? Text { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "text");
        // User text sets its own direction and language without disturbing the page around it.
        output.Attributes.SetAttribute("dir", "auto");
        output.Content.SetHtmlContent(Paragraphs(Text));
    }

    internal static HtmlContentBuilder Paragraphs(string? text)
    {
        var content = new HtmlContentBuilder();
        var lines = (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
        TagBuilder? paragraph = null;
        foreach (var line in lines)
        {
            if (line.Length == 0)
            {
                paragraph = null;
                continue;
            }
            if (paragraph is null)
                content.AppendHtml(paragraph = new TagBuilder("p"));
            else
                paragraph.InnerHtml.AppendHtml("<br>");
            paragraph.InnerHtml.Append(line);
        }
        return content;
    }
}

/// <summary>Steps through the pages of a list, keeping the rest of the address. <c>&lt;pager page="Model.PageNumber" pages="Model.PageCount" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PagerTagHelper(IStringLocalizer<SharedTexts> texts) : TagHelper
{
    /// <summary>The page shown, from one.</summary>
    public int Page { get; set; }

    /// <summary>How many pages there are.</summary>
    public int Pages { get; set; }

    /// <summary>The name of the page number in the query. (<c>page</c> itself is taken by Razor Pages.)</summary>
    public string Parameter { get; set; } = "pageNumber";

    /// <summary>The view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Pages <= 1)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", texts["Pager.Label"].Value);
        if (Page > 1)
            output.Content.AppendHtml(Step(Page - 1, "prev", texts["Pager.Previous"]));
        var list = new TagBuilder("ul");
        list.AddCssClass("pager__pages");
        var before = 0;
        foreach (var number in Shown())
        {
            if (number > before + 1)
                list.InnerHtml.AppendHtml("<li class=\"pager__gap\">…</li>");
            list.InnerHtml.AppendHtml(Item(number));
            before = number;
        }
        output.Content.AppendHtml(list);
        if (Page < Pages)
            output.Content.AppendHtml(Step(Page + 1, "next", texts["Pager.Next"]));
    }

    private IEnumerable<int> Shown() =>
        new[] { 1, Page - 1, Page, Page + 1, Pages }.Where(number => number >= 1 && number <= Pages).Distinct().Order();

    private TagBuilder Item(int number)
    {
        var link = Link(number, "hds-pagination__item-link");
        link.Attributes["aria-label"] = texts["Pager.Page", number, Pages];
        link.InnerHtml.Append(number.ToString(CultureInfo.CurrentCulture));
        if (number == Page)
        {
            link.AddCssClass("hds-pagination__item-link--active");
            link.Attributes["aria-current"] = "page";
        }
        var item = new TagBuilder("li");
        item.InnerHtml.AppendHtml(link);
        return item;
    }

    private TagBuilder Step(int number, string rel, string text)
    {
        var link = Link(number, "hds-button hds-button--supplementary hds-button--small");
        link.Attributes["rel"] = rel;
        link.InnerHtml.Append(text);
        return link;
    }

    private TagBuilder Link(int number, string cssClass)
    {
        var request = ViewContext.HttpContext.Request;
        var query = request.Query.Where(pair => pair.Key != Parameter)
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        var address = QueryHelpers.AddQueryString(
            request.PathBase + request.Path,
            query.Append(new(Parameter, number.ToString(CultureInfo.InvariantCulture))));
        var link = new TagBuilder("a") { Attributes = { ["href"] = address } };
        link.AddCssClass(cssClass);
        return link;
    }
}

/// <summary>A step of the way to this page, within <c>@section Breadcrumb</c>. <c>&lt;crumb href="/rounds"&gt;…&lt;/crumb&gt;</c></summary>
[HtmlTargetElement("crumb")]
public sealed class CrumbTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "a";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "hds-link breadcrumb__link");
        output.PreElement.SetHtmlContent("<li>");
        output.PostElement.SetHtmlContent("</li>");
    }
}

/// <summary>A link of the main navigation, which knows when its part of the site is shown. <c>&lt;nav-link href="/rounds"&gt;…&lt;/nav-link&gt;</c></summary>
[HtmlTargetElement("nav-link")]
public sealed class NavLinkTagHelper : TagHelper
{
    /// <summary>The address.</summary>
    public required string Href { get; set; }

    /// <summary>The view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var path = ViewContext.HttpContext.Request.Path;
        output.TagName = "a";
        output.Attributes.SetAttribute("href", Href);
        output.Attributes.SetAttribute("class", "navigation__link");
        if (path == Href)
            output.Attributes.SetAttribute("aria-current", "page");
        else if (Href != "/" && path.StartsWithSegments(Href))
            output.Attributes.SetAttribute("aria-current", "true");
        output.PreElement.SetHtmlContent("<li>");
        output.PostElement.SetHtmlContent("</li>");
    }
}
