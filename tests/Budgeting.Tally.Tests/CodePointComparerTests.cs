using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Tally.Tests;

public sealed class CodePointComparerTests
{
    [Theory]
    [InlineData("10", "9")]
    [InlineData("9", "9a")]
    [InlineData("", "0")]
    [InlineData("Z", "a")]
    [InlineData("z", "ä")]
    [InlineData("\uFFFD", "\U0001F600")]
    [InlineData("\uE000", "\U00010000")]
    [InlineData("\uD7FF", "\uE000")]
    [InlineData("a\uFF5E", "a\U00010348b")]
    public void The_smaller_code_point_comes_first(string smaller, string greater)
    {
        Assert.True(CodePointComparer.Instance.Compare(smaller, greater) < 0);
        Assert.True(CodePointComparer.Instance.Compare(greater, smaller) > 0);
        Assert.Equal(0, CodePointComparer.Instance.Compare(greater, greater));
    }

    [Fact]
    public void The_order_is_that_of_the_UTF8_bytes()
    {
        Gen<string> text =
            from points in Gen.ListOf(Gen.Elements(0x30, 0x39, 0x41, 0xE4, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x1F600, 0x10FFFF))
            select string.Concat(points.Select(char.ConvertFromUtf32));

        Prop.ForAll(Gen.Two(text).ToArbitrary(), pair =>
        {
            (string x, string y) = pair;
            int bytes = Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
            return Math.Sign(bytes) == Math.Sign(CodePointComparer.Instance.Compare(x, y));
        }).QuickCheckThrowOnFailure();
    }
}
