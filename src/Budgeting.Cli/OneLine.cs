namespace Budgeting.Cli;

/// <summary>Text from files, made fit for one line of a terminal.</summary>
internal static class OneLine
{
    /// <summary>The text with spaces for control characters, so that no file can move the cursor or break the line.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, Clean) : text;

    private static void Clean(Span<char> target, string text)
    {
        for (int index = 0; index < target.Length; index++)
        {
            target[index] = char.IsControl(text[index]) ? ' ' : text[index];
        }
    }
}
