using Budgeting.Core.Notifications;

namespace Budgeting.Core.Tests.Notifications;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("anna@example.org", "anna@example.org")]
    [InlineData("  Anna.Virtanen@EXAMPLE.org ", "Anna.Virtanen@example.org")]
    [InlineData("anna+budjetti@example.org", "anna+budjetti@example.org")]
    [InlineData("\"anna\"@example.org", "anna@example.org")]
    [InlineData("\"anna virtanen\"@example.org", "\"anna virtanen\"@example.org")]
    [InlineData("\"a@b\"@example.org", "\"a@b\"@example.org")]
    [InlineData("\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org")]
    [InlineData("o'brien!#$%&*/=?^_`{|}~-@example.org", "o'brien!#$%&*/=?^_`{|}~-@example.org")]
    [InlineData("anna@mäkelä.fi", "anna@mäkelä.fi")]
    [InlineData("anna@XN--MKEL-LOAD.fi", "anna@mäkelä.fi")]
    [InlineData("väinö@example.org", "väinö@example.org")]
    public void Every_valid_address_is_read_and_written_one_way(string typed, string read) => Assert.Equal(read, EmailAddress.Parse(typed)?.Value);

    [Theory]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@example.org")]
    [InlineData("anna@")]
    [InlineData("anna@localhost")]
    [InlineData("anna@example..org")]
    [InlineData("anna@-example.org")]
    [InlineData("anna@exa mple.org")]
    [InlineData("anna@127.0.0.1")]
    [InlineData("anna@[127.0.0.1]")]
    [InlineData(".anna@example.org")]
    [InlineData("anna..b@example.org")]
    [InlineData("anna b@example.org")]
    [InlineData("\"anna@example.org")]
    [InlineData("\"an\"na\"@example.org")]
    [InlineData("anna@example.org,eve@example.org")]
    [InlineData("anna@example.org\r\nBcc: eve@example.org")]
    [InlineData("anna\0@example.org")]
    [InlineData("anna\u202e@example.org")]
    [InlineData("Anna <anna@example.org>")]
    public void What_is_no_address_is_none(string typed) => Assert.Null(EmailAddress.Parse(typed));

    [Fact]
    public void An_address_may_be_as_long_as_mail_allows_and_no_longer()
    {
        var local = new string('a', 64);
        var domain = string.Join('.', Enumerable.Repeat(new string('b', 61), 3)) + ".fi";
        Assert.Equal(253, $"{local}@{domain}".Length);
        Assert.NotNull(EmailAddress.Parse($"{local}@{domain}"));
        Assert.Null(EmailAddress.Parse($"a{local}@{domain}"));
        Assert.Null(EmailAddress.Parse($"{local}@bb{domain}"));
    }

    [Fact]
    public void Capital_letters_make_no_other_address() =>
        Assert.Equal(EmailAddress.Parse("ANNA@example.org")!.Key, EmailAddress.Parse("anna@Example.ORG")!.Key);
}
