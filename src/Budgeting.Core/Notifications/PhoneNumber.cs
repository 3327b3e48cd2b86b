namespace Budgeting.Core.Notifications;

/// <summary>A telephone number with its country code, as E.164 writes it: <c>+358401234567</c>.</summary>
public sealed record PhoneNumber
{
    private PhoneNumber(string value) => Value = value;

    /// <summary>The number: a plus sign and 8 to 15 digits.</summary>
    public string Value { get; }

    // The only country whose numbers stand in a register without its code. Behind the code they have no 0, which is often written in parentheses.
    private const string Here = "+358";

    /// <summary>
    /// Reads what was typed, with spaces, hyphens and parentheses anywhere and 00 for the plus sign; a number with one leading 0 is a Finnish one, as it is dialled there. Null when it is none.
    /// </summary>
    public static PhoneNumber? Parse(string? typed)
    {
        var text = string.Concat((typed ?? "").Where(c => c is not (' ' or '-' or '(' or ')' or '\u00a0')));
        if (text.StartsWith("00", StringComparison.Ordinal))
            text = $"+{text[2..]}";
        else if (text.StartsWith('0'))
            text = Here + text[1..];
        if (text.StartsWith(Here + "0", StringComparison.Ordinal))
            text = Here + text[5..];
        return text is ['+', >= '1' and <= '9', ..] && text.Length is >= 9 and <= 16 && text[1..].All(char.IsAsciiDigit) ? new(text) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
