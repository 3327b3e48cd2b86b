using System.Globalization;
using Budgeting.Core;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Components;

/// <summary>
/// What every field of a form has: a label, a hint and the errors beside it, tied together for assistive technology.
/// Attributes that are not named here (<c>autocomplete</c>, <c>inputmode</c>, <c>type</c>, <c>lang</c>…) go to the control itself.
/// </summary>
/// <param name="texts">The shared texts.</param>
public abstract class FieldTagHelper(IStringLocalizer<SharedTexts> texts) : TagHelper
{
    /// <summary>The page model's property: <c>asp-for="Input.Title"</c>.</summary>
    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    /// <summary>The label, always visible.</summary>
    public required string Label { get; set; }

    /// <summary>Help that is needed while filling the field in.</summary>
    public string? Hint { get; set; }

    /// <summary>Whether the field must be filled in. It marks the field and leaves saying so to the server, in the person's language.</summary>
    public bool Required { get; set; }

    /// <summary>The largest number of characters. It is told in the hint and not enforced by the browser, which would cut a pasted text without a word.</summary>
    public int? Maxlength { get; set; }

    /// <summary>The view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The shared texts.</summary>
    protected IStringLocalizer<SharedTexts> Texts { get; } = texts;

    /// <summary>The control's name in the posted form.</summary>
    protected string Name => ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);

    /// <summary>The control's id, which the error summary links to.</summary>
    protected string Id => TagBuilder.CreateSanitizedId(Name, "_");

    /// <summary>The errors of the field.</summary>
    protected IReadOnlyList<string> Errors =>
        [.. ViewContext.ModelState.TryGetValue(Name, out var entry) ? entry.Errors.Select(error => error.ErrorMessage) : []];

    /// <summary>What the field holds: what the person posted, else the model's value.</summary>
    protected string? Value =>
        ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.AttemptedValue is { } attempted ? attempted : Edited(For.Model);

    /// <summary>A model's value as it is typed.</summary>
    protected virtual string? Edited(object? value) => value switch
    {
        null => null,
        Money amount => Format.MoneyToEdit(amount),
        DateTimeOffset instant => LocalTime.ToEdit(instant),
        DateTime local => local.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The hint with the limit of characters, or nothing.</summary>
    protected string? WholeHint => (Hint, Maxlength) switch
    {
        (_, null) => string.IsNullOrEmpty(Hint) ? null : Hint,
        (null or "", { } most) => Texts["Field.MaxLength", Format.Number(most)],
        ({ } hint, { } most) => $"{hint} {Texts["Field.MaxLength", Format.Number(most)]}",
    };

    /// <summary>Moves the attributes given to the field to its control, and ties hint and errors to it.</summary>
    protected void Describe(TagBuilder control, TagHelperOutput output)
    {
        foreach (var attribute in output.Attributes)
            control.Attributes[attribute.Name] = attribute.Value?.ToString();
        output.Attributes.Clear();
        var describedBy = string.Join(' ', new[] { WholeHint is null ? null : HintId, Errors.Count == 0 ? null : ErrorId }.OfType<string>());
        if (describedBy.Length > 0)
            control.Attributes["aria-describedby"] = describedBy;
        if (Errors.Count > 0)
            control.Attributes["aria-invalid"] = "true";
        if (Required)
            control.Attributes["aria-required"] = "true";
    }

    /// <summary>The hint's id.</summary>
    protected string HintId => Id + "-hint";

    /// <summary>The errors' id.</summary>
    protected string ErrorId => Id + "-error";

    /// <summary>The label's text with the mark of a required field.</summary>
    protected void AppendLabel(TagBuilder label, string block)
    {
        label.InnerHtml.Append(Label);
        if (Required)
            label.InnerHtml.AppendHtml(Tag("span", $"{block}__required", " *", ("aria-hidden", "true")));
    }

    /// <summary>Adds the hint.</summary>
    protected void AppendHint(TagHelperContent content)
    {
        if (WholeHint is { } hint)
            content.AppendHtml(Tag("div", "hds-text-input__helper-text", hint, ("id", HintId)));
    }

    /// <summary>Adds the errors.</summary>
    protected void AppendErrors(TagHelperContent content, string block)
    {
        if (Errors.Count > 0)
            content.AppendHtml(Tag("div", $"{block}__error-text", string.Join('\n', Errors), ("id", ErrorId)));
    }

    /// <summary>Makes the field's outer element.</summary>
    protected void Wrap(TagHelperOutput output, string tag, string cssClass)
    {
        output.TagName = tag;
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"field {cssClass}");
    }

    /// <summary>An element with a text.</summary>
    protected static TagBuilder Tag(string name, string cssClass, string text, params (string Name, string Value)[] attributes)
    {
        var tag = new TagBuilder(name);
        tag.AddCssClass(cssClass);
        foreach (var (attribute, value) in attributes)
            tag.Attributes[attribute] = value;
        tag.InnerHtml.Append(text);
        return tag;
    }
}

