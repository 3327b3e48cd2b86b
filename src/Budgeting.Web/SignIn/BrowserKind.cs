namespace Budgeting.Web.SignIn;

/// <summary>The kind of a browser and its device, as roughly as a person needs it to know their own again: <c>Firefox, Android</c>.</summary>
internal static class BrowserKind
{
    // In this order: nearly all of them also claim to be those that follow.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>The kind, from what the browser says of itself; empty when it says nothing known.</summary>
    public static string Of(string userAgent) => string.Join(", ", new[] { Find(Browsers, userAgent), Find(Systems, userAgent) }.OfType<string>());

    private static string? Find((string Mark, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(kind => userAgent.Contains(kind.Mark, StringComparison.Ordinal)).Name;
}
