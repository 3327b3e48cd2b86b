namespace Budgeting.Core.Electorate;

/// <summary>The codes by which entries are proved: 70 random bits and a check symbol, <c>7KQ2M-9XA0C-4TWZ1</c>.</summary>
internal static class EntryCode
{
    private const int Length = 14;
    private const int Groups = 5;

    /// <summary>The symbols of a new code, without the check symbol.</summary>
    public static string Random(Randomness randomness) => CheckedCode.Random(randomness, Length);

    /// <summary>The code as it is given out.</summary>
    public static string Write(string symbols) => CheckedCode.Write(symbols, Groups);

    /// <summary>The symbols, however typed. Null when the check fails.</summary>
    public static string? Read(string? typed) => CheckedCode.Read(typed, Length);
}
