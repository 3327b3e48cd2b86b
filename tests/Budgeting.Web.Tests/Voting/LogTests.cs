using System.Collections.Concurrent;
using System.Net;
using Budgeting.Benchmarks;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Voting;

public sealed class LogTests
{
    [Theory, EachDatabase]
    public async Task Even_the_most_talkative_logs_say_nothing_of_who_voted_and_what(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        const string rows = "marked-identifier-4417,1970-01-01,town,fi,0\n";
        IReadOnlyList<string> codes = [];
        var (roundId, _) = await world.VotingUntilAsync(TimeProvider.System.GetUtcNow().AddHours(1), async id =>
        {
            Assert.True((await world.SetRuleAsync(id, Registers.Sixteen)).Granted);
            Assert.True((await world.ImportAsync(id, rows)).Granted);
            codes = await world.CodesAsync(id, rows);
        });
        var sheet = Assert.Single(await world.Do<Core.Voting.IBallotSheets, IReadOnlyList<Core.Voting.BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        await using var server = ServerProcess.Start(world.Database, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace");
        using var client = await server.ListeningAsync();

        await new CastingLoad(new(IPAddress.Loopback, client.BaseAddress!.Port), sheet).VoteByLetterAsync(new ConcurrentQueue<string>(codes), 1, TimeSpan.FromMinutes(1));

        var ballot = Assert.Single(await world.Sql(context => context.Ballots.AsNoTracking().ToListAsync()));
        var receipt = Core.Voting.ReceiptCode.Of(ballot.Commitment);
        await Task.Delay(500);
        var log = server.Output;
        // They are talkative indeed: the request that cast the ballot is there.
        Assert.Contains($"/rounds/{roundId}/vote/review", log);
        foreach (var telling in new[]
        {
            "marked-identifier-4417", codes[0], codes[0].Replace("-", ""), receipt, Convert.ToHexStringLower(ballot.VoterKey), Convert.ToHexStringLower(ballot.Commitment!),
            ballot.Attempt.ToString(), $"projects-{sheet.HeadingId}", "budgeting-pass=",
        })
            Assert.DoesNotContain(telling, log, StringComparison.OrdinalIgnoreCase);
    }
}
