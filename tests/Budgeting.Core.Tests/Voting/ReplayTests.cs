using System.Data.Common;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Budgeting.Core.Tests.Voting;

/// <summary>Acts that come late, come again or come crosswise.</summary>
public sealed class ReplayTests
{
    private static CastBallot Ballot(BallotSheet sheet, Voter voter, params IReadOnlyList<int> projects) =>
        new(sheet.RoundId, voter, [new(sheet.HeadingId, sheet.Hash, projects)], Guid.NewGuid());

    private static Task<int> RunAsync(World world, string sql) => world.Sql(context => context.Database.ExecuteSqlRawAsync(sql));

    [Theory, EachDatabase]
    public async Task An_act_whose_ballot_has_been_replaced_is_refused_when_it_comes_again_and_the_later_ballot_stays(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var voter = await world.AdmitAsync(world.Resident, sheet.RoundId);
        var (first, second) = (Ballot(sheet, voter, 1), Ballot(sheet, voter, 2));
        var replaced = (await world.BallotBox.CastAsync(first, default)).Value.Receipt;
        var latest = (await world.BallotBox.CastAsync(second, default)).Value.Receipt;

        Assert.True((await world.BallotBox.CastAsync(first, default)).RefusedFor("Voting.Superseded"));
        Assert.Equal(latest, (await world.BallotBox.CastAsync(second, default)).Value.Receipt);

        Assert.Equal(ReceiptStatus.Stored, await world.BallotBox.CheckReceiptAsync(sheet.RoundId, latest, default));
        Assert.Equal(ReceiptStatus.Replaced, await world.BallotBox.CheckReceiptAsync(sheet.RoundId, replaced, default));
        Assert.True((await world.BallotBox.CastAsync(Ballot(sheet, voter, 3), default)).Granted);
    }

    [Theory, EachDatabase]
    public async Task A_withdrawn_act_does_not_come_back_when_it_is_sent_again(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voter = await world.AdmitAsync(world.Resident, sheet.RoundId);
        var ballot = Ballot(sheet, voter, 1);
        Assert.True((await world.BallotBox.CastAsync(ballot, default)).Granted);
        Assert.True((await world.BallotBox.WithdrawAsync(sheet.RoundId, voter, default)).Granted);

        await using var other = world.AnotherServer();
        var otherBox = (IBallotBox)other.GetService(typeof(IBallotBox))!;
        Assert.True((await otherBox.CastAsync(ballot, default)).RefusedFor("Voting.Superseded"));
        Assert.Equal(0, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Fact]
    public async Task An_act_sent_again_while_its_voter_withdraws_on_another_server_is_not_stored_anew()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voters = await world.AdmitManyAsync(sheet.RoundId, 2);
        var ballot = Ballot(sheet, voters[0], 1);
        Assert.True((await world.BallotBox.CastAsync(ballot, default)).Granted);

        // The other server has taken the ballot out and not committed yet: whoever writes the same row waits, with the eyes it had before.
        await using var elsewhere = new NpgsqlConnection(world.Database.ConnectionString);
        await elsewhere.OpenAsync();
        await using var withdrawal = await elsewhere.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("DELETE FROM ballots", elsewhere, withdrawal))
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        var again = world.BallotBox.CastAsync(ballot, default);
        await using (var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()", elsewhere, withdrawal))
        {
            while (await waiting.ExecuteScalarAsync() is 0L)
                await Task.Delay(20);
        }
        var neighbour = world.BallotBox.CastAsync(Ballot(sheet, voters[1], 2), default);
        await withdrawal.CommitAsync();

        Assert.True((await again).RefusedFor("Voting.Superseded"));
        Assert.True((await neighbour).Granted);
        Assert.Equal(voters[1].Key, Convert.ToHexStringLower((await world.Sql(context => context.Ballots.SingleAsync())).VoterKey));
    }

