using System.Numerics;

namespace Budgeting.Tally;

/// <summary>Doubles near exact numbers.</summary>
internal static class Doubles
{
    /// <summary>Twice the largest relative error of <see cref="Nearest"/> and of one operation on doubles.</summary>
    public const double Unit = 4.440892098500626E-16;

    /// <summary>A double within a relative error of 2⁻⁵² of an exact number; infinite beyond the range of doubles.</summary>
    public static double Nearest(Rational value)
    {
        BigInteger numerator = BigInteger.Abs(value.Numerator);
        BigInteger denominator = value.Denominator;
        if (denominator.IsOne && numerator <= 1L << 53)
        {
            return (double)value.Numerator;
        }

        // The quotient with 64 bits or more; cutting it to whole numbers and to a double loses less than 2⁻⁵².
        int shift = (int)(denominator.GetBitLength() - numerator.GetBitLength()) + 66;
        BigInteger quotient = shift >= 0 ? (numerator << shift) / denominator : numerator / (denominator << -shift);
        int drop = (int)quotient.GetBitLength() - 62;
        double result = Math.ScaleB((double)(long)(quotient >> drop), drop - shift);
        return value.Sign < 0 ? -result : result;
    }
}
