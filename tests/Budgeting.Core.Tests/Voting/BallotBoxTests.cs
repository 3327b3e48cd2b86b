using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Voting;

public sealed class BallotBoxTests
{
    [Theory, EachDatabase]
    public async Task A_stored_ballot_is_found_again_with_its_receipt(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var voter = await world.AdmitAsync(world.Resident, roundId);

        var cast = await world.CastAsync(sheet, voter, 3, 1);

        Assert.True(cast.Granted);
        var found = await world.BallotBox.FindAsync(roundId, voter, cast.Value.Receipt.ToLowerInvariant(), default);
        Assert.Equal((InBox.Ballot, cast.Value.Receipt), (found.InBox, found.Ballot!.Receipt));
        Assert.Equal([1, 3], Assert.Single(found.Ballot.Choices).Projects);
        Assert.Equal(ReceiptStatus.Stored, await world.BallotBox.CheckReceiptAsync(roundId, cast.Value.Receipt.ToLowerInvariant().Replace("-", " "), default));
    }

    [Theory, EachDatabase]
    public async Task What_was_chosen_is_told_to_nobody_who_has_not_the_ballots_own_receipt(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var (voter, other) = (await world.AdmitAsync(world.Resident, roundId), await world.AdmitAsync(await world.PersonAsync("other", world.TownId), roundId));
        var replaced = (await world.CastAsync(sheet, voter, 1)).Value.Receipt;
        var receipt = (await world.CastAsync(sheet, voter, 2)).Value.Receipt;
        var others = (await world.CastAsync(sheet, other, 2)).Value.Receipt;
        foreach (var shown in new[] { null, "", "x", replaced, others })
            Assert.Equal(new(InBox.Ballot, null), await world.BallotBox.FindAsync(roundId, voter, shown, default));
        Assert.NotNull((await world.BallotBox.FindAsync(roundId, voter, receipt, default)).Ballot);
    }