/// <summary>A field whose control stands alone under its label.</summary>
/// <param name="texts">The shared texts.</param>
public abstract class SingleControlTagHelper(IStringLocalizer<SharedTexts> texts) : FieldTagHelper(texts)
{
    private const string Block = "hds-text-input";

    /// <summary>Makes the control.</summary>
    protected abstract Task<TagBuilder> MakeControlAsync(TagHelperOutput output);

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var control = await MakeControlAsync(output);
        control.AddCssClass($"{Block}__input");
        control.Attributes["id"] = Id;
        control.Attributes["name"] = Name;
        Describe(control, output);

        var label = new TagBuilder("label") { Attributes = { ["for"] = Id } };
        label.AddCssClass($"{Block}__label");
        AppendLabel(label, Block);
        var wrapper = new TagBuilder("div");
        wrapper.AddCssClass($"{Block}__input-wrapper");
        wrapper.InnerHtml.AppendHtml(control);

        Wrap(output, "div", Errors.Count == 0 ? Block : $"{Block} {Block}--invalid");
        output.Content.SetHtmlContent(label);
        AppendHint(output.Content);
        output.Content.AppendHtml(wrapper);
        AppendErrors(output.Content, Block);
    }
}

/// <summary>One line of text. <c>&lt;field-text asp-for="Input.Title" label="…" maxlength="100" required="true" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-text", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTextTagHelper(IStringLocalizer<SharedTexts> texts) : SingleControlTagHelper(texts)
{
    /// <inheritdoc/>
    protected override Task<TagBuilder> MakeControlAsync(TagHelperOutput output)
    {
        var type = output.Attributes["type"]?.Value?.ToString() ?? "text";
        var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing, Attributes = { ["type"] = type } };
        // A password is never sent back, and a file cannot be.
        if (type is not ("password" or "file"))
            input.Attributes["value"] = Value;
        return Task.FromResult(input);
    }
}

/// <summary>Several lines of text. <c>&lt;field-textarea asp-for="Input.Description" label="…" rows="8" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-textarea", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTextareaTagHelper(IStringLocalizer<SharedTexts> texts) : SingleControlTagHelper(texts)
{
    /// <summary>The lines shown.</summary>
    public int Rows { get; set; } = 6;

    /// <inheritdoc/>
    protected override Task<TagBuilder> MakeControlAsync(TagHelperOutput output)
    {
        var area = new TagBuilder("textarea") { Attributes = { ["rows"] = Rows.ToString(CultureInfo.InvariantCulture) } };
        // The parser drops a line break straight after the tag, so one is given for it to drop.
        area.InnerHtml.AppendHtml("\n").Append(Value ?? "");
        return Task.FromResult(area);
    }
}

/// <summary>An amount of euros; bind it to a string and read it with <see cref="Money.Parse"/>. <c>&lt;field-money asp-for="Input.Cost" label="…" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-money", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldMoneyTagHelper(IStringLocalizer<SharedTexts> texts) : SingleControlTagHelper(texts)
{
    /// <inheritdoc/>
    protected override Task<TagBuilder> MakeControlAsync(TagHelperOutput output)
    {
        Label = $"{Label} (€)";
        var input = new TagBuilder("input")
        {
            TagRenderMode = TagRenderMode.SelfClosing,
            Attributes = { ["type"] = "text", ["inputmode"] = "decimal", ["autocomplete"] = "off", ["value"] = Value },
        };
        input.AddCssClass("field__short");
        return Task.FromResult(input);
    }
}

/// <summary>A day and time in the time of Helsinki; bind it to a string and read it with <see cref="LocalTime.Parse"/>. <c>&lt;field-datetime asp-for="Input.Opens" label="…" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-datetime", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldDateTimeTagHelper(IStringLocalizer<SharedTexts> texts) : SingleControlTagHelper(texts)
{
    /// <inheritdoc/>
    protected override Task<TagBuilder> MakeControlAsync(TagHelperOutput output)
    {
        var input = new TagBuilder("input")
        {
            TagRenderMode = TagRenderMode.SelfClosing,
            Attributes = { ["type"] = "datetime-local", ["value"] = Value },
        };
        input.AddCssClass("field__short");
        return Task.FromResult(input);
    }
}

/// <summary>One choice from a list. <c>&lt;field-select asp-for="Input.Region" label="…" items="Model.Regions" empty="…" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-select", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldSelectTagHelper(IStringLocalizer<SharedTexts> texts) : SingleControlTagHelper(texts)
{
    /// <summary>The choices.</summary>
    public required IEnumerable<SelectListItem> Items { get; set; }

    /// <summary>The text of the choice of nothing, first in the list; without it there is none.</summary>
    public string? Empty { get; set; }

    /// <inheritdoc/>
    protected override Task<TagBuilder> MakeControlAsync(TagHelperOutput output)
    {
        var select = new TagBuilder("select");
        if (Empty is not null)
            select.InnerHtml.AppendHtml(Option("", Empty, chosen: string.IsNullOrEmpty(Value)));
        foreach (var item in Items)
            select.InnerHtml.AppendHtml(Option(item.Value ?? item.Text, item.Text, chosen: Value is null ? item.Selected : Value == (item.Value ?? item.Text)));
        return Task.FromResult(select);
    }

    private static TagBuilder Option(string value, string text, bool chosen)
    {
        var option = new TagBuilder("option") { Attributes = { ["value"] = value } };
        if (chosen)
            option.Attributes["selected"] = "selected";
        option.InnerHtml.Append(text);
        return option;
    }
}

