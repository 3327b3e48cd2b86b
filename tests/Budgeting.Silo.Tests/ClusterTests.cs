using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Voting;
using Budgeting.Silo.Cluster;
using Budgeting.Silo.Regions;
using Budgeting.Silo.Results;
using Budgeting.Silo.Rounds;
using Budgeting.Silo.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;

namespace Budgeting.Silo.Tests;

public sealed class ClusterTests
{
    [Fact]
    public async Task Two_silos_on_one_database_find_each_other_and_share_the_shards_of_a_box()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (roundId, sheet) = await world.VotingAsync(costs: [5]);
        foreach (var voter in await world.AdmitManyAsync(roundId, 100))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);

        var silos = await world.SilosAsync();
        var factory = silos[0].Services.GetRequiredService<IGrainFactory>();
        // Boxes of other rounds too, so that chance does not put all of them in one place.
        var nobody = new Voter(new string('0', 64), []);
        for (var other = 2; other <= 10; other++)
        {
            for (var shard = 0; shard < GrainKeys.Shards; shard++)
                Assert.False((await factory.GetGrain<IBallotBoxGrain>(GrainKeys.BallotBox(world.CountyId, other, shard)).WithdrawAsync(nobody)).Granted);
        }
        var management = factory.GetGrain<IManagementGrain>(0);
        Assert.Equal(2, (await management.GetHosts(onlyActive: true)).Count);
        var boxes = (await management.GetDetailedGrainStatistics()).Where(grain => grain.GrainType.Contains("BallotBox", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.Equal(2, boxes.Select(grain => grain.SiloAddress).Distinct().Count());
        // A shard is in one place.
        Assert.Equal(boxes.Count, boxes.Select(grain => grain.GrainId).Distinct().Count());
        Assert.Equal(100, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Fact]
    public async Task A_round_is_read_from_memory_until_it_changes_through_any_silo_or_a_second_has_passed()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var roundId = await world.RoundAsync();
        world.TravelTo(Phase.Proposing);
        async Task<string> TitleAsync(int silo)
        {
            await using var scope = (await world.SilosAsync())[silo].Services.CreateAsyncScope();
            return (await scope.ServiceProvider.GetRequiredService<IRounds>().FindAsync(Actor.Visitor, roundId, default))!.Title.Fi;
        }
        Assert.Equal("Kierros", await TitleAsync(0));
        Assert.Equal("Kierros", await TitleAsync(1));

        // Past the platform: nobody is told.
        await world.Sql(context => context.Rounds.Where(round => round.Id == roundId).ExecuteUpdateAsync(set => set.SetProperty(round => round.Title, new LocalizedText("Toinen"))));
        Assert.Equal("Kierros", await TitleAsync(0));
        Assert.Equal("Kierros", await TitleAsync(1));
        world.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("Toinen", await TitleAsync(0));
        Assert.Equal("Toinen", await TitleAsync(1));

        for (var silo = 0; silo < 2; silo++)
        {
            var title = $"Nimi {silo}";
            await using var scope = (await world.SilosAsync())[silo].Services.CreateAsyncScope();
            Assert.True((await scope.ServiceProvider.GetRequiredService<IRounds>().DescribeAsync(world.Official, roundId, new(title), new("Kierros kokeita varten."), default)).Granted);
            Assert.Equal(title, await TitleAsync(0));
            Assert.Equal(title, await TitleAsync(1));
        }
    }

    [Fact]
    public async Task A_power_counts_and_ceases_at_once_on_every_silo_and_only_the_lack_of_one_is_remembered()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var clerk = await world.PersonAsync("clerk", world.TownId);
        await AssertHoldsAsync(false);
        var grantId = await world.GrantAsync(clerk, Role.Clerk);
        await AssertHoldsAsync(true);

        // Past the platform nobody is told: what is taken is missed at once, what is given a second later.
        await world.Sql(context => context.RoleGrants.Where(grant => grant.Id == grantId).ExecuteUpdateAsync(
            set => set.SetProperty(grant => grant.RevokedAt, world.Clock.Now).SetProperty(grant => grant.RevocationReason, "Kokeen loppu")));
        await AssertHoldsAsync(false);
        world.Clock.Now += TimeSpan.FromSeconds(1);
        await AssertHoldsAsync(false);
        await world.Sql(context => context.Database.ExecuteSqlAsync(
            $"INSERT INTO role_grants (account_id, role, region_id, granted_at, reason) SELECT account_id, role, region_id, granted_at, reason FROM role_grants WHERE id = {grantId}"));
        await AssertHoldsAsync(false);
        world.Clock.Now += TimeSpan.FromSeconds(1);
        await AssertHoldsAsync(true);

        grantId = await world.Sql(context => context.RoleGrants.MaxAsync(grant => grant.Id));
        Assert.True((await world.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(Actor.Platform, grantId, "Kokeen loppu", default))).Granted);
        await AssertHoldsAsync(false);

        async Task AssertHoldsAsync(bool expected)
        {
            foreach (var silo in await world.SilosAsync())
            {
                await using var scope = silo.Services.CreateAsyncScope();
                var authority = scope.ServiceProvider.GetRequiredService<IAuthority>();
                Assert.Equal(expected, await authority.HoldsAsync(world.Fresh(clerk), world.TownId, default, Role.Clerk, Role.Coordinator));
                Assert.False(await authority.HoldsAsync(world.Fresh(clerk), world.TownId, default, Role.Coordinator));
                Assert.Equal(expected ? null : Refusal.Forbidden, await authority.RefuseWithoutStepUpAsync(world.Fresh(clerk), world.CountyId, default, Role.Clerk));
            }
        }
    }

    [Fact]
    public async Task A_round_passes_into_its_next_phase_by_the_clock_while_it_is_remembered()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var roundId = await world.RoundAsync();
        var begins = World.Weeks(World.Start)[1].StartsAt;
        world.Clock.Now = begins.AddTicks(-1);
        Assert.Equal(Phase.Announced, (await FindAsync())!.Phase);
        world.Clock.Now = begins;
        Assert.Equal(Phase.Proposing, (await FindAsync())!.Phase);

        Task<RoundView?> FindAsync() => world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(Actor.Visitor, roundId, default));
    }

    [Fact]
    public async Task Silos_that_start_at_the_same_moment_make_the_clusters_tables_once()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new ClusterTables(database.ConnectionString).StartingAsync(default)));
        await new ClusterTables(database.ConnectionString).StartingAsync(default);
    }

    [Fact]
    public void A_region_stays_where_it_is_when_another_silo_comes_and_moves_only_to_the_new_one()
    {
        var silos = Enumerable.Range(1, 5).Select(i => SiloAddress.New(System.Net.IPAddress.Parse($"10.0.0.{i}"), 11_111, i)).ToList();
        var regions = Enumerable.Range(1, 1_000).Select(id => GrainKeys.Region(id)).ToList();
        var before = regions.ToDictionary(region => region, region => RegionPlacementDirector.Choose(region, silos[..4]));
        var after = regions.ToDictionary(region => region, region => RegionPlacementDirector.Choose(region, silos));

        Assert.All(silos[..4], silo => Assert.InRange(before.Values.Count(chosen => chosen.Equals(silo)), 190, 310));
        Assert.All(regions.Where(region => !after[region].Equals(before[region])), region => Assert.Equal(silos[4], after[region]));
        Assert.InRange(after.Values.Count(chosen => chosen.Equals(silos[4])), 150, 250);
    }

    [Fact]
    public async Task What_crosses_the_wire_arrives_as_it_was_sent()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, sheet) = await world.VotingAsync(costs: [5, 7]);
        var round = (await world.Do<IRounds, RoundView?>(rounds => rounds.FindAsync(world.Official, roundId, default)))!;
        var proposal = (await world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(world.Resident, sheet.Projects[0].ProposalId, default)))!;
        var voter = (await world.AdmitManyAsync(roundId, 1))[0];
        var serializer = (await world.SilosAsync())[0].Services.GetRequiredService<Serializer>();
        Same(round);
        Same(sheet);
        Same(proposal with { Hidden = new(Core.Moderation.ModerationCategory.PersonalData, World.Start), Moderates = true });
        Same(new CastBallot(roundId, voter with { Band = "18-29" }, [new(sheet.HeadingId, sheet.Hash, [2, 1])], Guid.NewGuid()));
        Same(world.Official);
        Same(Actor.Visitor);
        Same(new Core.Evaluation.EvaluationInput(true, new Money(12_345), "Syy", 2));
        Same(new RoundFilter(3, Phase.Voting));
        Same(await world.CastAsync(sheet, voter, 1));
        Same(Outcome.Of(Done.It));
        Same(Outcome.Of(12L));
        Outcome<StoredBallot> refused = Outcome<StoredBallot>.Refused(
            [Refusal.Of("Ballot.OverBudget", "4", Money.FromEuros(3), new Money(long.MaxValue), 5, 6L, World.Start, "nimi"), Refusal.NotFound]);
        Assert.Equivalent(refused.Refusals, serializer.Deserialize<Outcome<StoredBallot>>(serializer.SerializeToArray(refused))!.Refusals, strict: true);
        Same(new RoundResult(1, 2, World.Start, [new(3, new("Nimi", "Namn"), "greedy", ["lot"], "ab", BallotKind.Knapsack, 2, Money.FromEuros(9), Money.FromEuros(8),
            [new(1, 2, "Hanke", "fi", Money.FromEuros(8), 2, 1, true, Money.FromEuros(9), "lot")])]));

        void Same<T>(T sent)
            where T : notnull => Assert.Equivalent(sent, serializer.Deserialize<T>(serializer.SerializeToArray(sent)), strict: true);
    }

    [Fact]
    public void Every_kind_of_record_that_a_grain_takes_or_gives_is_known_to_travel()
    {
        Type[] grains = [typeof(IRegionGrain), typeof(IRoundGrain), typeof(IRoundAlarmGrain), typeof(Silo.Proposals.IProposalGrain), typeof(IBallotBoxGrain), typeof(IResultGrain)];
        var travelling = grains.SelectMany(grain => grain.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(Parts).Where(type => type.Assembly == typeof(Refusal).Assembly && !type.IsEnum).Distinct().ToList();

        Assert.True(travelling.Count > 15);
        Assert.All(travelling, type => Assert.True(CoreRecords.Contain(type), $"{type} does not travel"));

        static IEnumerable<Type> Parts(Type type) => type.IsArray ? Parts(type.GetElementType()!)
            : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }
}