    [Theory, EachDatabase]
    public async Task Two_hundred_parallel_casts_by_one_voter_leave_one_ballot(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var voter = await world.AdmitAsync(world.Resident, roundId);
        // Half of them through a second server.
        await using var other = world.AnotherServer();
        var boxes = new[] { world.BallotBox, (IBallotBox)other.GetService(typeof(IBallotBox))! };

        var casts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => boxes[i % 2].CastAsync(
            new(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [(i % 3) + 1])], Guid.NewGuid()), default))));

        // Nobody may fill the queue alone: some are told to wait, and those have stored nothing.
        var granted = casts.Where(cast => cast.Granted).ToList();
        Assert.NotEmpty(granted);
        Assert.All(casts.Except(granted), cast => Assert.True(cast.RefusedFor("Voting.Busy")));
        var stored = Assert.Single(await world.Sql(context => context.Ballots.ToListAsync()));
        var statuses = await Task.WhenAll(granted.Select(cast => world.BallotBox.CheckReceiptAsync(roundId, cast.Value.Receipt, default)));
        Assert.Equal(1, statuses.Count(status => status == ReceiptStatus.Stored));
        Assert.Equal(granted.Count - 1, statuses.Count(status => status == ReceiptStatus.Replaced));
        Assert.Contains(granted, cast => cast.Value.Receipt == ReceiptCode.Of(stored.Commitment));
    }

    [Theory, EachDatabase]
    public async Task One_voters_flood_of_requests_does_not_make_the_others_wait(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voters = await world.AdmitManyAsync(roundId, 201);
        var flood = Enumerable.Range(0, 5_000).Select(i => world.CastAsync(sheet, voters[200], (i % 2) + 1)).ToList();
        var others = await Task.WhenAll(voters.Take(200).Select(voter => world.CastAsync(sheet, voter, 1)));
        Assert.All(others, cast => Assert.True(cast.Granted));
        var flooded = await Task.WhenAll(flood);
        Assert.All(flooded.Where(cast => !cast.Granted), cast => Assert.True(cast.RefusedFor("Voting.Busy")));
        Assert.True(flooded.Count(cast => cast.Granted) < 100);
        Assert.Equal(201, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task One_act_of_casting_through_two_servers_at_once_gives_one_receipt(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        await using var other = world.AnotherServer();
        var boxes = new[] { world.BallotBox, (IBallotBox)other.GetService(typeof(IBallotBox))! };
        foreach (var voter in await world.AdmitManyAsync(roundId, 20))
        {
            var ballot = new CastBallot(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid());
            var casts = await Task.WhenAll(boxes.Select(box => Task.Run(() => box.CastAsync(ballot, default))));
            Assert.Single(casts.Select(cast => cast.Value.Receipt).Distinct());
            Assert.Equal(ReceiptStatus.Stored, await world.BallotBox.CheckReceiptAsync(roundId, casts[0].Value.Receipt, default));
        }
        Assert.Empty(await world.Sql(context => context.SpentBallots.ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task Other_choices_under_the_name_of_an_earlier_act_are_stored_and_not_passed_over(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voter = await world.AdmitAsync(world.Resident, roundId);
        var attempt = Guid.NewGuid();
        var first = await world.BallotBox.CastAsync(new(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [1])], attempt), default);
        var second = await world.BallotBox.CastAsync(new(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [2])], attempt), default);
        Assert.NotEqual(first.Value.Receipt, second.Value.Receipt);
        Assert.Equal([2], (await world.BallotBox.FindAsync(roundId, voter, second.Value.Receipt, default)).Ballot!.Choices[0].Projects);
    }

    [Theory, EachDatabase]
    public async Task A_clock_set_back_after_closing_opens_nothing_again(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voters = await world.AdmitManyAsync(roundId, 2);
        Assert.True((await world.CastAsync(sheet, voters[0], 1)).Granted);
        var closes = World.Weeks(World.Start)[^1].StartsAt;
        world.Clock.Now = closes;
        await using var other = world.AnotherServer();
        await using var scope = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateAsyncScope(other);
        Assert.Equal(PhaseDuty.CloseVoting, await ((IPhaseDuties)scope.ServiceProvider.GetService(typeof(IPhaseDuties))!).CarryOutNextAsync(roundId, default));
        world.Clock.Now = closes.AddSeconds(-1);
        Assert.True((await world.CastAsync(sheet, voters[1], 1)).RefusedFor("Voting.Closed"));
        Assert.True((await scope.ServiceProvider.GetRequiredService<IElectorate>().AdmitAsync(world.Resident, roundId, default)).RefusedFor("Voting.Closed"));
        world.Clock.Now = closes.AddSeconds(1);
        Assert.Equal(3, await world.CarryOutAllAsync(roundId));
    }

    [Theory, EachDatabase]
    public async Task After_closing_the_database_files_no_longer_hold_the_rounds_secret(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        foreach (var voter in await world.AdmitManyAsync(roundId, 30))
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        var secret = (await world.Sql(context => context.RoundSecrets.SingleAsync())).Protected;
        Assert.True(await Traces.HoldAsync(world.Database, secret));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.False(await Traces.HoldAsync(world.Database, secret));
    }

    [Theory, EachDatabase]
    public async Task Many_voters_at_once_are_each_stored_once(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var voters = await world.AdmitManyAsync(roundId, 1_000);

        var casts = await Task.WhenAll(voters.Select(voter => world.CastAsync(sheet, voter, 2)));

        Assert.All(casts, cast => Assert.True(cast.Granted));
        Assert.Equal(1_000, casts.Select(cast => cast.Value.Receipt).Distinct().Count());
        Assert.Equal(1_000, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task The_same_act_of_casting_sent_twice_casts_once(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var voter = await world.AdmitAsync(world.Resident, roundId);
        var ballot = new CastBallot(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid());

        var casts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.BallotBox.CastAsync(ballot, default)));

        Assert.Single(casts.Select(cast => cast.Value.Receipt).Distinct());
        Assert.Empty(await world.Sql(context => context.SpentBallots.ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task A_withdrawn_ballot_is_gone_and_its_receipt_says_so(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10]);
        var voter = await world.AdmitAsync(world.Resident, roundId);
        var receipt = (await world.CastAsync(sheet, voter, 1)).Value.Receipt;

        Assert.True((await world.BallotBox.WithdrawAsync(roundId, voter, default)).Granted);

        Assert.Equal(new(InBox.Nothing, null), await world.BallotBox.FindAsync(roundId, voter, receipt, default));
        Assert.Equal(ReceiptStatus.Withdrawn, await world.BallotBox.CheckReceiptAsync(roundId, receipt, default));
    }

    [Theory, EachDatabase]
    public async Task A_bad_ballot_is_refused_in_words_and_its_neighbours_are_stored(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(maximum: 2, costs: [10, 20, 30]);
        var voters = await world.AdmitManyAsync(roundId, 10);
        string Key(Outcome<StoredBallot> cast) => cast.Granted ? "stored" : Assert.Single(cast.Refusals).Key;
        Task<Outcome<StoredBallot>> Cast(int voter, params HeadingChoices[] choices) =>
            world.BallotBox.CastAsync(new(roundId, voters[voter], choices, Guid.NewGuid()), default);

        var casts = await Task.WhenAll(
            Cast(0, new HeadingChoices(sheet.HeadingId, sheet.Hash, [1, 2])),
            Cast(1, new HeadingChoices(sheet.HeadingId, sheet.Hash, [1, 2, 3])),
            Cast(2, new HeadingChoices(sheet.HeadingId, sheet.Hash, [1, 1])),
            Cast(3, new HeadingChoices(sheet.HeadingId, sheet.Hash, [4])),
            Cast(4, new HeadingChoices(sheet.HeadingId, new string('0', 64), [1])),
            Cast(5, new HeadingChoices(sheet.HeadingId + 99, sheet.Hash, [1])),
            Cast(6),
            Cast(7, new HeadingChoices(sheet.HeadingId, sheet.Hash, [1]), new HeadingChoices(sheet.HeadingId, sheet.Hash, [2])),
            Cast(8, new HeadingChoices(sheet.HeadingId, sheet.Hash, [.. Enumerable.Range(1, 100_000)])),
            world.BallotBox.CastAsync(new(roundId, voters[9] with { OpenHeadings = [] }, [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid()), default));

        Assert.Equal(
            ["stored", "Ballot.TooMany", "Ballot.ProjectTwice", "Ballot.UnknownProject", "Ballot.SheetChanged", "Ballot.UnknownHeading",
                "Ballot.Empty", "Ballot.HeadingTwice", "Ballot.TooMany", "Ballot.HeadingNotOpen"],
            casts.Select(Key));
        Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task A_knapsack_ballot_may_use_all_the_money_and_not_a_cent_more(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(BallotKind.Knapsack, euros: 60, costs: [10, 20, 30, 31]);
        var voters = await world.AdmitManyAsync(roundId, 2);

        Assert.True((await world.CastAsync(sheet, voters[0], 1, 2, 3)).Granted);
        var refusal = Assert.Single((await world.CastAsync(sheet, voters[1], 1, 2, 4)).Refusals);
        Assert.Equal("Ballot.OverBudget", refusal.Key);
        Assert.Equal([Money.FromEuros(60), Money.FromEuros(61), Money.FromEuros(1)], refusal.Arguments.Cast<Money>());
    }

    [Theory, EachDatabase]
    public async Task Before_voting_and_from_the_closing_instant_on_nothing_is_stored_changed_or_withdrawn(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voters = await world.AdmitManyAsync(roundId, 2);
        Assert.True((await world.CastAsync(sheet, voters[0], 1)).Granted);
        var closes = World.Weeks(World.Start)[^1].StartsAt;

        world.Clock.Now = closes.AddTicks(-1);
        Assert.True((await world.CastAsync(sheet, voters[0], 2)).Granted);
        world.Clock.Now = closes;
        Assert.True((await world.CastAsync(sheet, voters[0], 1)).RefusedFor("Voting.Closed"));
        Assert.True((await world.CastAsync(sheet, voters[1], 1)).RefusedFor("Voting.Closed"));
        Assert.True((await world.BallotBox.WithdrawAsync(roundId, voters[0], default)).RefusedFor("Voting.Closed"));
        world.Clock.Now = World.Weeks(World.Start)[2].StartsAt;
        Assert.True((await world.CastAsync(sheet, voters[0], 1)).RefusedFor("Voting.NotOpenYet"));

        var ballot = Assert.Single(await world.Sql(context => context.Ballots.ToListAsync()));
        Assert.Equal($"{sheet.HeadingId}:2", ballot.Choices);
    }

    [Fact]
    public async Task A_server_whose_clock_is_wrong_opens_and_closes_by_the_databases_clock()
    {
        await using var world = await World.CreateAsync(DatabaseKind.PostgreSql);
        var closes = TimeProvider.System.GetUtcNow().AddSeconds(5);
        var (roundId, sheet) = await world.VotingUntilAsync(closes);
        var voters = await world.AdmitManyAsync(roundId, 2);
        await using var wrong = world.AnotherServer(new KeyValuePair<string, string?>("Database:Clock", nameof(ClockSource.Database)));
        var box = (IBallotBox)wrong.GetService(typeof(IBallotBox))!;
        Task<Outcome<StoredBallot>> CastAsync(Voter voter) => box.CastAsync(new(roundId, voter, [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid()), default);

        world.Clock.Now = closes.AddDays(400);
        Assert.True((await CastAsync(voters[0])).Granted);
        world.Clock.Now = closes.AddDays(-400);
        Assert.True((await CastAsync(voters[0])).Granted);
        while (TimeProvider.System.GetUtcNow() < closes.AddSeconds(0.2))
            await Task.Delay(20);
        world.Clock.Now = closes.AddSeconds(-2);
        Assert.True((await CastAsync(voters[1])).RefusedFor("Voting.Closed"));
    }

    [Theory, EachDatabase]
    public async Task Casts_in_flight_at_the_closing_instant_are_stored_and_counted_or_refused(DatabaseKind kind)
    {
        // The real clock, the database's own where it has one; two servers; casting goes on while another closes and counts.
        await using var world = await World.CreateAsync(kind);
        // Servers are to have started by then, also those of a cluster on a busy machine.
        var closes = TimeProvider.System.GetUtcNow().AddSeconds(9);
        var (roundId, sheet) = await world.VotingUntilAsync(closes);
        var voters = await world.AdmitManyAsync(roundId, 100_000);
        await using var casting = world.ServerByRealClock();
        await using var closing = world.ServerByRealClock();
        var box = casting.GetRequiredService<IBallotBox>();

        Assert.True((await box.CastAsync(new(roundId, voters[0], [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid()), default)).Granted);
        var next = 0;
        var stored = 1;
        var refused = 0;
        async Task CastOnAsync()
        {
            // However fast the machine is, there are voters left at the closing instant.
            if (closes.AddSeconds(-1.5) - TimeProvider.System.GetUtcNow() is var early && early > TimeSpan.Zero)
                await Task.Delay(early);
            while (TimeProvider.System.GetUtcNow() < closes.AddSeconds(0.4) && Interlocked.Increment(ref next) is var mine && mine < voters.Count)
            {
                var cast = await box.CastAsync(new(roundId, voters[mine], [new(sheet.HeadingId, sheet.Hash, [1])], Guid.NewGuid()), default);
                if (cast.Granted)
                    Interlocked.Increment(ref stored);
                else if (cast.RefusedFor("Voting.Closed"))
                    Interlocked.Increment(ref refused);
                else
                    Assert.Fail(cast.Refusals[0].Key);
            }
        }
        async Task CloseAsync()
        {
            await using var scope = closing.CreateAsyncScope();
            while (await scope.ServiceProvider.GetRequiredService<IPhaseDuties>().CarryOutAllAsync(roundId, default) == 0)
                await Task.Delay(1);
        }
        await Task.WhenAll([Task.Run(CloseAsync), .. Enumerable.Range(0, 20).Select(_ => Task.Run(CastOnAsync))]);

        Assert.True(stored > 0 && refused > 0, $"{stored} stored, {refused} refused: the test did not straddle the closing instant");
        Assert.Equal(stored, await world.Sql(context => context.Ballots.CountAsync()));
        var round = await world.Sql(context => context.Rounds.SingleAsync());
        Assert.Equal(stored, round.BallotsAtClosing);
        Assert.True(round.ReadyToPublish);
    }

    [Theory, EachDatabase]
    public async Task A_paper_ballot_handed_out_shuts_the_other_channels_until_it_is_given_back(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var voter = await world.AdmitAsync(world.Resident, roundId);

        Assert.True((await world.BallotBox.TakeBackPaperAsync(roundId, voter, default)).RefusedFor("Voting.NoPaperIssued"));
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)).Granted);
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)).RefusedFor("Voting.PaperIssued"));
        Assert.True((await world.CastAsync(sheet, voter, 1)).RefusedFor("Voting.PaperIssued"));
        Assert.True((await world.BallotBox.WithdrawAsync(roundId, voter, default)).RefusedFor("Voting.PaperIssued"));
        Assert.Equal(new(InBox.Paper, null), await world.BallotBox.FindAsync(roundId, voter, null, default));

        Assert.True((await world.BallotBox.TakeBackPaperAsync(roundId, voter, default)).Granted);
        Assert.Equal(new(InBox.Nothing, null), await world.BallotBox.FindAsync(roundId, voter, null, default));
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.True((await world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)).RefusedFor("Voting.AlreadyCast"));
        Assert.Empty(await world.Sql(context => context.SpentBallots.ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task Paper_handed_out_and_a_ballot_cast_at_the_same_moment_on_two_servers_leave_one_of_them(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        await using var other = world.AnotherServer();
        var otherBox = (IBallotBox)other.GetService(typeof(IBallotBox))!;
        var voters = await world.AdmitManyAsync(roundId, 100);

        var casting = Task.WhenAll(voters.Select(voter => world.CastAsync(sheet, voter, 1)));
        var issuing = Task.WhenAll(voters.Select(voter => otherBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)));
        var issuingToo = Task.WhenAll(voters.Select(voter => world.BallotBox.IssuePaperAsync(roundId, voter, Guid.NewGuid(), default)));
        var (cast, issued, again) = (await casting, await issuing, await issuingToo);

        for (var i = 0; i < voters.Count; i++)
        {
            Assert.Equal(1, new[] { cast[i].Granted, issued[i].Granted, again[i].Granted }.Count(done => done));
            Assert.Equal(cast[i].Granted ? InBox.Ballot : InBox.Paper, (await world.BallotBox.FindAsync(roundId, voters[i], null, default)).InBox);
        }
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.Equal(cast.Count(ballot => ballot.Granted), (await world.Sql(context => context.Rounds.SingleAsync())).BallotsAtClosing);
    }
}
