using System.Diagnostics;
using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Database;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Benchmarks;

/// <summary>
/// What follows the end of voting, on a scratch database with as many ballots as asked: closing, counting with the tree and the shuffled
/// ballots, publishing, and the whole record as a ZIP. The ballots are written straight into the box; everything after goes the ordinary way.
/// </summary>
internal static class ClosingBenchmark
{
    private const int Projects = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private const long MemoryLimit = 1L << 30;

    public static async Task<int> RunAsync(string[] arguments)
    {
        int ballots = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        string database = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), $"budgeting-closing-{Guid.NewGuid():n}.db");
        bool postgres = database.Contains("Host=", StringComparison.OrdinalIgnoreCase);
        Clock clock = new() { Now = new DateTimeOffset(2027, 1, 4, 8, 0, 0, TimeSpan.Zero) };
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddSingleton<TimeProvider>(clock)
            .AddBudgeting(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Database:Provider"] = postgres ? "PostgreSQL" : "Sqlite",
                ["Database:ConnectionString"] = postgres ? database : $"Data Source={database}",
                ["Database:Clock"] = "Application",
            }).Build())
            .BuildServiceProvider();
        await services.PrepareDatabaseAsync();
        (long round, long heading) = await OpenVotingAsync(services, clock);
        Stopwatch filling = Stopwatch.StartNew();
        await FillAsync(services, round, heading, ballots, postgres);
        Console.WriteLine(FormattableString.Invariant($"{ballots} ballots in {(postgres ? "PostgreSQL" : "SQLite")}, written in {filling.Elapsed.TotalSeconds:0.0} s"));

        clock.Now += TimeSpan.FromDays(7);
        TimeSpan all = TimeSpan.Zero;
        for (PhaseDuty? duty = PhaseDuty.CloseVoting; duty is not null;)
        {
            all += await TimeAsync(() => Do<IPhaseDuties>(services, async duties => duty = await duties.CarryOutNextAsync(round, default)), () => duty?.ToString() ?? "nothing more");
        }

        (Actor asking, Actor confirming) = await CoordinatorsAsync(services, round, clock.Now);
        all += await TimeAsync(
            () => Do<IConfirmations>(services, async confirmations =>
            {
                long asked = (await confirmations.AskToPublishAsync(asking, round, "Mittaus", default)).Value;
                Trace.Assert((await confirmations.ConfirmAsync(confirming, asked, null, default)).Granted);
            }),
            () => "publish");
        string zip = Path.GetTempFileName();
        all += await TimeAsync(
            () => Do<IRecords>(services, async records =>
            {
                await using FileStream target = File.Create(zip);
                await records.WriteAsync(round, RecordFile.WholeName, target, default);
            }),
            () => "export");
        long peak = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.WriteLine(FormattableString.Invariant($"together {all.TotalSeconds:0.0} s (limit {Limit.TotalSeconds} s); at most {peak >> 20} MiB of memory (limit {MemoryLimit >> 20} MiB); record.zip {new FileInfo(zip).Length >> 20} MiB"));
        await TimeAsync(() => VerifyAsync(zip), () => "verify");
        File.Delete(zip);
        if (!postgres && arguments.Length < 2)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            foreach (string ending in (string[])["", "-wal", "-shm", "-migration"])
            {
                File.Delete(database + ending);
            }
        }

        return all <= Limit && peak <= MemoryLimit ? 0 : 1;
    }

    private static async Task<(Actor Asking, Actor Confirming)> CoordinatorsAsync(ServiceProvider services, long round, DateTimeOffset now)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        BudgetingContext context = scope.ServiceProvider.GetRequiredService<BudgetingContext>();
        long region = (await scope.ServiceProvider.GetRequiredService<IRounds>().FindAsync(Actor.Platform, round, default))!.Region.Id;
        List<Actor> coordinators = [];
        for (int i = 0; i < 2; i++)
        {
            string name = $"coordinator-{Guid.NewGuid():n}";
            Core.People.Account account = new() { UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name[..20], SecurityStamp = name };
            context.Add(account);
            await context.SaveChangesAsync();
            await scope.ServiceProvider.GetRequiredService<Core.People.IRoles>().GrantAsync(
                Actor.Platform, new(account.Id, Core.People.Role.Coordinator, region, "Mittaus"), default);
            coordinators.Add(Actor.Person(account.Id, now));
        }

        return (coordinators[0], coordinators[1]);
    }

    private static async Task<(long Round, long Heading)> OpenVotingAsync(ServiceProvider services, Clock clock)
    {
        DateTimeOffset start = clock.Now;
        Phase[] phases = [Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting];
        long region = 0, round = 0, heading = 0;
        string slug = $"bench-{Guid.NewGuid():n}"[..20];
        await Do<IRegions>(services, async regions => region = (await regions.CreateAsync(Actor.Platform, new(slug, RegionKind.County, new("Mittaus"), null), default)).Value);
        await Do<IRounds>(services, async rounds =>
        {
            round = (await rounds.CreateAsync(Actor.Platform, new(region, new("Mittauskierros"), new("Kierros mittausta varten."),
                [.. phases.Select((phase, i) => new PhasePeriod(phase, start.AddDays(i), phase == Phase.Counting ? null : start.AddDays(i + 1)))]), default)).Value;
            await rounds.ChangeEnvelopeAsync(Actor.Platform, round, Money.FromEuros(100_000), "Mittaus", default);
            heading = (await rounds.AddHeadingAsync(Actor.Platform, round, new(new("Osabudjetti"), region, Money.FromEuros(100_000), BallotKind.Approval, 10), default)).Value;
        });
        clock.Now = start.AddDays(1).AddHours(1);
        await using (AsyncServiceScope scope = services.CreateAsyncScope())
        {
            BudgetingContext context = scope.ServiceProvider.GetRequiredService<BudgetingContext>();
            Core.People.Account account = new() { UserName = slug, NormalizedUserName = slug.ToUpperInvariant(), DisplayName = slug, HomeRegionId = region, SecurityStamp = slug };
            context.Add(account);
            await context.SaveChangesAsync();
            for (int i = 1; i <= Projects; i++)
            {
                long proposal = (await scope.ServiceProvider.GetRequiredService<IProposals>().WriteAsync(
                    Actor.Person(account.Id), round, new(heading, "fi", $"Hanke numero {i}", "Hanke, jonka äänet lasketaan mittauksessa.", null), Guid.NewGuid(), default)).Value;
                await scope.ServiceProvider.GetRequiredService<IProposals>().SubmitAsync(Actor.Person(account.Id), proposal, default);
                await scope.ServiceProvider.GetRequiredService<IEvaluations>().AnswerAsync(Actor.Platform, proposal, new(true, Money.FromEuros(1_000 * i), null), default);
            }
        }

        clock.Now = start.AddDays(3).AddHours(1);
        await Do<IBallotSheets>(services, async sheets => Trace.Assert((await sheets.OfRoundAsync(round, default))[0].Projects.Count == Projects));
        return (round, heading);
    }

    // Three to five of the projects on each ballot, in twelve bands, keys and commitments at random.
    private static async Task FillAsync(ServiceProvider services, long round, long heading, int ballots, bool postgres)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        DatabaseFacade database = scope.ServiceProvider.GetRequiredService<BudgetingContext>().Database;
        database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        string start = FormattableString.Invariant($"{heading}:");
        FormattableString inPostgres = $"""
              INSERT INTO ballots (round_id, voter_key, choices, band, nonce, commitment, attempt)
              SELECT {round}, sha256(int8send(n)), {start} || (SELECT string_agg(project::text, ',' ORDER BY project) FROM (SELECT DISTINCT 1 + floor(random() * {Projects})::int AS project FROM generate_series(1, 3 + n % 3)) AS chosen),
                  'age=' || (10 * (n % 6)) || ';channel=' || CASE WHEN n % 2 = 0 THEN 'online' ELSE 'letter' END,
                  sha256(int8send(n) || 'nonce'), sha256(int8send(n) || uuid_send(gen_random_uuid())), gen_random_uuid()
              FROM generate_series(1, {(long)ballots}) AS n
              """;
        FormattableString inSqlite = $"""
              WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {ballots})
              INSERT INTO ballots (round_id, voter_key, choices, band, nonce, commitment, attempt)
              SELECT {round}, randomblob(32), {start} || (1 + abs(random()) % 10) || ',' || (11 + abs(random()) % 10) || ',' || (21 + abs(random()) % 10) || CASE WHEN n % 3 > 0 THEN ',' || (31 + abs(random()) % 10) ELSE '' END,
                  'age=' || (10 * (n % 6)) || ';channel=' || CASE WHEN n % 2 = 0 THEN 'online' ELSE 'letter' END,
                  randomblob(32), randomblob(32), hex(randomblob(16))
              FROM number
              """;
        await database.ExecuteSqlAsync(postgres ? inPostgres : inSqlite);
    }

    private static async Task VerifyAsync(string zip)
    {
        using RecordSource record = RecordSource.Open(zip);
        await foreach (RecordCheck check in new RecordVerifier(record, new([], [])).CheckAsync(default))
        {
            Console.WriteLine($"  {(check.Passed == true ? "ok" : "FAILED")} {check.Name}: {check.Detail}");
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act, Func<string> name)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await act();
        Console.WriteLine(FormattableString.Invariant($"{name(),-20} {watch.Elapsed.TotalSeconds,6:0.0} s"));
        return watch.Elapsed;
    }

    private static async Task Do<TService>(ServiceProvider services, Func<TService, Task> act)
        where TService : notnull
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
