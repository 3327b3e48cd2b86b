using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Budgeting.Benchmarks;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Voting;

public sealed class ServerKillTests
{
    /// <summary>How often the server is killed; few here, many when the variable says so.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("BUDGETING_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 4;

    [Theory, EachDatabase]
    public async Task A_server_killed_under_load_again_and_again_loses_no_ballot_that_was_answered_as_stored(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingUntilAsync(
            TimeProvider.System.GetUtcNow().AddHours(1), async roundId => Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted));
        ConcurrentDictionary<Guid, CastAnswer> answers = [];
        var random = new Random(20270131);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = ServerProcess.Start(world.Database);
            using var client = await server.ListeningAsync();
            var passes = await world.Do<IDataProtectionProvider, IReadOnlyList<string>>(protection =>
                Task.FromResult(CastingLoad.Passes(protection, sheet, 1_000_000 * (kill + 1), 20_000)));
            var answered = answers.Count;
            var load = new CastingLoad(new(IPAddress.Loopback, client.BaseAddress!.Port), sheet).CastUntilCutOffAsync(new(passes), 32, answers);
            // At some moment after ballots have begun to be stored.
            while (answers.Count < answered + 50)
                await Task.Delay(10);
            await Task.Delay(random.Next(400));
            await server.KillAsync();
            await load;
        }

        Assert.All(answers.Values, answer => Assert.Contains(answer, new[] { CastAnswer.Stored, CastAnswer.Busy }));
        var stored = await world.Sql(context => context.Ballots.AsNoTracking().Select(ballot => ballot.Attempt).ToListAsync());
        Assert.Equal(stored.Count, stored.Distinct().Count());
        var acknowledged = answers.Where(answer => answer.Value == CastAnswer.Stored).Select(answer => answer.Key).ToList();
        Assert.Empty(acknowledged.Except(stored));
        // Besides those there are only ballots whose senders were cut off before the answer: one a connection and kill at most.
        Assert.InRange(stored.Count, acknowledged.Count, acknowledged.Count + (32 * Kills));
        TestContext.Current.SendDiagnosticMessage("{0} kills on {1}: {2} ballots acknowledged, all there; {3} stored without an answer", Kills, kind, acknowledged.Count, stored.Count - acknowledged.Count);
    }
}
