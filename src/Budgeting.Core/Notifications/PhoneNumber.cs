namespace Budgeting.Core.Notifications;

/// <summary>A telephone number with its country code, as E.164 writes it: <c>+358401234567</c>.</summary>
public sealed record PhoneNumber
{
    private PhoneNumber(string value) => Value = value;

    /// <summary>The number: a plus sign and 8 to 15 digits.</summary>
    public string Value { get; }

    /// <summary>Reads what was typed, with spaces, hyphens and parentheses anywhere and 00 for the plus sign; null when it is no number with a country code.</summary>
    public static PhoneNumber? Parse(string? typed)
    {
        var text = string.Concat((typed ?? "").Where(c => c is not (' ' or '-' or '(' or ')' or '\u00a0')));
        if (text.StartsWith("00", StringComparison.Ordinal))
            text = $"+{text[2..]}";
        return text is ['+', >= '1' and <= '9', ..] && text.Length is >= 9 and <= 16 && text[1..].All(char.IsAsciiDigit) ? new(text) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
