namespace Budgeting.Core.Voting;

/// <summary>
/// Receipt codes: 75 random bits in Crockford's base 32 (no I, L, O, U), and a check symbol by the Luhn algorithm modulo 32, which finds
/// every single wrong symbol and nearly every swapped pair. Written in four groups of four: <c>7KQ2-M9XA-0C4T-WZ1H</c>.
/// </summary>
internal static class ReceiptCode
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 15;

    public static string New(Randomness randomness)
    {
        var symbols = randomness.Bytes(Length).Select(random => Symbols[random % Symbols.Length]).ToArray();
        return Grouped(new string(symbols) + Check(symbols));
    }

    /// <summary>The code as it was given out, however it was typed: small letters, spaces, no hyphens, O for 0, I or L for 1. Null when the check fails.</summary>
    public static string? Read(string? typed)
    {
        var symbols = (typed ?? "").ToUpperInvariant()
            .Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '–'))
            .Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c })
            .ToArray();
        return symbols.Length == Length + 1 && symbols.All(c => Symbols.Contains(c)) && Check(symbols.AsSpan(0, Length)) == symbols[^1]
            ? Grouped(new string(symbols))
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

    private static string Grouped(string code) => string.Join('-', code.Chunk(4).Select(group => new string(group)));
}