/// <summary>One box to tick, bound to a bool. <c>&lt;field-checkbox asp-for="Input.Consent" label="…" /&gt;</c></summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-checkbox", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldCheckboxTagHelper(IStringLocalizer<SharedTexts> texts) : FieldTagHelper(texts)
{
    private const string Block = "hds-checkbox";

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var box = new TagBuilder("input")
        {
            TagRenderMode = TagRenderMode.SelfClosing,
            Attributes = { ["type"] = "checkbox", ["id"] = Id, ["name"] = Name, ["value"] = "true" },
        };
        box.AddCssClass($"{Block}__input");
        if (Value?.Split(',').Contains("true", StringComparer.OrdinalIgnoreCase) == true)
            box.Attributes["checked"] = "checked";
        Describe(box, output);
        var label = new TagBuilder("label") { Attributes = { ["for"] = Id } };
        label.AddCssClass($"{Block}__label");
        AppendLabel(label, "hds-text-input");

        // A box that is not ticked posts nothing; the second value says that it was there.
        var unticked = new TagBuilder("input")
        {
            TagRenderMode = TagRenderMode.SelfClosing,
            Attributes = { ["type"] = "hidden", ["name"] = Name, ["value"] = "false" },
        };

        Wrap(output, "div", Block);
        output.Content.SetHtmlContent(box);
        output.Content.AppendHtml(label);
        AppendHint(output.Content);
        AppendErrors(output.Content, Block);
        output.Content.AppendHtml(unticked);
    }
}

/// <summary>
/// Choices shown at once: radio buttons, or boxes to tick when the property is a collection.
/// <c>&lt;field-choices asp-for="Input.Rule" label="…" items="Model.Rules" /&gt;</c>
/// </summary>
/// <param name="texts">The shared texts.</param>
[HtmlTargetElement("field-choices", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldChoicesTagHelper(IStringLocalizer<SharedTexts> texts) : FieldTagHelper(texts)
{
    private const string Block = "hds-selection-group";

    /// <summary>The choices.</summary>
    public required IEnumerable<SelectListItem> Items { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var many = For.ModelExplorer.Metadata.IsEnumerableType;
        var (kind, itemBlock) = many ? ("checkbox", "hds-checkbox") : ("radio", "hds-radio-button");
        var chosen = Chosen(many);
        var group = new TagBuilder("div");
        group.AddCssClass($"{Block}__items {Block}__items--vertical");
        foreach (var (item, number) in Items.Select((item, number) => (item, number)))
        {
            // The first has the field's own id: the error summary leads to it.
            var id = number == 0 ? Id : $"{Id}-{number}";
            var input = new TagBuilder("input")
            {
                TagRenderMode = TagRenderMode.SelfClosing,
                Attributes = { ["type"] = kind, ["id"] = id, ["name"] = Name, ["value"] = item.Value ?? item.Text },
            };
            input.AddCssClass($"{itemBlock}__input");
            if (chosen is null ? item.Selected : chosen.Contains(item.Value ?? item.Text))
                input.Attributes["checked"] = "checked";
            if (item.Disabled)
                input.Attributes["disabled"] = "disabled";
            var choice = new TagBuilder("div");
            choice.AddCssClass(itemBlock);
            choice.InnerHtml.AppendHtml(input).AppendHtml(Tag("label", $"{itemBlock}__label", item.Text, ("for", id)));
            group.InnerHtml.AppendHtml(choice);
        }

        var fieldset = new TagBuilder("fieldset");
        Describe(fieldset, output);
        fieldset.Attributes.Remove("aria-required");
        fieldset.Attributes.Remove("aria-invalid");
        foreach (var attribute in fieldset.Attributes)
            output.Attributes.SetAttribute(attribute.Key, attribute.Value);
        var legend = new TagBuilder("legend");
        legend.AddCssClass($"{Block}__legend");
        AppendLabel(legend, Block);
        Wrap(output, "fieldset", Block);
        output.Content.SetHtmlContent(legend);
        AppendHint(output.Content);
        output.Content.AppendHtml(group);
        AppendErrors(output.Content, Block);
    }

    // Null when nothing is known, so that the items say themselves which is chosen.
    private HashSet<string>? Chosen(bool many)
    {
        if (ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.RawValue is { } raw)
            return raw is IEnumerable<string> posted ? [.. posted] : [Convert.ToString(raw, CultureInfo.InvariantCulture) ?? ""];
        if (many && For.Model is System.Collections.IEnumerable values)
            return [.. values.Cast<object?>().Select(value => Edited(value) ?? "")];
        return !many && For.Model is not null ? [Edited(For.Model) ?? ""] : null;
    }
}
