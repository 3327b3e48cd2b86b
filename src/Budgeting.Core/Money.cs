using System.Globalization;

namespace Budgeting.Core;

/// <summary>An amount of euros, held as whole cents in a 64-bit integer.</summary>
/// <remarks>
/// Arithmetic is checked: a sum that leaves the 64-bit range throws <see cref="OverflowException"/> and never wraps.
/// Amounts that people type are bounded by <see cref="Largest"/>, so that sums of thousands of them stay in range.
/// </remarks>
/// <param name="Cents">Whole euro cents.</param>
public readonly record struct Money(long Cents) : IComparable<Money>
{
    /// <summary>The largest amount that may be entered: 10^15 cents, ten trillion euros.</summary>
    public static readonly Money Largest = new(1_000_000_000_000_000);

    /// <summary>Nothing.</summary>
    public static readonly Money Zero = new(0);

    /// <summary>An amount of whole euros.</summary>
    /// <exception cref="OverflowException">The amount leaves the 64-bit range of cents.</exception>
    public static Money FromEuros(long euros) => new(checked(euros * 100));

    /// <summary>The sum, checked.</summary>
    public static Money operator +(Money left, Money right) => new(checked(left.Cents + right.Cents));

    /// <summary>The difference, checked; it may be negative.</summary>
    public static Money operator -(Money left, Money right) => new(checked(left.Cents - right.Cents));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Money left, Money right) => left.Cents < right.Cents;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Money left, Money right) => left.Cents > right.Cents;

    /// <summary>Whether the left amount is smaller or the same.</summary>
    public static bool operator <=(Money left, Money right) => left.Cents <= right.Cents;

    /// <summary>Whether the left amount is larger or the same.</summary>
    public static bool operator >=(Money left, Money right) => left.Cents >= right.Cents;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Cents.CompareTo(other.Cents);

    /// <summary>The sum of amounts, checked.</summary>
    /// <exception cref="OverflowException">The sum leaves the 64-bit range.</exception>
    public static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Zero, (sum, amount) => sum + amount);

    /// <summary>
    /// Reads an amount of euros as a person types it: digits, optional spaces between thousands, an optional euro sign,
    /// and at most two decimals after a comma or a point.
    /// </summary>
    /// <returns>
    /// The amount, or a refusal: <c>Money.Unreadable</c>, <c>Money.Negative</c>, <c>Money.FractionOfCent</c> or <c>Money.TooLarge</c>.
    /// </returns>
    public static Outcome<Money> Parse(string? text, string? field = null)
    {
        var digits = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c) && c != '€')).Replace(',', '.').Replace('−', '-');
        var negative = digits.StartsWith('-');
        var parts = digits.TrimStart('-').Split('.');
        var readable = parts.Length is 1 or 2
            && parts[0].Length > 0
            && parts.All(part => part.All(char.IsAsciiDigit))
            && (parts.Length == 1 || parts[1].Length > 0)
            && digits.Count(c => c == '-') == (negative ? 1 : 0);
        if (!readable)
            return Refusal.Of("Money.Unreadable", field);
        if (negative)
            return Refusal.Of("Money.Negative", field);
        var fraction = parts.Length == 2 ? parts[1] : "";
        if (fraction.Length > 2)
            return Refusal.Of("Money.FractionOfCent", field);
        var cents = parts[0].TrimStart('0') + fraction.PadRight(2, '0');
        if (cents.Length > 18 || long.Parse(cents, CultureInfo.InvariantCulture) > Largest.Cents)
            return Refusal.Of("Money.TooLarge", field, Largest);
        return new Money(long.Parse(cents, CultureInfo.InvariantCulture));
    }

    /// <summary>The amount as a person of the culture reads it, with cents only when there are any: <c>12 000 €</c>, <c>0,50 €</c>.</summary>
    public string ToString(CultureInfo culture)
    {
        var euros = Cents / 100m;
        return euros.ToString(Cents % 100 == 0 ? "N0" : "N2", culture) + "\u00a0€";
    }

    /// <summary>The amount in euros with two decimals, independent of culture.</summary>
    public override string ToString() => (Cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
