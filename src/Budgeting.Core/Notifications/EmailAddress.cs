using System.Globalization;
using System.Text;

namespace Budgeting.Core.Notifications;

/// <summary>
/// An e-mail address, written one way however it was typed: no needless quotes, the domain in small letters and in its own script.
/// RFC 5321 and 6531, without address literals and domains of one label.
/// </summary>
public sealed record EmailAddress
{
    private const int LongestLocalPart = 64;
    private const int Longest = 254;

    private EmailAddress(string value) => Value = value;

    /// <summary>The address, at most 254 characters.</summary>
    public string Value { get; }

    /// <summary>The form by which addresses are compared: that of ASP.NET Core Identity. Capital letters make no other address.</summary>
    public string Key => Value.ToUpperInvariant();

    /// <summary>Reads what was typed; null when it is no address.</summary>
    public static EmailAddress? Parse(string? typed)
    {
        var text = (typed ?? "").Trim();
        if (!Validation.Fits(text, 3, Longest) || text.LastIndexOf('@') is not (> 0 and var at))
            return null;
        if (LocalPart(text[..at].Normalize()) is not { } local || Domain(text[(at + 1)..]) is not { } domain)
            return null;
        var length = Encoding.UTF8.GetByteCount(local);
        return length <= LongestLocalPart && length + 1 + domain.Ascii.Length <= Longest ? new($"{local}@{domain.Shown}") : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? LocalPart(string text)
    {
        if (text[0] != '"')
            return IsDotAtom(text) ? text : null;
        if (text.Length < 3 || text[^1] != '"')
            return null;
        var content = new StringBuilder();
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '"' || text[i] == '\\' && ++i == text.Length - 1)
                return null;
            content.Append(text[i]);
        }
        var plain = content.ToString();
        return IsDotAtom(plain) ? plain : $"\"{plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsDotAtom(string text) => text.Split('.').All(atom => atom.Length > 0 && atom.All(IsAtomText));

    private static bool IsAtomText(char c) =>
        char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal)
        || c >= 0x80 && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned);

    private static (string Shown, string Ascii)? Domain(string text)
    {
        var mapping = new IdnMapping { UseStd3AsciiRules = true };
        try
        {
            var ascii = mapping.GetAscii(text.ToLowerInvariant());
            var labels = ascii.Split('.');
            return labels.Length >= 2 && labels.All(label => label.Length > 0) && !labels[^1].All(char.IsAsciiDigit)
                ? (mapping.GetUnicode(ascii), ascii) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
