using System.Globalization;
using System.Numerics;

namespace Budgeting.Tally;

/// <summary>An exact fraction of two integers, always in lowest terms with a positive denominator.</summary>
/// <remarks>
/// Everything that decides a tally is computed with this type, so that no rounding can decide a winner.
/// There is no largest value: arithmetic neither overflows nor rounds. The default value is zero.
/// A rational has no unit of its own; money is in whatever unit the costs and the budget share.
/// </remarks>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>, IComparable
{
    private readonly BigInteger _numerator;

    // Stored less one, so that default(Rational) is 0/1 and not 0/0.
    private readonly BigInteger _denominatorLessOne;

    /// <summary>Creates the fraction <paramref name="numerator"/>/<paramref name="denominator"/> in lowest terms.</summary>
    /// <param name="numerator">Any integer.</param>
    /// <param name="denominator">Any integer but zero.</param>
    /// <exception cref="DivideByZeroException"><paramref name="denominator"/> is zero.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            throw new DivideByZeroException("A fraction cannot have the denominator zero.");
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        _numerator = numerator / divisor;
        _denominatorLessOne = (denominator / divisor) - BigInteger.One;
    }

    private Rational(BigInteger integer) => _numerator = integer;

    /// <summary>Zero.</summary>
    public static Rational Zero => default;

    /// <summary>One.</summary>
    public static Rational One => new(BigInteger.One);

    /// <summary>The numerator in lowest terms; it carries the sign.</summary>
    public BigInteger Numerator => _numerator;

    /// <summary>The denominator in lowest terms; at least one.</summary>
    public BigInteger Denominator => _denominatorLessOne + BigInteger.One;

    /// <summary>Whether the value is a whole number.</summary>
    public bool IsInteger => _denominatorLessOne.IsZero;

    /// <summary>Whether the value is zero.</summary>
    public bool IsZero => _numerator.IsZero;

    /// <summary>-1, 0 or 1: the sign of the value.</summary>
    public int Sign => _numerator.Sign;

    /// <summary>The whole number <paramref name="value"/>.</summary>
    public static implicit operator Rational(long value) => new(value);

    /// <summary>The whole number <paramref name="value"/>.</summary>
    public static implicit operator Rational(BigInteger value) => new(value);

    /// <summary>The sum.</summary>
    public static Rational operator +(Rational left, Rational right) =>
        left.IsInteger && right.IsInteger
            ? new(left._numerator + right._numerator)
            : new(
                (left._numerator * right.Denominator) + (right._numerator * left.Denominator),
                left.Denominator * right.Denominator);

    /// <summary>The difference.</summary>
    public static Rational operator -(Rational left, Rational right) => left + -right;

    /// <summary>The value with its sign turned.</summary>
    public static Rational operator -(Rational value) =>
        value.IsInteger ? new(-value._numerator) : new(-value._numerator, value.Denominator);

    /// <summary>The product.</summary>
    public static Rational operator *(Rational left, Rational right) =>
        left.IsInteger && right.IsInteger
            ? new(left._numerator * right._numerator)
            : new(left._numerator * right._numerator, left.Denominator * right.Denominator);

    /// <summary>The quotient.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is zero.</exception>
    public static Rational operator /(Rational left, Rational right) =>
        new(left._numerator * right.Denominator, left.Denominator * right._numerator);

    /// <summary>Whether the values are equal.</summary>
    public static bool operator ==(Rational left, Rational right) => left.Equals(right);

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> is less than <paramref name="right"/>.</summary>
    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is greater than <paramref name="right"/>.</summary>
    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is at most <paramref name="right"/>.</summary>
    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is at least <paramref name="right"/>.</summary>
    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a decimal number such as <c>2458488.22</c> or a fraction such as <c>975092/747</c>, exactly.</summary>
    /// <param name="text">See <see cref="TryParse"/>.</param>
    /// <exception cref="FormatException">The text is not such a number.</exception>
    public static Rational Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out Rational value) ? value : throw new FormatException($"'{text}' is not a number.");

    /// <summary>Reads a decimal number or a fraction, exactly and without regard to the culture.</summary>
    /// <param name="text">
    /// An optional sign, then ASCII digits, then optionally either a decimal point or comma with at least one digit,
    /// or <c>/</c> and a denominator that is not zero. Surrounding white space is allowed; exponents and
    /// thousands separators are not.
    /// </param>
    /// <param name="value">The number, or zero when there is none.</param>
    /// <returns>Whether the text is such a number.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Rational value)
    {
        value = default;
        text = text.Trim();
        bool negative = text.StartsWith('-');
        if (negative || text.StartsWith('+'))
        {
            text = text[1..];
        }

        int separator = text.IndexOfAny('.', ',', '/');
        ReadOnlySpan<char> head = separator < 0 ? text : text[..separator];
        if (!TryParseDigits(head, out BigInteger numerator))
        {
            return false;
        }

        Rational result = numerator;
        if (separator >= 0)
        {
            ReadOnlySpan<char> tail = text[(separator + 1)..];
            if (!TryParseDigits(tail, out BigInteger rest))
            {
                return false;
            }

            if (text[separator] != '/')
            {
                BigInteger scale = BigInteger.Pow(10, tail.Length);
                result = new Rational((numerator * scale) + rest, scale);
            }
            else if (!rest.IsZero)
            {
                result = new Rational(numerator, rest);
            }
            else
            {
                return false;
            }
        }

        value = negative ? -result : result;
        return true;
    }

    /// <summary>The value as a whole number of 64 bits.</summary>
    /// <exception cref="InvalidOperationException">The value is not a whole number.</exception>
    /// <exception cref="OverflowException">The value does not fit in 64 bits.</exception>
    public long ToInt64() =>
        IsInteger ? (long)_numerator : throw new InvalidOperationException($"{this} is not a whole number.");

    /// <summary>The greatest whole number that is not above the value.</summary>
    public BigInteger Floor() => IsInteger ? _numerator : BigInteger.Divide(_numerator - (Sign < 0 ? Denominator - 1 : 0), Denominator);

    /// <inheritdoc/>
    public int CompareTo(Rational other) =>
        _denominatorLessOne == other._denominatorLessOne
            ? _numerator.CompareTo(other._numerator)
            : (_numerator * other.Denominator).CompareTo(other._numerator * Denominator);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Rational other => CompareTo(other),
        _ => throw new ArgumentException("Only a Rational compares with a Rational.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(Rational other) =>
        _numerator == other._numerator && _denominatorLessOne == other._denominatorLessOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_numerator, _denominatorLessOne);

    /// <summary>
    /// The canonical text: a decimal number with <c>.</c> and no trailing zeros where one exists (<c>994000</c>,
    /// <c>2458488.22</c>), otherwise the fraction in lowest terms (<c>975092/747</c>).
    /// </summary>
    /// <remarks>Equal values have equal texts, the same in every culture, and <see cref="Parse"/> reads them back.</remarks>
    public override string ToString()
    {
        if (IsInteger)
        {
            return _numerator.ToString(CultureInfo.InvariantCulture);
        }

        BigInteger rest = Denominator;
        int decimals = Math.Max(DivideOut(ref rest, 2), DivideOut(ref rest, 5));
        if (!rest.IsOne)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{_numerator}/{Denominator}");
        }

        BigInteger scaled = BigInteger.Abs(_numerator) * BigInteger.Pow(10, decimals) / Denominator;
        string digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return $"{(Sign < 0 ? "-" : "")}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    private static int DivideOut(ref BigInteger value, int factor)
    {
        int times = 0;
        while (true)
        {
            BigInteger quotient = BigInteger.DivRem(value, factor, out BigInteger remainder);
            if (!remainder.IsZero)
            {
                return times;
            }

            value = quotient;
            times++;
        }
    }

    private static bool TryParseDigits(ReadOnlySpan<char> text, out BigInteger value) =>
        BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
