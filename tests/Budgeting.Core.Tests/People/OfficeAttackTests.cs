using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.SignIn;

namespace Budgeting.Core.Tests.People;

public sealed class OfficeAttackTests
{
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
