using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Texts;

/// <summary>Words for the values of enumerations.</summary>
public static class EnumWords
{
    /// <summary>The word for a value, under the key <c>Type.Value</c>: <c>@S.Of(round.Phase)</c>.</summary>
    public static string Of(this IStringLocalizer texts, Enum value) => texts[$"{value.GetType().Name}.{value}"];

    /// <summary>The name somebody shows, or that they have left: <c>@S.Person(proposal.AuthorName)</c>.</summary>
    public static string Person(this IStringLocalizer<SharedTexts> texts, string name) => name.Length > 0 ? name : texts["Person.Former"];
}
