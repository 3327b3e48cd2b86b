using System.Globalization;
using System.Text;
using Budgeting.Core;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Benchmarks;

/// <summary>A round whose voting is open now, on a fresh database: one heading of twenty projects, at most eight choices.</summary>
internal sealed class VotingRound : IAsyncDisposable
{
    private const int Projects = 20;

    private readonly ServiceProvider _services;
    private readonly TravellingClock _clock;
    private long _region;
    private Actor _official = Actor.Visitor;

    private VotingRound(ServiceProvider services, TravellingClock clock) => (_services, _clock) = (services, clock);

    public long Id { get; private set; }

    public BallotSheet Sheet { get; private set; } = null!;

    public IBallotBox Box => _services.GetRequiredService<IBallotBox>();

    /// <summary>Lays the round, with so many entries in its register.</summary>
    public static async Task<VotingRound> OpenAsync(string provider, string connectionString, int electors = 0, TimeSpan? closesAfter = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var clock = new TravellingClock { Now = now.AddDays(-30) };
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical).SetMinimumLevel(LogLevel.Warning).AddConsole());
        services.AddSingleton<TimeProvider>(clock);
        services.AddBudgeting(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Database:Provider", provider), new("Database:ConnectionString", connectionString), new("Database:Clock", nameof(ClockSource.Application)),
        ]).Build());
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<BudgetingContext>();
        var round = new VotingRound(services.BuildServiceProvider(), clock);
        await round._services.PrepareDatabaseAsync();
        await round.LayAsync(now, electors, now + (closesAfter ?? TimeSpan.FromDays(1)));
        return round;
    }

    /// <summary>Voters admitted to the round, each under a reference of its own.</summary>
    public Task<IReadOnlyList<Voter>> AdmitAsync(string word, int count) => Do<IElectorate, IReadOnlyList<Voter>>(electorate =>
        electorate.AdmitImportedAsync(Actor.Platform, Id, [.. Enumerable.Range(1, count).Select(number => $"{word} {number}")], default));

    /// <summary>A ballot of four to eight choices.</summary>
    public CastBallot Ballot(Voter voter, Random random)
    {
        var projects = Enumerable.Range(1, Projects).ToArray();
        random.Shuffle(projects);
        return new(Id, voter, [new(Sheet.HeadingId, Sheet.Hash, projects[..random.Next(4, 9)])], Guid.NewGuid());
    }

    /// <summary>The codes of the letters, one an entry.</summary>
    public IReadOnlyList<string> Codes { get; private set; } = [];

    /// <summary>The cookies of voters whom the register has admitted a moment ago, as the site would have set them.</summary>
    public Task<IReadOnlyList<string>> PassesAsync(int first, int count) =>
        Ask<IDataProtectionProvider, IReadOnlyList<string>>(protection => Task.FromResult(CastingLoad.Passes(protection, Sheet, first, count)));

    /// <summary>Moves the clock past the end of voting.</summary>
    public void EndVoting() => _clock.Now += TimeSpan.FromDays(2);

    /// <summary>Two who may publish, one to ask for it and one to confirm it.</summary>
    public async Task<(Actor Asking, Actor Confirming)> CoordinatorsAsync()
    {
        var colleague = await AccountAsync("colleague@example.org");
        return (_official with { PasskeyAt = _clock.Now }, colleague);
    }

    /// <summary>Imports a file into the register, on a day before voting.</summary>
    public async Task<RegisterReport> ImportAsync(Stream content)
    {
        var now = _clock.Now;
        _clock.Now -= TimeSpan.FromDays(5);
        var report = await Do<IElectorRegister, RegisterReport>(register =>
            register.ImportAsync(_official with { PasskeyAt = _clock.Now }, Id, content, partial: false, tell: null, default));
        _clock.Now = now;
        return report;
    }

    public Task<T> Do<TService, T>(Func<TService, Task<Outcome<T>>> act)
        where TService : notnull => Ask<TService, T>(async service => (await act(service)).Value);

    public async Task<T> Ask<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task LayAsync(DateTimeOffset now, int electors, DateTimeOffset closes)
    {
        var region = await Do<IRegions, long>(regions =>
            regions.CreateAsync(Actor.Platform, new("county", RegionKind.County, new("Maakunta", "Landskap", "County"), null), default));
        _region = region;
        var official = _official = await AccountAsync("official@example.org");
        DateTimeOffset[] starts = [now.AddDays(-29), now.AddDays(-20), now.AddDays(-10), now.AddDays(-1), closes];
        Phase[] phases = [Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting];
        Id = await Do<IRounds, long>(rounds => rounds.CreateAsync(official, new(
            region, new("Kierros", "Omgång", "Round"), new("Kierros mittausta varten.", null, null),
            [.. phases.Select((phase, i) => new PhasePeriod(phase, starts[i], i + 1 < starts.Length ? starts[i + 1] : null))]), default));
        await Do<IRounds, Done>(rounds => rounds.ChangeEnvelopeAsync(official, Id, Money.FromEuros(1_000_000), "Mittausta varten", default));
        var heading = await Do<IRounds, long>(rounds => rounds.AddHeadingAsync(
            official, Id, new(new("Koko alue"), region, Money.FromEuros(1_000_000), BallotKind.Approval, 8), default));
        await RegisterAsync(official, electors);
        for (var i = 1; i <= Projects; i++)
        {
            _clock.Now = starts[1].AddMinutes(i);
            var proposal = await Do<IProposals, long>(proposals => proposals.WriteAsync(
                official, Id, new(heading, "fi", $"Hanke {i}", "Mittausta varten kirjoitettu ehdotus.", null), Guid.NewGuid(), default));
            await Do<IProposals, Done>(proposals => proposals.SubmitAsync(official, proposal, default));
            _clock.Now = starts[2].AddMinutes(i);
            await Do<IEvaluations, Done>(evaluations => evaluations.AnswerAsync(official, proposal, new(true, Money.FromEuros(90_000 + (i * 1_000)), null), default));
        }
        _clock.Now = now;
        Sheet = (await Ask<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(Id, default)))[0];
    }

    /// <summary>Somebody with every role.</summary>
    private async Task<Actor> AccountAsync(string email)
    {
        await using var scope = _services.CreateAsyncScope();
        var account = new Account { UserName = email, Email = email, DisplayName = email, HomeRegionId = _region };
        await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account);
        foreach (var role in Enum.GetValues<Role>())
            await scope.ServiceProvider.GetRequiredService<IRoles>().GrantAsync(Actor.Platform, new(account.Id, role, _region, "Mittausta varten"), default);
        return Actor.Person(account.Id, _clock.Now);
    }

    private async Task RegisterAsync(Actor official, int electors)
    {
        var file = "identifier,birth_date,region,language,protected\n" + string.Concat(Enumerable.Range(1, electors).Select(number =>
            string.Create(CultureInfo.InvariantCulture, $"elector-{number},{1950 + (number % 50)}-05-05,county,fi,0\n")));
        await Do<IElectorRegister, Done>(register => register.SetRuleAsync(
            official, Id, new(ElectorateBasis.Registered, 18, new DateOnly(2026, 1, 1)), default));
        if (electors == 0)
            return;
        await Do<IElectorRegister, RegisterReport>(register => register.ImportAsync(official, Id, Content(), partial: false, tell: null, default));
        using var letters = new MemoryStream();
        await Do<IElectorRegister, LettersReport>(register => register.IssueLettersAsync(official, Id, Content(), letters, reissue: false, default));
        Codes = [.. Encoding.UTF8.GetString(letters.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[1].Trim('"'))];

        MemoryStream Content() => new(Encoding.UTF8.GetBytes(file));
    }

    private sealed class TravellingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