    [Theory, EachDatabase]
    public async Task Handing_out_paper_twice_by_one_act_is_done_once_and_granted_twice(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.VotingAsync(costs: [10, 20]);
        var voter = await world.AdmitAsync(world.Resident, roundId);
        var act = Guid.NewGuid();
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, act, default)).Granted);
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, act, default)).Granted);
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)).RefusedFor("Voting.PaperIssued"));
        Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task Voters_who_cast_and_withdraw_crosswise_on_two_servers_are_all_answered_and_none_is_lost(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        await using var other = world.AnotherServer();
        var boxes = new[] { world.BallotBox, (IBallotBox)other.GetService(typeof(IBallotBox))! };
        var voters = await world.AdmitManyAsync(sheet.RoundId, 60);
        for (var turn = 0; turn < 20; turn++)
        {
            // Half of the voters withdraw on the one server while they cast on the other, the rest the other way round.
            var acts = voters.SelectMany((voter, i) => new[]
            {
                Task.Run(async () => (await boxes[i % 2].CastAsync(Ballot(sheet, voter, 1), default)).Refusals),
                Task.Run(async () => (await boxes[1 - (i % 2)].WithdrawAsync(sheet.RoundId, voter, default)).Refusals),
            });
            Assert.All(await Task.WhenAll(acts), refusals => Assert.Empty(refusals));
        }
        var stored = await Task.WhenAll(voters.Select(voter => world.BallotBox.CastAsync(Ballot(sheet, voter, 2), default)));
        Assert.All(stored, cast => Assert.True(cast.Granted));
        Assert.Equal(60, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task The_ballots_of_a_closed_round_can_neither_be_changed_nor_taken_out_nor_replaced(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        foreach (var voter in await world.AdmitManyAsync(sheet.RoundId, 3))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(sheet.RoundId);

        List<string> changes = ["UPDATE ballots SET choices = NULL, nonce = NULL, commitment = NULL", "UPDATE ballots SET band = 'age=18'", "DELETE FROM ballots"];
        changes.Add(kind == DatabaseKind.Sqlite ? "INSERT OR REPLACE INTO ballots SELECT * FROM ballots" : "TRUNCATE ballots");
        foreach (var sql in changes)
            Assert.Contains("never changed", (await Assert.ThrowsAnyAsync<DbException>(() => RunAsync(world, sql))).Message);
        Assert.Equal(3, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task A_ballot_changed_behind_the_platforms_back_is_not_counted(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        foreach (var voter in await world.AdmitManyAsync(sheet.RoundId, 3))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        // Neither the number of ballots nor a receipt tells of it.
        await RunAsync(world, $"UPDATE ballots SET choices = '{sheet.HeadingId}:2' WHERE commitment = (SELECT commitment FROM ballots ORDER BY commitment LIMIT 1)");
        world.TravelTo(Phase.Counting);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => world.CarryOutAllAsync(sheet.RoundId));
        Assert.Contains("is not what its commitment", fault.Message);

        Assert.Empty(await world.Sql(context => context.Results.ToListAsync()));
        Assert.Equal(fault.Message, await world.Sql(context => context.PhaseDuties.Where(duty => duty.Duty == PhaseDuty.Count).Select(duty => duty.Note).SingleAsync()));
    }

    [Fact]
    public async Task Replacing_rows_does_not_get_around_the_guards_of_what_is_written_once()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (_, sheet) = await world.VotingAsync(costs: [10, 20]);
        foreach (var voter in await world.AdmitManyAsync(sheet.RoundId, 60))
        {
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
            Assert.True((await world.CastAsync(sheet, voter, 2)).Granted);
        }
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(sheet.RoundId);
        foreach (var table in new[] { "audit_entries", "ballot_sheets", "round_records", "commitment_chunks", "published_ballots", "spent_ballots" })
        {
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => RunAsync(world, $"REPLACE INTO {table} SELECT * FROM {table}"));
            Assert.Contains("never changed or deleted", refused.Message);
        }
    }
}
