using System.Security.Cryptography;
using System.Text.Json;
using Budgeting.Core;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Web.Demo;

/// <summary>
/// Lays down a small Finland with a round in each of four phases. Everything goes through the platform's own services, with a
/// clock that travels through the past weeks: proposals are written while proposing, ballots cast while voting, and so on.
/// The same day gives the same content.
/// </summary>
internal sealed partial class DemoContent(IConfiguration configuration, TimeProvider time, ILogger<DemoContent> log)
{
    private const int Seed = 20_261;

    /// <summary>Lays the content into a database without regions; leaves any other as it is.</summary>
    public async Task LayAsync(CancellationToken cancellation)
    {
        var clock = new TravellingClock(time.GetUtcNow());
        await using var services = Services(clock);
        await using var scope = services.CreateAsyncScope();
        var regions = scope.ServiceProvider.GetRequiredService<IRegions>();
        if ((await regions.TreeAsync(cancellation)).Count > 0)
            return;
        LayingDown();
        var content = await ReadAsync(cancellation);
        clock.Now = time.GetUtcNow().AddDays(-200);
        Dictionary<string, RegionView> regionsBySlug = [];
        foreach (var region in content.Regions)
        {
            var parentId = region.Parent is null ? (long?)null : regionsBySlug[region.Parent].Id;
            Granted(await regions.CreateAsync(Actor.Platform, new(region.Slug, region.Kind, region.Name, parentId), cancellation));
            regionsBySlug[region.Slug] = (await regions.FindAsync(region.Slug, cancellation))!.Region;
        }
        var accounts = await LayAccountsAsync(scope.ServiceProvider, regionsBySlug, cancellation);
        foreach (var (position, round) in content.Rounds.Index())
            await new DemoRound(services, clock, round, regionsBySlug, accounts, new Random(Seed + position)).LayAsync(time.GetUtcNow(), cancellation);
        LaidDown(content.Rounds.Count, content.Rounds.Sum(round => round.Proposals.Count));
    }

    private static async Task<Dictionary<string, Actor>> LayAccountsAsync(
        IServiceProvider services, Dictionary<string, RegionView> regions, CancellationToken cancellation)
    {
        var users = services.GetRequiredService<UserManager<Account>>();
        var roles = services.GetRequiredService<IRoles>();
        Dictionary<string, Actor> accounts = [];
        foreach (var demo in DemoAccounts.All)
        {
            var account = new Account
            {
                UserName = demo.Email, Email = demo.Email, EmailConfirmed = true, DisplayName = demo.DisplayName, HomeRegionId = regions[demo.HomeRegion].Id,
            };
            var created = await users.CreateAsync(account);
            if (!created.Succeeded)
                throw new InvalidOperationException($"The account {demo.Email} was refused: {string.Join(' ', created.Errors.Select(error => error.Description))}");
            Granted(await roles.GrantAsync(Actor.Platform, new(account.Id, demo.Role, regions[demo.Region].Id, "Esittely"), cancellation));
            accounts[demo.Key] = Actor.Person(account.Id);
        }
        return accounts;
    }

    private static async Task<DemoFile> ReadAsync(CancellationToken cancellation)
    {
        await using var file = typeof(DemoContent).Assembly.GetManifestResourceStream("Budgeting.Web.Demo.demo-content.json")!;
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };
        return (await JsonSerializer.DeserializeAsync<DemoFile>(file, options, cancellation))!;
    }

    private ServiceProvider Services(TravellingClock clock)
    {
        var travelling = new ConfigurationBuilder()
            .AddConfiguration(configuration)
            .AddInMemoryCollection([new("Database:Clock", nameof(ClockSource.Application))])
            .Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole());
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<RandomNumberGenerator>(new RepeatableNumbers(Seed));
        services.AddBudgeting(travelling);
        services.AddIdentityCore<Account>()
            .AddEntityFrameworkStores<BudgetingContext>();
        return services.BuildServiceProvider();
    }

    internal static T Granted<T>(Outcome<T> outcome) => outcome.Value;

    [LoggerMessage(LogLevel.Information, "Laying down the demonstration's content; start with --Demo:Enabled=false to go without it")]
    private partial void LayingDown();

    [LoggerMessage(LogLevel.Information, "The demonstration has {Rounds} rounds and {Proposals} proposals")]
    private partial void LaidDown(int rounds, int proposals);

    internal sealed record DemoFile(IReadOnlyList<DemoFileRegion> Regions, IReadOnlyList<DemoFileRound> Rounds);

    internal sealed record DemoFileRegion(string Slug, RegionKind Kind, string? Parent, LocalizedText Name);

    internal sealed record DemoFileRound(
        string Slug, string Region, Phase Phase, LocalizedText Title, LocalizedText Summary,
        IReadOnlyList<DemoFileHeading> Headings, IReadOnlyList<DemoFileProposal> Proposals);

    internal sealed record DemoFileHeading(string Key, string Region, LocalizedText Name, long AmountEuros, BallotKind Ballot, int? MaximumChoices, TallyRule Rule = TallyRule.Greedy);

    internal sealed record DemoFileProposal(
        string Heading, string Language, string Author, string Title, string Text, string? Place, int Popularity, DemoFileEvaluation? Evaluation);

    internal sealed record DemoFileEvaluation(bool Feasible, decimal? CostEuros, string? Reason);
}

/// <summary>A clock that its owner moves.</summary>
internal sealed class TravellingClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Numbers that come out the same on every machine, for lots and receipts of a demonstration. Never for anything that must not be guessed.</summary>
internal sealed class RepeatableNumbers(int seed) : RandomNumberGenerator
{
    private readonly Random _numbers = new(seed);

    public override void GetBytes(byte[] data) => _numbers.NextBytes(data);
}
