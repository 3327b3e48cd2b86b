using System.Globalization;

namespace Budgeting.Core.Tests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("12", 1_200)]
    [InlineData("12,5", 1_250)]
    [InlineData("12.50", 1_250)]
    [InlineData(" 12 000 € ", 1_200_000)]
    [InlineData("12\u00a0000,01", 1_200_001)]
    [InlineData("007", 700)]
    [InlineData("10000000000000", 1_000_000_000_000_000)]
    public void An_amount_is_read_as_people_type_it(string text, long cents) => Assert.Equal(new Money(cents), Money.Parse(text).Value);

    [Theory]
    [InlineData(null, "Money.Unreadable")]
    [InlineData("", "Money.Unreadable")]
    [InlineData("€", "Money.Unreadable")]
    [InlineData("abc", "Money.Unreadable")]
    [InlineData("1,2,3", "Money.Unreadable")]
    [InlineData("1.", "Money.Unreadable")]
    [InlineData(",5", "Money.Unreadable")]
    [InlineData("1e9", "Money.Unreadable")]
    [InlineData("--1", "Money.Unreadable")]
    [InlineData("１２", "Money.Unreadable")]
    [InlineData("-1", "Money.Negative")]
    [InlineData("−0,01", "Money.Negative")]
    [InlineData("0,001", "Money.FractionOfCent")]
    [InlineData("1.000", "Money.FractionOfCent")]
    [InlineData("10000000000000,01", "Money.TooLarge")]
    [InlineData("92233720368547758,08", "Money.TooLarge")]
    [InlineData("999999999999999999999999999999", "Money.TooLarge")]
    public void What_is_no_amount_of_whole_cents_is_refused_beside_its_field(string? text, string key)
    {
        var refusal = Assert.Single(Money.Parse(text, "Cost").Refusals);
        Assert.Equal((key, "Cost"), (refusal.Key, refusal.Field));
    }

    [Fact]
    public void Sums_that_leave_the_range_are_errors_and_never_wrap()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue) + new Money(1));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue) - new Money(1));
        Assert.Throws<OverflowException>(() => Money.FromEuros(long.MaxValue));
        Assert.Throws<OverflowException>(() => Money.Sum([new(long.MaxValue), new(1)]));
    }

    [Fact]
    public void An_amount_shows_cents_only_when_it_has_some()
    {
        var finnish = CultureInfo.GetCultureInfo("fi-FI");
        Assert.Equal("12 000 €", Spaces(Money.FromEuros(12_000).ToString(finnish)));
        Assert.Equal("12 000,50 €", Spaces(new Money(1_200_050).ToString(finnish)));
        Assert.Equal("12000.50", new Money(1_200_050).ToString());
        static string Spaces(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
    }
}
