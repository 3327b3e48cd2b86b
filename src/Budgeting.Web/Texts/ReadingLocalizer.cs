using System.Globalization;
using Budgeting.Web.Shell;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Texts;

/// <summary>
/// The texts of a set; for those who read plain language, what <see cref="PlainTexts"/> has in their place under the set's name and the key: <c>VotingTexts.Vote.How</c>.
/// </summary>
/// <typeparam name="TSet">The set.</typeparam>
/// <param name="factory">Finds texts.</param>
/// <param name="requests">Says who reads.</param>
public sealed class ReadingLocalizer<TSet>(IStringLocalizerFactory factory, IHttpContextAccessor requests) : IStringLocalizer<TSet>
{
    private static readonly string Prefix = $"{typeof(TSet).Name}.";

    private readonly IStringLocalizer _texts = factory.Create(typeof(TSet));
    private readonly IStringLocalizer _plain = factory.Create(typeof(PlainTexts));

    /// <inheritdoc/>
    public LocalizedString this[string name] => Plain(name) is { } plain ? new(name, plain.Value) : _texts[name];

    /// <inheritdoc/>
    public LocalizedString this[string name, params object[] arguments] =>
        Plain(name) is { } plain ? new(name, string.Format(CultureInfo.CurrentCulture, plain.Value, arguments)) : _texts[name, arguments];

    /// <inheritdoc/>
    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => _texts.GetAllStrings(includeParentCultures);

    private LocalizedString? Plain(string name) =>
        requests.HttpContext is { } request && request.Reading() == Reading.Plain && _plain[Prefix + name] is { ResourceNotFound: false } plain ? plain : null;
}
