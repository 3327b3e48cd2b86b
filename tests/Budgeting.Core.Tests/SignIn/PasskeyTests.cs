using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Budgeting.Core.Tests.SignIn.SignInWorld;

namespace Budgeting.Core.Tests.SignIn;

public sealed class PasskeyTests
{
    private static Task<Outcome<Done>> UseAsync(ServiceProvider server, Actor person, byte id, uint count, byte challenge, DateTimeOffset at) =>
        server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.UseAsync(person.AccountId!.Value, Passkey(id, count), [challenge], at, default));

    [Theory, EachDatabase]
    public async Task An_account_is_opened_under_the_number_its_passkey_knows(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        Task<long> ReserveAsync() => server.OnAsync<IAccounts, long>(accounts => accounts.ReserveAsync(default));
        Task<Outcome<long>> OpenAsync(long id, string email, byte credential) =>
            server.OnAsync<IAccounts, Outcome<long>>(accounts => accounts.OpenAsync(id, new(email, "Anna", world.TownId), Passkey(credential), default));
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReserveAsync()));
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(ids[2], (await OpenAsync(ids[2], "anna@example.org", 1)).Value);
        Assert.True((await OpenAsync(ids[2], "bertta@example.org", 2)).RefusedFor("Passkey.Stale"));
        Assert.True((await OpenAsync(ids[3], "bertta@example.org", 1)).RefusedFor("Passkey.Stale"));
        Assert.True((await OpenAsync(ids[3], "Anna@Example.org", 3)).RefusedFor("Account.EmailTaken"));
        // Accounts that number themselves come after them.
        Assert.True((await world.AccountAsync("cecilia@example.org")).AccountId > ids.Max());
    }

    [Theory, EachDatabase]
    public async Task The_first_number_of_an_empty_installation_can_be_reserved(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(await TestDatabase.CreateAsync(kind));
        await using var server = world.AnotherServer();
        if (kind == DatabaseKind.Sqlite)
            await world.Sql(context => context.Database.ExecuteSqlRawAsync("DELETE FROM sqlite_sequence WHERE name = 'accounts'"));
        var first = await server.OnAsync<IAccounts, long>(accounts => accounts.ReserveAsync(default));
        Assert.Equal(first + 1, await server.OnAsync<IAccounts, long>(accounts => accounts.ReserveAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task Passkeys_are_named_and_removed_by_their_owner_but_never_the_last_way_in(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var noMail = world.AnotherServer();
        await using var server = world.AnotherServer(smtp.Settings);
        var anna = await world.AccountAsync("anna@example.org");
        var eve = await world.AccountAsync("eve@example.org");
        Task<Outcome<string>> AddAsync(Actor actor, byte id, string name) => server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(actor, Passkey(id), name, "en", default));
        Task<Outcome<Done>> RemoveAsync(ServiceProvider from, Actor actor, string id) => from.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.RemoveAsync(actor, id, "en", default));
        var phone = (await AddAsync(anna, 1, " Puhelin ")).Value;
        var laptop = (await AddAsync(anna, 2, "Kannettava")).Value;
        Assert.True((await AddAsync(anna, 3, " ")).RefusedFor("Passkey.Name"));
        Assert.True((await AddAsync(eve, 1, "Sama")).RefusedFor("Passkey.Stale"));
        Assert.True((await RemoveAsync(server, eve, phone)).RefusedFor("NotFound"));
        Assert.True((await RemoveAsync(server, anna, "?!")).RefusedFor("NotFound"));
        Assert.True((await server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.RenameAsync(anna, phone, "Vanha puhelin", default))).Granted);
        Assert.True((await server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.RenameAsync(eve, phone, "Minun", default))).RefusedFor("NotFound"));
        Assert.Equal(["Vanha puhelin", "Kannettava"], (await server.OnAsync<IPasskeys, IReadOnlyList<PasskeyView>>(passkeys => passkeys.ListAsync(anna, default))).Select(passkey => passkey.Name));

        Assert.True((await RemoveAsync(noMail, anna, phone)).Granted);
        // Without mail a link opens nothing, and there are no codes.
        Assert.True((await RemoveAsync(noMail, anna, laptop)).RefusedFor("Passkey.LastWayIn"));
        await noMail.OnAsync<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(anna, "en", default));
        Assert.True((await RemoveAsync(noMail, anna, laptop)).Granted);
        var again = (await AddAsync(eve, 4, "Avain")).Value;
        Assert.True((await RemoveAsync(server, eve, again)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Of_two_removals_at_once_one_is_refused_when_they_would_be_the_last(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        var anna = await world.AccountAsync("anna@example.org");
        var ids = new List<string>();
        foreach (var id in new byte[] { 1, 2 })
            ids.Add((await server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(anna, Passkey(id), "Avain", "en", default))).Value);
        var outcomes = await Task.WhenAll(ids.Select(id => server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.RemoveAsync(anna, id, "en", default))));
        Assert.Single(outcomes, outcome => outcome.Granted);
        Assert.Single(outcomes, outcome => outcome.RefusedFor("Passkey.LastWayIn"));
    }

    [Theory, EachDatabase]
    public async Task A_challenge_is_answered_once_and_a_counter_only_goes_up(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        var anna = await world.AccountAsync("anna@example.org");
        await server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(anna, Passkey(1), "Avain", "en", default));
        var now = world.Clock.Now;
        // An authenticator that counts nothing.
        Assert.True((await UseAsync(server, anna, 1, 0, 1, now)).Granted);
        Assert.True((await UseAsync(server, anna, 1, 0, 1, now)).RefusedFor("Passkey.Stale"));
        Assert.True((await UseAsync(server, anna, 1, 0, 2, now.AddSeconds(-1))).RefusedFor("Passkey.Stale"));
        Assert.True((await UseAsync(server, anna, 1, 0, 3, now.AddSeconds(1))).Granted);
        // One that counts, and its clone that comes at the same moment.
        Assert.True((await UseAsync(server, anna, 1, 5, 4, now.AddSeconds(2))).Granted);
        var outcomes = await Task.WhenAll(Enumerable.Range(5, 6).Select(i => UseAsync(server, anna, 1, 6, (byte)i, now.AddSeconds(3))));
        Assert.Single(outcomes, outcome => outcome.Granted);
        foreach (var lower in new uint[] { 0, 5, 6 })
            Assert.True((await UseAsync(server, anna, 1, lower, 99, now.AddSeconds(4))).RefusedFor("Passkey.Stale"));
        Assert.True((await UseAsync(server, await world.AccountAsync("eve@example.org"), 1, 9, 98, now.AddSeconds(5))).RefusedFor("Passkey.Stale"));
        Assert.Equal(now, (await server.OnAsync<IPasskeys, IReadOnlyList<PasskeyView>>(passkeys => passkeys.ListAsync(anna, default)))[0].UsedAt);
    }
}
