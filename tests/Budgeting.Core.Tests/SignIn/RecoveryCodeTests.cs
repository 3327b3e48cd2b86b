using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.SignIn;

public sealed class RecoveryCodeTests
{
    private static async Task<IReadOnlyList<string>> RenewAsync(ServiceProvider server, Actor person) =>
        (await server.OnAsync<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(person, "en", default))).Value;

    private static Task<Outcome<long>> UseAsync(ServiceProvider server, string email, string code, string from = "192.0.2.1") =>
        server.OnAsync<IRecoveryCodes, Outcome<long>>(codes => codes.UseAsync(email, code, from, "en", default));

    [Theory, EachDatabase]
    public async Task Each_of_ten_codes_opens_its_own_account_once(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        var anna = await world.AccountAsync("anna@example.org");
        await world.AccountAsync("eve@example.org");
        var codes = await RenewAsync(server, anna);
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$", code));
        Assert.True((await UseAsync(server, "eve@example.org", codes[0])).RefusedFor("SignIn.CodeWrong"));
        // As people type from paper, and twice at once.
        var typed = $" {codes[0].ToLowerInvariant().Replace('-', ' ').Replace('0', 'o')} ";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => UseAsync(server, "Anna@Example.org", typed)));
        Assert.Equal(anna.AccountId, Assert.Single(outcomes, outcome => outcome.Granted).Value);
        Assert.Equal(3, outcomes.Count(outcome => outcome.RefusedFor("SignIn.CodeWrong")));
        Assert.Equal(9, await world.Sql(context => context.RecoveryCodes.CountAsync()));
        await server.SendMailAsync();
        Assert.Single(smtp.Mails, mail => mail.To == "anna@example.org" && mail.Text.Contains("with a recovery code"));

        var renewed = await RenewAsync(server, anna);
        Assert.True((await UseAsync(server, "anna@example.org", codes[1])).RefusedFor("SignIn.CodeWrong"));
        Assert.True((await UseAsync(server, "anna@example.org", renewed[9])).Granted);
    }

    [Theory, EachDatabase]
    public async Task Wrong_codes_are_counted_by_the_address_that_is_named_whether_anybody_has_it_or_not(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(new KeyValuePair<string, string?>("Attempts:PerAccount", "3"));
        var anna = await world.AccountAsync("anna@example.org");
        var codes = await RenewAsync(server, anna);
        foreach (var email in new[] { "anna@example.org", "nobody@example.org" })
        {
            for (var i = 0; i < 3; i++)
                Assert.True((await UseAsync(server, email, i == 0 ? "too short" : "0000-0000-0000-0000")).RefusedFor("SignIn.CodeWrong"));
            Assert.True((await UseAsync(server, email, codes[0], "198.51.100.7")).RefusedFor("Attempts.TooMany"));
        }
        world.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.True((await UseAsync(server, "anna@example.org", codes[0])).Granted);
    }
}
