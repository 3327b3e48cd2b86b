using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.People;

public sealed class OfficeAttackTests
{
    [Theory, EachDatabase]
    public async Task The_ways_into_an_officials_account_are_changed_only_after_a_passkey_or_a_recovery_code_just_now(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.AnotherServer(smtp.Settings);
        var person = await world.AccountAsync("anna@example.org");
        async Task<IReadOnlyList<string>> RefusedAsync(Actor actor)
        {
            List<IReadOnlyList<Refusal>> refusals =
            [
                (await server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.CheckChangeAsync(actor, default))).Refusals,
                (await server.OnAsync<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(actor, SignInWorld.Passkey(1), "Avain", "en", default))).Refusals,
                (await server.OnAsync<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(actor, "en", default))).Refusals,
                (await server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestNewAddressAsync(actor, SignInWorld.Wish("new@example.org"), default))).Refusals,
                (await server.OnAsync<IIdentities, Outcome<IdentityUse>>(identities => identities.LinkAsync(actor, "x", "en", default))).Refusals,
                (await server.OnAsync<IIdentities, Outcome<Done>>(identities => identities.UnlinkAsync(actor, "suomi-fi", "en", default))).Refusals,
                (await server.OnAsync<IPasskeys, Outcome<Done>>(passkeys => passkeys.RemoveAsync(actor, "AQID", "en", default))).Refusals,
            ];
            return [.. refusals.Select(refusal => refusal.Count == 0 ? "" : refusal[0].Key)];
        }
        await world.GrantAsync(person, Role.Clerk);
        Assert.All(await RefusedAsync(person), key => Assert.Equal("Passkey.OfficeFirst", key));
        Assert.All(await RefusedAsync(person with { RecoveredAt = world.Clock.Now.AddMinutes(-11) }), key => Assert.Equal("Passkey.OfficeFirst", key));
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync()));
        // By a recovery code the first one is made; what is left is of each service's own.
        Assert.Equal(["", "", "", "", "Identity.Stale", "", "NotFound"], await RefusedAsync(person with { RecoveredAt = world.Clock.Now }));
        Assert.All(await RefusedAsync(person), key => Assert.Equal("StepUp.Needed", key));
        Assert.All(await RefusedAsync(person with { PasskeyAt = world.Clock.Now.AddMinutes(-11) }), key => Assert.Equal("StepUp.Needed", key));
        Assert.Equal(["", "Passkey.Stale", "", "", "Identity.Stale", "", "NotFound"], await RefusedAsync(world.Fresh(person)));
        Assert.All(await RefusedAsync(Actor.Visitor), key => Assert.Equal("SignIn.Needed", key));
    }

    [Theory, EachDatabase]
    public async Task Who_finds_a_sign_in_open_makes_no_way_in_by_which_to_show_that_it_is_them(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var anna = await world.AccountAsync("anna@example.org");
        anna = anna with { SignInId = await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(anna.AccountId!.Value, SignInWay.Link, "Firefox", default)) };
        Task<Outcome<string>> AddAsync(Actor actor, byte credential) => world.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(actor, SignInWorld.Passkey(credential), "Avain", "en", default));
        world.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.True((await AddAsync(anna, 1)).RefusedFor("Data.SignInAgain"));
        Assert.True((await world.Do<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(anna, "en", default))).RefusedFor("Data.SignInAgain"));
        // Whoever has just come in, by whatever way, adds one; who came in long ago shows it.
        var now = anna with { SignInId = await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(anna.AccountId!.Value, SignInWay.Link, "Firefox", default)) };
        Assert.True((await AddAsync(now, 1)).Granted);
        Assert.True((await AddAsync(anna, 2)).RefusedFor("StepUp.Needed"));
        Assert.True((await AddAsync(world.Fresh(anna), 2)).Granted);
    }

    [Theory, EachDatabase]
    public async Task An_administrator_gives_an_office_only_to_an_account_with_a_passkey(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var person = await world.AccountAsync("anna@example.org");
        Task<Outcome<long>> GrantAsync(Role role) =>
            world.Do<IRoles, Outcome<long>>(roles => roles.GrantAsync(world.Official, new(person.AccountId!.Value, role, world.CountyId, "Uusi tehtävä"), default));
        Assert.True((await GrantAsync(Role.Panel)).RefusedFor("Role.NoPasskey"));
        Assert.True((await GrantAsync(Role.ExpertByExperience)).Granted);
        Assert.True((await world.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(person, SignInWorld.Passkey(1), "Avain", "en", default))).Granted);
        var own = await world.Do<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(person, default));
        Assert.Equal((1, false), (own!.Passkeys, own.HoldsOffice));
        var grant = await GrantAsync(Role.Panel);
        Assert.True(grant.Granted);
        Assert.True((await world.Do<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(person, default)))!.HoldsOffice);
        // Taken back, it guards the ways in no more, so that a first passkey can be made.
        Assert.True((await world.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(world.Official, grant.Value, "Tehtävä päättyi", default))).Granted);
        Assert.False((await world.Do<IAccounts, OwnAccount?>(accounts => accounts.FindOwnAsync(person, default)))!.HoldsOffice);
    }
}
