namespace Budgeting.Core;

/// <summary>
/// Codes that people copy by hand: Crockford's base 32 (no I, L, O, U) with a check symbol by the Luhn algorithm modulo 32, which finds
/// every single wrong symbol and nearly every swapped pair.
/// </summary>
internal static class CheckedCode
{
    public const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Random symbols, five bits each.</summary>
    public static string Random(Randomness randomness, int length) =>
        new([.. randomness.Bytes(length).Select(random => Symbols[random % Symbols.Length])]);

    /// <summary>The symbols with their check symbol, in groups of a size with hyphens between.</summary>
    public static string Write(ReadOnlySpan<char> symbols, int groups) =>
        string.Join('-', string.Concat(symbols, [Check(symbols)]).Chunk(groups).Select(group => new string(group)));

    /// <summary>The symbols without their check symbol, however typed: small letters, spaces, no hyphens, O for 0, I or L for 1. Null when the check fails.</summary>
    public static string? Read(string? typed, int length)
    {
        var symbols = (typed ?? "").Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '–'))
            .Take(length + 2)
            .Select(char.ToUpperInvariant)
            .Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c })
            .ToArray();
        return symbols.Length == length + 1 && symbols.All(c => Symbols.Contains(c)) && Check(symbols.AsSpan(0, length)) == symbols[^1]
            ? new string(symbols, 0, length)
            : null;
    }

    private static char Check(ReadOnlySpan<char> symbols)
    {
        var sum = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            var value = Symbols.IndexOf(symbols[^(i + 1)]) * (i % 2 == 0 ? 2 : 1);
            sum += (value / 32) + (value % 32);
        }
        return Symbols[(32 - (sum % 32)) % 32];
    }
}
