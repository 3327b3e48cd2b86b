using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Budgeting.Core.Tests.SignIn.SignInWorld;

namespace Budgeting.Core.Tests.SignIn;

public sealed class OneTimeLinkTests
{
    private static Task<Outcome<LinkUsed>> UseAsync(ServiceProvider server, string token, string browser = Browser, Actor? actor = null) =>
        server.OnAsync<IOneTimeLinks, Outcome<LinkUsed>>(links => links.UseAsync(actor ?? Actor.Visitor, token, browser, default));

    [Theory, EachDatabase]
    public async Task A_link_signs_in_once_in_the_browser_that_asked_for_it(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        var anna = await world.AccountAsync("anna@example.org");
        Assert.True((await server.AskAsync("ANNA@EXAMPLE.ORG")).Granted);
        var token = await server.TokenAsync(smtp, "ANNA@example.org");
        Assert.True((await UseAsync(server, token, "another browser")).RefusedFor("Link.OtherBrowser"));
        // To look at it, as mail scanners do, uses nothing up.
        for (var i = 0; i < 3; i++)
            Assert.Equal(LinkPurpose.SignIn, (await server.OnAsync<IOneTimeLinks, Outcome<LinkView>>(links => links.LookAsync(token, Browser, default))).Value.Purpose);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => UseAsync(server, token)));
        var used = Assert.Single(outcomes, outcome => outcome.Granted).Value;
        Assert.Equal((anna.AccountId!.Value, "/rounds", false), (used.AccountId, used.ReturnUrl, used.Cleared));
        Assert.Equal(5, outcomes.Count(outcome => outcome.RefusedFor("Link.Unknown")));
        Assert.True((await UseAsync(server, "made-up")).RefusedFor("Link.Unknown"));
    }

    [Theory, EachDatabase]
    public async Task A_link_is_good_for_ten_minutes(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        var token = await server.TokenAsync(smtp, "anna@example.org");
        world.Clock.Now += TimeSpan.FromMinutes(10);
        Assert.True((await UseAsync(server, token)).RefusedFor("Link.Unknown"));
        await server.OnAsync<IOneTimeLinks, bool>(async links =>
        {
            await links.PurgeAsync(default);
            return true;
        });
        Assert.Equal(0, await world.Sql(context => context.OneTimeLinks.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task An_address_nobody_has_is_answered_alike_and_gets_no_mail(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        for (var i = 0; i < 10; i++)
            Assert.True((await server.AskAsync("nobody@example.org")).Granted);
        Assert.True((await server.AskAsync("nobody@example.org")).RefusedFor("Attempts.TooMany"));
        Assert.True((await server.AskAsync("no address")).RefusedFor("Account.Email"));
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task A_link_opens_an_account_and_to_one_that_is_there_it_signs_in(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        Task<Outcome<Done>> OpenAsync(NewAccount account) =>
            server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestAccountAsync(Wish(account.Email), account, default));
        Assert.Equal(["Account.Email", "Account.DisplayName", "Account.HomeRegion"], (await OpenAsync(new("anna", "A", 999))).Refusals.Select(refusal => refusal.Key));
        var details = new NewAccount("anna+1@example.org", " Anna ", world.TownId);
        // Asked twice before the first link is used: both lead into the one account.
        Assert.True((await OpenAsync(details)).Granted);
        var first = await server.TokenAsync(smtp, "anna+1@example.org");
        Assert.True((await OpenAsync(details)).Granted);
        var second = await server.TokenAsync(smtp, "anna+1@example.org");
        Assert.Equal(0, await world.Sql(context => context.Users.CountAsync(account => account.Email == "anna+1@example.org")));
        var opened = (await UseAsync(server, first)).Value;
        Assert.Equal(opened.AccountId, (await UseAsync(server, second)).Value.AccountId);
        Assert.True((await OpenAsync(details)).Granted);
        Assert.Equal(opened.AccountId, (await UseAsync(server, await server.TokenAsync(smtp, "anna+1@example.org"))).Value.AccountId);
        var own = await server.OnAsync<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(Actor.Person(opened.AccountId), default));
        Assert.Equal(new("anna+1@example.org", true, "Anna", world.TownId, 0, 0, false), own);
    }

    [Theory, EachDatabase]
    public async Task Who_shows_that_an_address_is_theirs_takes_the_account_from_whoever_opened_it_in_their_name(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        async Task<(Actor Person, LinkUsed Used)> EnterAsync(string email, byte credential, bool own)
        {
            var id = await server.OnAsync<IAccounts, long>(accounts => accounts.ReserveAsync(default));
            var opened = await server.OnAsync<IAccounts, Outcome<long>>(accounts => accounts.OpenAsync(id, new(email, "Eve", world.TownId), Passkey(credential), default));
            var person = Actor.Person(opened.Value);
            await server.OnAsync<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(person, "en", default));
            await server.OnAsync<ISignInSessions, Guid>(sessions => sessions.BeginAsync(id, SignInWay.Passkey, "Firefox", default));
            await server.AskAsync(email);
            return (person, (await UseAsync(server, await server.TokenAsync(smtp, email), actor: own ? person : null)).Value);
        }
        var (taken, used) = await EnterAsync("victim@example.org", 1, own: false);
        Assert.True(used.Cleared);
        var own = (await server.OnAsync<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(taken, default)))!;
        Assert.Equal((true, 0, 0), (own.EmailConfirmed, own.Passkeys, own.RecoveryCodes));
        Assert.Empty(await server.OnAsync<ISignInSessions, IReadOnlyList<SignInSessionView>>(sessions => sessions.ListAsync(taken, default)));

        // Who is signed in to it has opened it: nothing falls.
        var (kept, confirmed) = await EnterAsync("anna@example.org", 2, own: true);
        Assert.False(confirmed.Cleared);
        var mine = (await server.OnAsync<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(kept, default)))!;
        Assert.Equal((true, 1, 10), (mine.EmailConfirmed, mine.Passkeys, mine.RecoveryCodes));
    }

    [Theory, EachDatabase]
    public async Task Who_opened_an_account_in_anothers_name_makes_no_way_in_while_and_after_it_is_taken_from_them(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        var id = await server.OnAsync<IAccounts, long>(accounts => accounts.ReserveAsync(default));
        Assert.True((await server.OnAsync<IAccounts, Outcome<long>>(accounts => accounts.OpenAsync(id, new("victim@example.org", "Eve", world.TownId), Passkey(1), default))).Granted);
        Task<string> StampAsync() => world.Sql(context => context.Users.Where(account => account.Id == id).Select(account => account.SecurityStamp!).SingleAsync());
        Task<Guid> BeginAsync(string? stamp) => server.OnAsync<ISignInSessions, Guid>(sessions => sessions.BeginAsync(id, SignInWay.Passkey, "Firefox", default, stamp));
        var stamp = await StampAsync();
        var eve = Actor.Person(id, world.Clock.Now) with { SignInId = await BeginAsync(stamp) };
        // She has a link to an address of her own as well.
        Assert.True((await server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestNewAddressAsync(eve, Wish("eve@example.org", "hers"), default))).Granted);
        var hers = await server.TokenAsync(smtp, "eve@example.org");
        await server.AskAsync("victim@example.org");
        var token = await server.TokenAsync(smtp, "victim@example.org");

        Task<Outcome<string>> AddAsync(byte credential) => server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(eve, Passkey(credential), "Avain", "en", default));
        Task<Outcome<IReadOnlyList<string>>> RenewAsync() => server.OnAsync<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(eve, "en", default));
        var tries = Enumerable.Range(2, 8).SelectMany(i => new Task[] { AddAsync((byte)i), RenewAsync(), BeginAsync(stamp) }).ToList();
        var used = await UseAsync(server, token);
        tries.AddRange([AddAsync(10), RenewAsync(), BeginAsync(stamp)]);
        await Task.WhenAll(tries);
        Assert.True(used.Value.Cleared);
        Assert.NotEqual(stamp, await StampAsync());

        // Her cookie is looked at once a minute only; what she asks for is not.
        Assert.True((await AddAsync(11)).RefusedFor("SignIn.Needed"));
        Assert.True((await RenewAsync()).RefusedFor("SignIn.Needed"));
        Assert.False((await UseAsync(server, hers, "hers", eve)).Granted);
        await server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestNewAddressAsync(eve, Wish("eve@example.org", "hers"), default));
        Assert.True((await UseAsync(server, await server.TokenAsync(smtp, "eve@example.org"), "hers", eve)).RefusedFor("SignIn.Needed"));
        var proof = (await world.Do<IIdentities, Identified>(identities => identities.IdentifyAsync(new("suomi-fi", "https://id.example", "eve", null, null, false), default))).Proof;
        Assert.True((await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.LinkAsync(eve, proof, "en", default))).RefusedFor("SignIn.Needed"));
        var own = (await server.OnAsync<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(eve, default)))!;
        Assert.Equal(("victim@example.org", true, 0, 0), (own.Email, own.EmailConfirmed, own.Passkeys, own.RecoveryCodes));
        Assert.Equal(0, await world.Sql(context => context.SignInSessions.CountAsync(session => session.AccountId == id)));
        Assert.Equal(0, await world.Sql(context => context.AccountIdentities.CountAsync()));
        // Its owner comes in.
        await BeginAsync(await StampAsync());
        Assert.Equal(1, await world.Sql(context => context.SignInSessions.CountAsync(session => session.AccountId == id)));
    }

    [Theory, EachDatabase]
    public async Task An_address_is_changed_by_a_link_to_the_new_one_and_the_old_one_is_told(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        var anna = await world.AccountAsync("anna@example.org");
        var eve = await world.AccountAsync("eve@example.org");
        Task<Outcome<Done>> ChangeAsync(string to) =>
            server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestNewAddressAsync(anna, Wish(to), default));
        await server.AskAsync("anna@example.org");
        var old = await server.TokenAsync(smtp, "anna@example.org");
        await ChangeAsync("anna@uusi.example.org");
        var token = await server.TokenAsync(smtp, "anna@uusi.example.org");
        foreach (var other in new[] { Actor.Visitor, eve })
            Assert.True((await UseAsync(server, token, actor: other)).RefusedFor("Link.OtherAccount"));
        // What waits when it is changed goes nowhere, but for what concerns the former address itself.
        await server.AskAsync("anna@example.org");
        Assert.True((await server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(anna, Passkey(9), "Avain", "en", default))).Granted);
        var before = smtp.Mails.Count(mail => mail.To == "anna@example.org");
        Assert.True((await UseAsync(server, token, actor: anna)).Granted);
        await server.SendMailAsync();
        var after = smtp.Mails.Where(mail => mail.To == "anna@example.org").Skip(before).ToList();
        Assert.Equal(2, after.Count);
        Assert.DoesNotContain(after, mail => mail.Text.Contains("/sign-in/link", StringComparison.Ordinal));
        // A link to the former address that was still under way opens nothing.
        Assert.True((await UseAsync(server, old)).RefusedFor("Link.Unknown"));
        Assert.Contains(after, mail => mail.Text.Contains("was changed", StringComparison.Ordinal));
        Assert.Equal("anna@uusi.example.org", (await server.OnAsync<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(anna, default)))!.Email);

        await ChangeAsync("eve@example.org");
        var taken = await UseAsync(server, await server.TokenAsync(smtp, "eve@example.org"), actor: anna);
        Assert.True(taken.RefusedFor("Account.EmailTaken"));
    }
}
