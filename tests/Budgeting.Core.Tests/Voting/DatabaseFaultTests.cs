using System.Diagnostics;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Budgeting.Core.Tests.Voting;

/// <summary>What becomes of ballots when a real PostgreSQL server fails under them.</summary>
public sealed class DatabaseFaultTests
{
    [Fact]
    public async Task A_database_killed_under_load_loses_no_acknowledged_ballot_and_voting_goes_on_when_it_is_back()
    {
        await using var server = await StartAsync();
        await SurviveAsync(server, async () =>
        {
            await server.KillAsync();
            await Task.Delay(300);
            await server.RestartAsync();
        }, times: 3);
    }

    [Fact]
    public async Task Connections_cut_under_load_lose_no_acknowledged_ballot()
    {
        await using var server = await StartAsync();
        await SurviveAsync(server, async () =>
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", connection);
            await command.ExecuteScalarAsync();
        }, times: 10);
    }

    [Fact]
    public async Task A_full_disk_is_answered_as_not_stored_and_voting_goes_on_when_there_is_room_again()
    {
        var disk = Directory.CreateTempSubdirectory("budgeting-small-disk").FullName;
        var mounted = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=200m,mode=777", "tmpfs", disk]) { RedirectStandardError = true })!;
        await mounted.WaitForExitAsync();
        Assert.SkipWhen(mounted.ExitCode != 0, "Only root may make a small disk.");
        try
        {
            await using var server = await PostgresServer.StartAsync(disk);
            var filler = Path.Combine(disk, "filler");
            await SurviveAsync(server, async () =>
            {
                FillUp(filler);
                await Task.Delay(1_500);
                File.Delete(filler);
                // A server that found no room for its log has stopped, as it must.
                if (!await AnswersAsync(server))
                    await server.RestartAsync();
            }, times: 1, longBallots: true);
        }
        finally
        {
            using var unmounted = Process.Start("umount", [disk]);
            await unmounted.WaitForExitAsync();
            Directory.Delete(disk);
        }
    }

    /// <summary>Casts from many callers while a fault strikes again and again, then compares what was said with what is there.</summary>
    private static async Task SurviveAsync(PostgresServer server, Func<Task> strike, int times, bool longBallots = false)
    {
        await using var world = await World.CreateAsync(await TestDatabase.CreateOnAsync(server.ConnectionString));
        var costs = Enumerable.Range(1, longBallots ? 40 : 3).Select(cost => (long)cost).ToList();
        var (roundId, sheet) = await world.VotingAsync(maximum: costs.Count, costs: costs);
        var voters = await world.AdmitManyAsync(roundId, 200_000);
        List<int> choices = [.. Enumerable.Range(1, costs.Count)];

        var next = -1;
        var stop = false;
        Dictionary<string, string> acknowledged = [];
        var refused = 0;
        async Task CastOnAsync()
        {
            while (!Volatile.Read(ref stop) && Interlocked.Increment(ref next) is var mine && mine < voters.Count)
            {
                var cast = await world.CastAsync(sheet, voters[mine], choices);
                if (cast.Granted)
                {
                    lock (acknowledged)
                        acknowledged.Add(voters[mine].Key, cast.Value.Receipt);
                }
                else
                {
                    Assert.Equal("Voting.NotStored", cast.Refusals[0].Key);
                    Interlocked.Increment(ref refused);
                    await Task.Delay(5);
                }
            }
        }
        var casting = Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(CastOnAsync)));
        for (var strikes = 0; strikes < times; strikes++)
        {
            await Task.Delay(400);
            await strike();
        }
        // Without anybody's hand: a ballot is stored again.
        var before = Count(acknowledged);
        for (var waited = 0; Count(acknowledged) == before && waited < 300; waited++)
            await Task.Delay(100);
        Volatile.Write(ref stop, true);
        await casting;

        Assert.True(Count(acknowledged) > before, "Nothing was stored any more after the fault.");
        Assert.True(refused > 0, "The fault was felt by nobody.");
        var stored = await world.Sql(context => context.Ballots.AsNoTracking().ToDictionaryAsync(ballot => Convert.ToHexStringLower(ballot.VoterKey), ballot => ReceiptCode.Of(ballot.Commitment!)));
        foreach (var (voter, receipt) in acknowledged)
            Assert.Equal(receipt, stored.GetValueOrDefault(voter));
        // What was refused may have been committed before the connection broke; sent again, the same act gets its receipt.
        Assert.True(stored.Count - acknowledged.Count <= refused);
        TestContext.Current.SendDiagnosticMessage("{0} strikes: {1} ballots acknowledged, all there; {2} requests refused, {3} of them stored all the same", times, acknowledged.Count, refused, stored.Count - acknowledged.Count);
    }

    private static int Count(Dictionary<string, string> acknowledged)
    {
        lock (acknowledged)
            return acknowledged.Count;
    }

    private static void FillUp(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4_096];
        try
        {
            while (true)
                filler.Write(block);
        }
        catch (IOException)
        {
            // The disk is full, which was the intention.
        }
    }

    private static async Task<bool> AnswersAsync(PostgresServer server)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TestDatabase.ServerVariable)), $"{TestDatabase.ServerVariable} names no PostgreSQL server, so none is installed here.");
        return await PostgresServer.StartAsync();
    }
}
