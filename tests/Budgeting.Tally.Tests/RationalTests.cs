using System.Numerics;

namespace Budgeting.Tally.Tests;

public sealed class RationalTests
{
    [Fact]
    public void The_default_is_zero()
    {
        Assert.Equal(Rational.Zero, default);
        Assert.Equal(BigInteger.One, default(Rational).Denominator);
        Assert.Equal("0", default(Rational).ToString());
        Assert.Equal(new Rational(0, -7), default);
    }

    [Fact]
    public void A_fraction_is_in_lowest_terms_with_a_positive_denominator()
    {
        Rational value = new(6, -4);

        Assert.Equal(-3, value.Numerator);
        Assert.Equal(2, value.Denominator);
        Assert.Equal(new Rational(-3, 2), value);
        Assert.Equal(new Rational(-3, 2).GetHashCode(), value.GetHashCode());
    }

    [Fact]
    public void A_denominator_of_zero_is_refused()
    {
        Assert.Throws<DivideByZeroException>(() => new Rational(1, 0));
        Assert.Throws<DivideByZeroException>(() => Rational.One / Rational.Zero);
    }

    [Fact]
    public void Arithmetic_is_exact()
    {
        Rational third = new(1, 3);
        Rational tenth = Rational.Parse("0.1");

        Assert.Equal(Rational.One, third + third + third);
        Assert.Equal(Rational.Parse("0.3"), tenth + tenth + tenth);
        Assert.Equal(new Rational(7, 30), third - tenth);
        Assert.Equal(new Rational(1, 30), third * tenth);
        Assert.Equal(new Rational(10, 3), third / tenth);
        Assert.Equal(new Rational(-10, 3), third / -tenth);
        Assert.Equal((BigInteger)long.MaxValue + 1, ((Rational)long.MaxValue + 1).Numerator);
    }

    [Fact]
    public void Comparison_sees_what_a_double_does_not()
    {
        Rational nearly = Rational.Parse("0.10000000000000000000000000000000000001");

        Assert.True(nearly > Rational.Parse("0.1"));
        Assert.True(Rational.Parse("0.1") < nearly);
        Assert.True(new Rational(1, 3) >= new Rational(2, 6));
        Assert.True(new Rational(1, 3) <= new Rational(2, 6));
        Assert.True(-Rational.One < Rational.Zero);
        Assert.False(new Rational(1, 3) != new Rational(2, 6));
    }

    [Theory]
    [InlineData("994000", "994000")]
    [InlineData("100000.0", "100000")]
    [InlineData("2458488.22", "2458488.22")]
    [InlineData("2458488,22", "2458488.22")]
    [InlineData("007", "7")]
    [InlineData(" 5 ", "5")]
    [InlineData("+5", "5")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("-0", "0")]
    [InlineData("0.001", "0.001")]
    [InlineData("1950184/1494", "975092/747")]
    [InlineData("122924411/50", "2458488.22")]
    [InlineData("-1/3", "-1/3")]
    [InlineData("99999999999999999999999999.99", "99999999999999999999999999.99")]
    public void Numbers_are_read_exactly_and_written_in_one_way(string text, string canonical)
    {
        Rational value = Rational.Parse(text);

        Assert.Equal(canonical, value.ToString());
        Assert.Equal(value, Rational.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("1e6")]
    [InlineData("1.000.000")]
    [InlineData("1,000.00")]
    [InlineData("1 000")]
    [InlineData("--1")]
    [InlineData("1/0")]
    [InlineData("1/-2")]
    [InlineData("٣")]
    [InlineData("NaN")]
    [InlineData("ten")]
    public void What_is_not_a_number_is_refused(string text)
    {
        Assert.False(Rational.TryParse(text, out Rational value));
        Assert.Equal(Rational.Zero, value);
        Assert.Throws<FormatException>(() => Rational.Parse(text));
    }

    [Fact]
    public void Whole_numbers_of_64_bits_come_back_as_they_went_in()
    {
        Assert.Equal(long.MaxValue, ((Rational)long.MaxValue).ToInt64());
        Assert.Equal(long.MinValue, ((Rational)long.MinValue).ToInt64());
        Assert.Throws<OverflowException>(() => ((Rational)long.MaxValue + 1).ToInt64());
        Assert.Throws<InvalidOperationException>(() => new Rational(1, 2).ToInt64());
    }
}
