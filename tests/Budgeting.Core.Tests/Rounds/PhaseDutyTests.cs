using Budgeting.Core.Database;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Rounds;

public sealed class PhaseDutyTests
{
    [Theory, EachDatabase]
    public async Task Whatever_server_does_each_step_the_end_is_the_same(DatabaseKind kind)
    {
        // A new server for every step stands for one that was killed after the step before.
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 95, 20]);
        foreach (var (voter, i) in (await world.AdmitManyAsync(roundId, 30)).Select((voter, i) => (voter, i)))
            Assert.True((await world.CastAsync(sheet, voter, (i % 2) + 1)).Granted);
        world.TravelTo(Phase.Counting);

        List<PhaseDuty?> done = [];
        for (var i = 0; i < 6; i++)
        {
            await using var server = world.AnotherServer();
            await using var scope = server.CreateAsyncScope();
            done.Add(await scope.ServiceProvider.GetRequiredService<IPhaseDuties>().CarryOutNextAsync(roundId, default));
        }

        Assert.Equal([PhaseDuty.CloseVoting, PhaseDuty.ClearSecret, PhaseDuty.Count, PhaseDuty.MarkReadyToPublish, null, null], done);
        var round = await world.Sql(context => context.Rounds.SingleAsync());
        Assert.Equal((30, true), (round.BallotsAtClosing, round.ReadyToPublish));
        Assert.Single(await world.Sql(context => context.Results.ToListAsync()));
        Assert.Empty(await world.Sql(context => context.RoundSecrets.ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task Many_servers_at_once_do_each_duty_once(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        world.TravelTo(Phase.Counting);
        await using var other = world.AnotherServer();
        async Task<int> CarryOutAsync(IServiceProvider services)
        {
            await using var scope = services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IPhaseDuties>().CarryOutAllAsync(roundId, default);
        }
        var done = await Task.WhenAll([.. Enumerable.Range(0, 6).Select(_ => Task.Run(() => CarryOutAsync(other))), .. Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.CarryOutAllAsync(roundId)))]);
        Assert.Equal(4, done.Sum());
        Assert.Equal(5, await world.Sql(context => context.AuditEntries.CountAsync(entry => entry.Act.StartsWith("duty."))));
    }

    [Theory, EachDatabase]
    public async Task A_reader_holds_up_the_clearing_of_the_secret_and_nothing_else(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        var stored = (await world.Sql(context => context.RoundSecrets.SingleAsync())).Protected;
        world.TravelTo(Phase.Counting);
        async Task<PhaseDutyView> ClearingAsync() => Assert.Single(
            await world.Do<IRounds, IReadOnlyList<PhaseDutyView>>(rounds => rounds.DutiesAsync(world.Official, roundId, default)), duty => duty.Duty == PhaseDuty.ClearSecret);

        // A backup, which keeps what it began to read.
        await using (await Traces.ReadAsync(world.Database, "round_secrets"))
        {
            Assert.Equal(3, await world.CarryOutAllAsync(roundId));
            Assert.True((await world.Sql(context => context.Rounds.SingleAsync())).ReadyToPublish);
            Assert.True(await ClearingAsync() is { CompletedAt: null, Note: not null, WaitsForPaper: false });
            Assert.True(await Traces.HoldAsync(world.Database, stored));
            Assert.True((await world.PublishAsync(roundId)).Granted);
        }
        Assert.Equal(roundId, Assert.Single(await world.Do<IPhaseDuties, IReadOnlyList<DutyAlarm>>(duties => duties.OutstandingAsync(default))).RoundId);
        Assert.Equal(1, await world.CarryOutAllAsync(roundId));
        Assert.True(await ClearingAsync() is { CompletedAt: not null, Note: null });
        Assert.False(await Traces.HoldAsync(world.Database, stored));
    }

    [Fact]
    public async Task An_old_snapshot_of_other_tables_keeps_no_destroyed_secret_and_other_rounds_keep_theirs()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        var stored = (await world.Sql(context => context.RoundSecrets.SingleAsync())).Protected;
        var (openId, sheet) = await OpenBesideAsync(world);
        var voter = Assert.Single(await world.AdmitManyAsync(openId, 1));
        world.TravelTo(Phase.Counting);

        await using (await Traces.ReadAsync(world.Database, "audit_entries"))
            Assert.Equal(4, await world.CarryOutAllAsync(roundId));
        Assert.False(await Traces.HoldAsync(world.Database, stored));
        Assert.Equal(openId, (await world.Sql(context => context.RoundSecrets.SingleAsync())).RoundId);
        Assert.Equal(voter.Key, Assert.Single(await world.AdmitManyAsync(openId, 1)).Key);
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
    }

    [Fact]
    public async Task A_backup_that_has_its_snapshot_and_not_yet_its_locks_finds_the_secrets_of_open_rounds()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        var (openId, _) = await OpenBesideAsync(world);
        world.TravelTo(Phase.Counting);
        await using (var backup = await Traces.ReadAsync(world.Database, "pg_class"))
        {
            Assert.Equal(3, await world.CarryOutAllAsync(roundId));
            Assert.Equal(2L, await backup.CountAsync("round_secrets"));
        }
        Assert.Equal(1, await world.CarryOutAllAsync(roundId));
        Assert.Equal(openId, (await world.Sql(context => context.RoundSecrets.SingleAsync())).RoundId);
    }

    [Theory, EachDatabase]
    public async Task A_round_from_before_the_clearing_was_a_duty_has_it_after_the_upgrade(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.VotingAsync(costs: [10]);
        await world.Sql(context => context.PhaseDuties.Where(entry => entry.Duty == PhaseDuty.ClearSecret).ExecuteDeleteAsync());
        await world.Sql(context => context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" = '0015_clearing_of_secrets'"));
        await using (var upgraded = world.AnotherServer())
            await upgraded.PrepareDatabaseAsync();
        world.TravelTo(Phase.Counting);
        Assert.Equal(4, await world.CarryOutAllAsync(roundId));
    }

    /// <summary>A second round in voting, which stays open when the one from <see cref="World.VotingAsync"/> closes.</summary>
    private static async Task<(long RoundId, BallotSheet Sheet)> OpenBesideAsync(World world)
    {
        var closes = World.Weeks(World.Start)[^1].StartsAt;
        return await world.VotingUntilAsync(closes.AddHours(2));
    }

    [Theory, EachDatabase]
    public async Task Nothing_is_done_before_it_is_due(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        world.Clock.Now = World.Weeks(World.Start)[3].StartsAt.AddTicks(-1);
        Assert.Equal(0, await world.CarryOutAllAsync(roundId));
        Assert.Empty(await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        world.Clock.Now = World.Weeks(World.Start)[3].StartsAt;
        Assert.Equal(1, await world.CarryOutAllAsync(roundId));
    }

    [Theory, EachDatabase]
    public async Task A_schedule_that_moves_moves_its_duties(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var later = World.Weeks(World.Start).Select(period => period.Phase < Phase.Proposing ? period with { EndsAt = period.EndsAt!.Value.AddDays(1) }
            : period with { StartsAt = period.StartsAt.AddDays(1), EndsAt = period.EndsAt?.AddDays(1) }).ToList();
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(world.Official, roundId, later, default))).Granted);
        var alarms = await world.Do<IPhaseDuties, IReadOnlyList<DutyAlarm>>(duties => duties.OutstandingAsync(default));
        Assert.Equal([new(roundId, Phase.Voting, later[3].StartsAt), new(roundId, Phase.Counting, later[4].StartsAt)], alarms);
    }

    [Theory, EachDatabase]
    public async Task A_result_leaves_only_when_published_and_then_says_why(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        // 100 euros: 60 with three votes, 50 with two (does not fit), 40 and 30 with one each: the cheaper goes first.
        var (roundId, sheet) = await world.VotingAsync(costs: [60, 50, 40, 30]);
        var voters = await world.AdmitManyAsync(roundId, 3);
        await world.CastAsync(sheet, voters[0], 1, 2, 3);
        await world.CastAsync(sheet, voters[1], 1, 2, 4);
        await world.CastAsync(sheet, voters[2], 1);
        Task<Outcome<RoundResult>> Find() => world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default));

        Assert.True((await Find()).RefusedFor("Results.NotPublished"));
        Assert.True((await world.PublishAsync(roundId)).RefusedFor("Results.NotReady"));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await Find()).RefusedFor("Results.NotPublished"));
        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.True((await world.PublishAsync(roundId)).RefusedFor("Results.AlreadyPublished"));

        var result = (await Find()).Value;
        var heading = Assert.Single(result.Headings);
        Assert.Equal((3, 3, sheet.Hash), (result.Voters, heading.Ballots, heading.SheetHash));
        Assert.Equal(
            [(1, 3, true, 100, null), (2, 2, false, 40, null), (4, 1, true, 40, "lower-cost"), (3, 1, false, 10, "lower-cost")],
            heading.Projects.Select(project => (project.Number, (int)project.Votes, project.Won, (int)(project.MoneyLeft.Cents / 100), project.TieBrokenBy)));
        Assert.Equal(Money.FromEuros(10), heading.Left);
        Assert.Equal(Money.FromEuros(10), heading.Projects[1].Missing);
    }

    [Theory, EachDatabase]
    public async Task A_round_with_an_unanswered_proposal_cannot_be_published(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        var proposalId = await world.ProposalAsync(roundId, headingId, "Vastausta vailla");
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Task<Outcome<Done>> Publish() => world.PublishAsync(roundId);
        Assert.True((await Publish()).RefusedFor("Results.AnswersMissing"));
        Task<Outcome<Done>> Answer(bool feasible) => world.Do<Core.Evaluation.IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(world.Official, proposalId, new(feasible, Money.FromEuros(1), "Ei ehditty arvioida ajoissa"), default));
        Assert.True((await Answer(feasible: true)).RefusedFor("Evaluation.SheetFrozen"));
        Assert.True((await Answer(feasible: false)).Granted);
        Assert.True((await Publish()).Granted);
    }
}
