using Budgeting.Core.Confirmations;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Tests;

/// <summary>A clock that stands where a test puts it.</summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>
/// The services over a fresh database, a county with a municipality in it, an official for everything, and short words for
/// bringing a round to the phase a test is about.
/// </summary>
public sealed partial class World : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2027, 1, 4, 8, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<Task<TestDatabase>> SqliteTables = Migrated(DatabaseKind.Sqlite);
    private static readonly Lazy<Task<TestDatabase>> PostgresTables = Migrated(DatabaseKind.PostgreSql);

    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private readonly TimeProvider _time;
    private Actor _official = Actor.Visitor;
    private Actor _colleague = Actor.Visitor;

    private World(TestDatabase database, ServiceProvider services, TestClock clock, TimeProvider time) =>
        (_database, _services, Clock, _time) = (database, services, clock, time);

    public TestClock Clock { get; }

    public TestDatabase Database => _database;

    public long CountyId { get; private set; }

    public long TownId { get; private set; }

    /// <summary>Coordinator, evaluator, finance officer and administrator of the county, who has just shown a passkey.</summary>
    public Actor Official => Fresh(_official);

    /// <summary>Another one with the same roles, for what takes two.</summary>
    public Actor Colleague => Fresh(_colleague);

    /// <summary>Lives in the town.</summary>
    public Actor Resident { get; private set; } = Actor.Visitor;

    public IBallotBox BallotBox => _services.GetRequiredService<IBallotBox>();

    public static async Task<World> CreateAsync(DatabaseKind kind, ClockSource clockSource = ClockSource.Application) =>
        await CreateAsync(await TablesAsync(kind), clockSource);

    public static async Task<World> CreateAsync(TestDatabase database, ClockSource clockSource = ClockSource.Application)
    {
        var clock = new TestClock(clockSource == ClockSource.Application ? Start : TimeProvider.System.GetUtcNow());
        TimeProvider time = clockSource == ClockSource.Application ? clock : TimeProvider.System;
        var world = new World(database, Services(database, time, clockSource), clock, time);
        await world._services.PrepareDatabaseAsync();
        world.CountyId = (await world.Do<IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new("county", RegionKind.County, new("Maakunta", "Landskap"), null), default))).Value;
        world.TownId = (await world.Do<IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new("town", RegionKind.Municipality, new("Kaupunki", "Stad"), world.CountyId), default))).Value;
        world._official = await world.PersonAsync("official", world.CountyId);
        world._colleague = await world.PersonAsync("colleague", world.CountyId);
        foreach (var person in new[] { world._official, world._colleague })
        {
            foreach (var role in new[] { Role.Coordinator, Role.Evaluator, Role.FinanceOfficer, Role.Administrator })
                await world.GrantAsync(person, role);
        }
        world.Resident = await world.PersonAsync("resident", world.TownId);
        return world;
    }

    /// <summary>A second set of services over the same database: another server, or the same one after a restart.</summary>
    public ServiceProvider AnotherServer(params IReadOnlyList<KeyValuePair<string, string?>> settings) =>
        Services(_database, Clock, ClockSource.Application, settings);

    /// <summary>A second set of services with some of a test's own in the places of others.</summary>
    public ServiceProvider AnotherServer(Action<IServiceCollection> replace) => Services(_database, Clock, ClockSource.Application, [], replace);

    /// <summary>Another server that goes by the real clock, the database's own where it has one.</summary>
    /// <param name="own">The server's own clock, where it is another.</param>
    public ServiceProvider ServerByRealClock(TimeProvider? own = null) => Services(_database, own ?? TimeProvider.System, ClockSource.Database);

    public async Task<TResult> Do<TService, TResult>(Func<TService, Task<TResult>> act)
        where TService : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Gives somebody a role, in the county unless another region is named.</summary>
    /// <returns>The grant's id.</returns>
    public async Task<long> GrantAsync(Actor person, Role role, long? regionId = null, DateTimeOffset? endsAt = null) =>
        (await Do<IRoles, Outcome<long>>(roles => roles.GrantAsync(
            Actor.Platform, new(person.AccountId!.Value, role, regionId ?? CountyId, "Kokeita varten", endsAt), default))).Value;

    /// <summary>The person with a passkey shown at this moment.</summary>
    public Actor Fresh(Actor person) => person with { PasskeyAt = _time.GetUtcNow() };

    public Task<TResult> Sql<TResult>(Func<BudgetingContext, Task<TResult>> act) => Do(act);

    public async Task<Actor> PersonAsync(string name, long? homeRegionId)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<BudgetingContext>();
        var account = new Account
        {
            UserName = $"{name}@example.org", NormalizedUserName = $"{name}@EXAMPLE.ORG".ToUpperInvariant(),
            Email = $"{name}@example.org", NormalizedEmail = $"{name}@EXAMPLE.ORG".ToUpperInvariant(), DisplayName = name,
            HomeRegionId = homeRegionId, SecurityStamp = "test",
        };
        context.Add(account);
        await context.SaveChangesAsync();
        // Whoever has shown a passkey has one.
        context.Add(Passkeys.Row(account.Id, new(BitConverter.GetBytes(account.Id), [1], Clock.Now, 0, [], true, false, false, [2], [3])));
        await context.SaveChangesAsync();
        return Fresh(Actor.Person(account.Id));
    }

    /// <summary>A schedule of a week a phase from <see cref="Start"/>.</summary>
    public static IReadOnlyList<PhasePeriod> Weeks(DateTimeOffset start)
    {
        Phase[] phases = [Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting];
        return [.. phases.Select((phase, i) => new PhasePeriod(phase, start.AddDays(7 * i), phase == Phase.Counting ? null : start.AddDays(7 * (i + 1))))];
    }

    public async Task<long> RoundAsync(long? regionId = null, Money? envelope = null, IReadOnlyList<PhasePeriod>? periods = null)
    {
        var id = (await Do<IRounds, Outcome<long>>(rounds => rounds.CreateAsync(
            Official, new(regionId ?? CountyId, new("Kierros", "Omgång", "Round"), new("Kierros kokeita varten.", null, null), periods ?? Weeks(Start)), default))).Value;
        var set = await Do<IRounds, Outcome<Done>>(rounds => rounds.ChangeEnvelopeAsync(Official, id, envelope ?? Money.FromEuros(1_000), "Talousarvio", default));
        Assert.True(set.Granted);
        return id;
    }

    public async Task<long> HeadingAsync(long roundId, Money amount, BallotKind kind = BallotKind.Approval, int? maximum = 3, long? regionId = null, TallyRule rule = TallyRule.Greedy) =>
        (await Do<IRounds, Outcome<long>>(rounds => rounds.AddHeadingAsync(
            Official, roundId, new(new("Osabudjetti"), regionId ?? CountyId, amount, kind, kind == BallotKind.Approval ? maximum : null, rule), default))).Value;

    public void TravelTo(Phase phase) => Clock.Now = Weeks(Start).First(period => period.Phase == phase).StartsAt.AddHours(1);

    /// <summary>Writes and submits a proposal; answers it when a cost is given.</summary>
    public async Task<long> ProposalAsync(long roundId, long headingId, string title, Money? cost = null)
    {
        var id = (await Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
            Resident, roundId, new(headingId, "fi", title, "Tämä on ehdotus, jossa on tarpeeksi tekstiä.", null), Guid.NewGuid(), default))).Value;
        Assert.True((await Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(Resident, id, default))).Granted);
        if (cost is not null)
            Assert.True((await Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(Official, id, new(true, cost, null), default))).Granted);
        return id;
    }

    /// <summary>A round in voting with one heading whose projects have the given costs in euros.</summary>
    public async Task<(long RoundId, BallotSheet Sheet)> VotingAsync(
        BallotKind kind = BallotKind.Approval, int maximum = 3, long euros = 100, params IReadOnlyList<long> costs)
    {
        var roundId = await RoundAsync();
        var headingId = await HeadingAsync(roundId, Money.FromEuros(euros), kind, maximum);
        TravelTo(Phase.Proposing);
        for (var i = 0; i < costs.Count; i++)
            await ProposalAsync(roundId, headingId, $"Hanke numero {i + 1}", Money.FromEuros(costs[i]));
        TravelTo(Phase.Voting);
        var sheets = await Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default));
        return (roundId, Assert.Single(sheets));
    }

    /// <summary>A round that has been in voting for two hours and closes at an instant, with one heading of one project.</summary>
    public async Task<(long RoundId, BallotSheet Sheet)> VotingUntilAsync(DateTimeOffset closes, Func<long, Task>? prepare = null)
    {
        Phase[] phases = [Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting];
        DateTimeOffset StartOf(Phase phase) => closes.AddHours(2 * (Array.IndexOf(phases, phase) - (phases.Length - 1)));
        Clock.Now = StartOf(Phase.Announced).AddHours(-1);
        var roundId = await RoundAsync(periods: [.. phases.Select(phase =>
            new PhasePeriod(phase, StartOf(phase), phase == Phase.Counting ? null : StartOf(phase).AddHours(2)))]);
        var headingId = await HeadingAsync(roundId, Money.FromEuros(10));
        if (prepare is not null)
            await prepare(roundId);
        Clock.Now = StartOf(Phase.Proposing).AddMinutes(1);
        await ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(5));
        Clock.Now = StartOf(Phase.Voting).AddMinutes(1);
        return (roundId, Assert.Single(await Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default))));
    }

    public async Task<Voter> AdmitAsync(Actor actor, long roundId) =>
        (await Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(actor, roundId, default))).Value;

    public async Task<IReadOnlyList<Voter>> AdmitManyAsync(long roundId, int count) =>
        (await Do<IElectorate, Outcome<IReadOnlyList<Voter>>>(electorate => electorate.AdmitImportedAsync(
            Actor.Platform, roundId, [.. Enumerable.Range(1, count).Select(i => i.ToString())], default))).Value;

    public Task<Outcome<StoredBallot>> CastAsync(BallotSheet sheet, Voter voter, params IReadOnlyList<int> projects) =>
        BallotBox.CastAsync(new(sheet.RoundId, voter, [new(sheet.HeadingId, sheet.Hash, projects)], Guid.NewGuid()), default);

    /// <summary>Publishes a counted round: one official asks, the other confirms.</summary>
    /// <returns>What came of the confirmation, or of the asking where that was refused.</returns>
    public async Task<Outcome<Done>> PublishAsync(long roundId)
    {
        var asked = await Do<IConfirmations, Outcome<long>>(confirmations => confirmations.AskToPublishAsync(Official, roundId, "Laskenta on tarkastettu", default));
        return asked.Granted
            ? await Do<IConfirmations, Outcome<Done>>(confirmations => confirmations.ConfirmAsync(Colleague, asked.Value, null, default))
            : Outcome<Done>.Refused(asked.Refusals);
    }

    public Task<int> CarryOutAllAsync(long roundId) => Do<IPhaseDuties, int>(duties => duties.CarryOutAllAsync(roundId, default));

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    // Migrating takes longer than most tests do, so it is done once for all of a run and copied.
    private static async Task<TestDatabase> TablesAsync(DatabaseKind kind) => await (await (kind == DatabaseKind.Sqlite ? SqliteTables : PostgresTables).Value).CopyAsync();

    private static Lazy<Task<TestDatabase>> Migrated(DatabaseKind kind) => new(async () =>
    {
        var database = await TestDatabase.CreateAsync(kind);
        // Whatever becomes of it: the process ends.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(async () => await database.DisposeAsync()).Wait(TimeSpan.FromSeconds(20));
        await using (var services = Core(Configuration(database, ClockSource.Database, []), TimeProvider.System).BuildServiceProvider())
            await services.PrepareDatabaseAsync();
        await database.LeaveAsync();
        return database;
    });

    private static ServiceProvider Services(
        TestDatabase database, TimeProvider time, ClockSource clockSource, IReadOnlyList<KeyValuePair<string, string?>>? settings = null,
        Action<IServiceCollection>? replace = null)
    {
        var configuration = Configuration(database, clockSource, settings ?? []);
        var services = Core(configuration, time);
        replace?.Invoke(services);
        HostElsewhere(services, database, configuration, time);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static IConfiguration Configuration(TestDatabase database, ClockSource clockSource, IReadOnlyList<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = database.Provider,
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Database:Clock"] = clockSource.ToString(),
        }).AddInMemoryCollection(settings).Build();

    private static IServiceCollection Core(IConfiguration configuration, TimeProvider time) => new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
        .AddSingleton(time)
        .AddBudgeting(configuration);

    // Where the same tests are run against another host, it puts its services in the places of these.
    static partial void HostElsewhere(IServiceCollection services, TestDatabase database, IConfiguration configuration, TimeProvider time);
}
