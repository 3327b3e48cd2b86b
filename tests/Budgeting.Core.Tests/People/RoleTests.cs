using Budgeting.Core.Audit;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.People;

public sealed class RoleTests
{
    private static Task<bool> HoldsAsync(World world, Actor actor, long regionId, Role role) =>
        world.Do<IAuthority, bool>(authority => authority.HoldsAsync(actor, regionId, default, role));

    private static Task<Outcome<long>> GrantAsync(World world, Actor actor, Actor person, Role role, long regionId, string reason = "Uusi tehtävä", DateTimeOffset? endsAt = null) =>
        world.Do<IRoles, Outcome<long>>(roles => roles.GrantAsync(actor, new(person.AccountId!.Value, role, regionId, reason, endsAt), default));

    private static Task<Outcome<Done>> RevokeAsync(World world, Actor actor, long grantId, string reason = "Tehtävä päättyi") =>
        world.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(actor, grantId, reason, default));

    [Theory, EachDatabase]
    public async Task A_role_holds_in_its_region_and_below_and_nowhere_else(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var other = (await world.Do<IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new("village", RegionKind.Municipality, new("Kylä"), world.CountyId), default))).Value;
        var clerk = await world.PersonAsync("clerk", world.TownId);
        await world.GrantAsync(clerk, Role.Clerk, world.TownId);
        Assert.True(await HoldsAsync(world, clerk, world.TownId, Role.Clerk));
        Assert.False(await HoldsAsync(world, clerk, world.CountyId, Role.Clerk));
        Assert.False(await HoldsAsync(world, clerk, other, Role.Clerk));
        Assert.False(await HoldsAsync(world, clerk, world.TownId, Role.Coordinator));
        Assert.True(await HoldsAsync(world, world.Official, other, Role.Coordinator));
    }

    [Theory, EachDatabase]
    public async Task A_role_taken_back_counts_no_more_at_once_and_stays_on_record(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var clerk = await world.PersonAsync("clerk", world.TownId);
        var grant = (await GrantAsync(world, world.Official, clerk, Role.Clerk, world.CountyId, "Vaalipäivän apu")).Value;
        Assert.True(await HoldsAsync(world, clerk, world.TownId, Role.Clerk));
        Assert.True((await RevokeAsync(world, world.Official, grant)).Granted);
        Assert.False(await HoldsAsync(world, clerk, world.TownId, Role.Clerk));
        Assert.True((await RevokeAsync(world, world.Official, grant)).RefusedFor("Role.NotHeld"));

        var held = (await world.Do<IRoles, Outcome<RegionRoles>>(roles => roles.InRegionAsync(world.Official, world.CountyId, default))).Value;
        var past = Assert.Single(held.Past);
        Assert.Equal(("Vaalipäivän apu", "official", "Tehtävä päättyi", "official", GrantState.Revoked),
            (past.Reason, past.GrantedBy, past.RevocationReason, past.RevokedBy, past.State));
        var acts = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(world.Official, 1, 2, default));
        Assert.Equal(["role.revoked", "role.granted"], acts.Select(act => act.Act));
        foreach (var sql in new[] { "DELETE FROM role_grants WHERE revoked_at IS NOT NULL", "UPDATE role_grants SET revoked_at = NULL, revocation_reason = NULL, revoked_by_id = NULL WHERE revoked_at IS NOT NULL" })
            await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(context => context.Database.ExecuteSqlRawAsync(sql)));
        Assert.True((await GrantAsync(world, world.Official, clerk, Role.Clerk, world.CountyId)).Granted);
    }

    [Theory, EachDatabase]
    public async Task A_role_ends_by_the_clock_without_anybody_doing_anything(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var clerk = await world.PersonAsync("clerk", world.TownId);
        var end = world.Clock.Now.AddDays(2);
        Assert.True((await GrantAsync(world, world.Official, clerk, Role.Clerk, world.CountyId, endsAt: end)).Granted);
        Assert.True((await GrantAsync(world, world.Official, clerk, Role.Clerk, world.CountyId)).RefusedFor("Role.HeldOtherwise"));
        world.Clock.Now = end.AddTicks(-10);
        Assert.True(await HoldsAsync(world, clerk, world.CountyId, Role.Clerk));
        world.Clock.Now = end;
        Assert.False(await HoldsAsync(world, clerk, world.CountyId, Role.Clerk));
        Assert.Empty(await world.Do<IAuthority, IReadOnlyList<RoleHeld>>(authority => authority.RolesOfAsync(clerk.AccountId!.Value, default)));
        Assert.Equal(GrantState.Ended, Assert.Single(await world.Do<IRoles, IReadOnlyList<GrantView>>(roles => roles.OwnAsync(clerk, default))).State);
        Assert.True((await GrantAsync(world, world.Official, clerk, Role.Clerk, world.CountyId)).Granted);
        Assert.True((await GrantAsync(world, world.Official, clerk, Role.Panel, world.CountyId, endsAt: end)).RefusedFor("Role.EndPast"));
    }

    [Theory, EachDatabase]
    public async Task Nobody_gives_themselves_a_role_not_even_in_the_database(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        Assert.True((await GrantAsync(world, world.Official, world.Official, Role.Auditor, world.CountyId)).RefusedFor("Role.Oneself"));
        await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(context => context.Database.ExecuteSqlRawAsync(
            "UPDATE role_grants SET granted_by_id = account_id")));
    }

    [Theory, EachDatabase]
    public async Task The_last_administrator_of_a_root_region_stays(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var held = (await world.Do<IRoles, Outcome<RegionRoles>>(roles => roles.InRegionAsync(world.Official, world.CountyId, default))).Value;
        long Of(Actor person) => held.Here.Single(grant => grant.AccountId == person.AccountId && grant.Role == Role.Administrator).Id;
        Assert.True((await RevokeAsync(world, world.Official, Of(world.Colleague))).Granted);
        Assert.True((await RevokeAsync(world, world.Official, Of(world.Official))).RefusedFor("Role.LastAdministrator"));
        Assert.True((await RevokeAsync(world, Actor.Platform, Of(world.Official))).RefusedFor("Role.LastAdministrator"));
        // Nor does one help whose time will be over.
        var deputy = await world.PersonAsync("deputy", world.CountyId);
        await world.GrantAsync(deputy, Role.Administrator, endsAt: world.Clock.Now.AddDays(5));
        Assert.True((await RevokeAsync(world, world.Official, Of(world.Official))).RefusedFor("Role.LastAdministrator"));
        // An administrator of a part can go: those above remain.
        var local = await world.PersonAsync("local", world.TownId);
        Assert.True((await RevokeAsync(world, world.Official, await world.GrantAsync(local, Role.Administrator, world.TownId))).Granted);
    }

    [Theory, EachDatabase]
    public async Task Two_administrators_who_take_each_others_role_at_once_do_not_both_succeed(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var held = (await world.Do<IRoles, Outcome<RegionRoles>>(roles => roles.InRegionAsync(world.Official, world.CountyId, default))).Value;
        var administrators = held.Here.Where(grant => grant.Role == Role.Administrator).ToList();
        var taken = await Task.WhenAll(
            RevokeAsync(world, world.Official, administrators.Single(grant => grant.AccountId == world.Colleague.AccountId).Id),
            RevokeAsync(world, world.Colleague, administrators.Single(grant => grant.AccountId == world.Official.AccountId).Id));
        Assert.Single(taken, outcome => outcome.Granted);
    }

    [Theory, EachDatabase]
    public async Task An_administrator_of_a_part_has_no_say_above_it(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var local = await world.PersonAsync("local", world.TownId);
        await world.GrantAsync(local, Role.Administrator, world.TownId);
        var friend = await world.PersonAsync("friend", world.TownId);
        Assert.True((await GrantAsync(world, local, friend, Role.Coordinator, world.CountyId)).RefusedFor("Forbidden"));
        Assert.True((await GrantAsync(world, local, friend, Role.Coordinator, world.TownId)).Granted);
        var above = (await world.Do<IRoles, Outcome<RegionRoles>>(roles => roles.InRegionAsync(local, world.TownId, default))).Value.Inherited;
        Assert.Equal(8, above.Count);
        Assert.True((await RevokeAsync(world, local, above[0].Id)).RefusedFor("Forbidden"));
    }

    [Theory, EachDatabase]
    public async Task The_powers_of_an_office_count_only_after_a_passkey(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var without = world.Official with { PasskeyAt = null };
        var described = await world.Do<IRounds, Outcome<Done>>(rounds => rounds.DescribeAsync(without, roundId, new("Uusi nimi"), new("Uusi kuvaus kierrokselle."), default));
        Assert.True(described.RefusedFor("Passkey.Needed"));
        Assert.Empty(await world.Do<IRounds, IReadOnlyList<RoundSummary>>(rounds => rounds.ManagedByAsync(without, default)));
        // Who does not hold the role is not told to get a passkey for it.
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.DescribeAsync(
            world.Resident with { PasskeyAt = null }, roundId, new("Uusi nimi"), new("Uusi kuvaus kierrokselle."), default))).RefusedFor("Forbidden"));
        var expert = await world.PersonAsync("expert", world.TownId) with { PasskeyAt = null };
        await world.GrantAsync(expert, Role.ExpertByExperience);
        Assert.True(await HoldsAsync(world, expert, world.TownId, Role.ExpertByExperience));
    }

    [Theory, EachDatabase]
    public async Task Acts_of_weight_need_a_passkey_shown_within_ten_minutes(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var clerk = await world.PersonAsync("clerk", world.TownId);
        var official = world.Official;
        Task<Outcome<Done>> Change(Actor actor) =>
            world.Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeEnvelopeAsync(actor, roundId, Money.FromEuros(2_000), "Lisätalousarvio", default));
        world.Clock.Now += TimeSpan.FromMinutes(10);
        Assert.True((await Change(official)).Granted);
        world.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.True((await Change(official)).RefusedFor("StepUp.Needed"));
        Assert.True((await GrantAsync(world, official, clerk, Role.Clerk, world.CountyId)).RefusedFor("StepUp.Needed"));
        Assert.True((await Change(official with { PasskeyAt = null })).RefusedFor("Passkey.Needed"));
        Assert.True((await Change(world.Resident)).RefusedFor("Forbidden"));
        Assert.True((await Change(official with { PasskeyAt = world.Clock.Now.AddHours(1) })).RefusedFor("StepUp.Needed"));
        // The rest of the office goes on.
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.DescribeAsync(official, roundId, new("Uusi nimi"), new("Uusi kuvaus kierrokselle."), default))).Granted);
        Assert.True((await Change(world.Official)).Granted);
    }
}
