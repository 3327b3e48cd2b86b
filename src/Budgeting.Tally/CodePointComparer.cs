namespace Budgeting.Tally;

/// <summary>Orders strings by their Unicode code points, so that "10" comes before "9".</summary>
/// <remarks>
/// This is the order of the strings' UTF-8 bytes and of Python's strings. It differs from
/// <see cref="StringComparer.Ordinal"/>, which compares UTF-16 units and so puts characters beyond U+FFFF
/// (written with surrogates, U+D800 to U+DFFF) before those from U+E000 to U+FFFF.
/// </remarks>
public sealed class CodePointComparer : IComparer<string>
{
    private CodePointComparer()
    {
    }

    /// <summary>The only instance; it holds no state.</summary>
    public static CodePointComparer Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        int common = x.AsSpan().CommonPrefixLength(y);
        return common < x.Length && common < y.Length
            ? Rank(x[common]) - Rank(y[common])
            : x.Length - y.Length;
    }

    // Surrogates stand for code points above every other UTF-16 unit: move them to the end.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
