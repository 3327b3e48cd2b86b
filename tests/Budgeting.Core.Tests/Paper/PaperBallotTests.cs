using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Paper;

public sealed class PaperBallotTests
{
    [Theory, EachDatabase]
    public async Task Papers_typed_alike_twice_are_final_with_a_commitment_of_their_own(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.CleanBatchAsync("Kirjasto", paper.Choose(1, 3), paper.Choose(3, 1), PaperEntry.Of(InvalidReason.Unreadable), PaperEntry.Of(InvalidReason.Blank));

        var ballots = await paper.World.Sql(context => context.PaperBallots.AsNoTracking().OrderBy(ballot => ballot.Number).ToListAsync());
        Assert.Equal([$"{paper.Sheet.HeadingId}:1,3", $"{paper.Sheet.HeadingId}:1,3", null, null], ballots.Select(ballot => ballot.Choices));
        Assert.Equal([null, null, InvalidReason.Unreadable, InvalidReason.Blank], ballots.Select(ballot => ballot.InvalidReason));
        foreach (var valid in ballots.Take(2))
            Assert.Equal(CommittedChoices.CommitmentOf(paper.RoundId, valid.Choices!, [paper.Sheet], valid.Nonce!), valid.Commitment);
        Assert.NotEqual(ballots[0].Commitment, ballots[1].Commitment);
        Assert.All(ballots.Skip(2), invalid => Assert.Null(invalid.Commitment));
        var view = await paper.BatchViewAsync(batchId);
        Assert.Equal((2, 2, 0), (view.Valid, view.Invalid, view.Differences));
    }

    [Theory, EachDatabase]
    public async Task Whatever_two_clerks_mistype_ends_in_equal_entries_or_in_the_queue_and_the_batch_is_what_was_settled(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        foreach (var seed in Enumerable.Range(1, 4))
        {
            var random = new Random(seed);
            const int papers = 12;
            PaperEntry Paper() => random.Next(5) == 0
                ? PaperEntry.Of((InvalidReason)random.Next(8))
                : paper.Choose([.. Enumerable.Range(1, 6).OrderBy(_ => random.Next()).Take(random.Next(1, 4))]);
            PaperEntry Typo(PaperEntry right) => random.Next(4) == 0 ? Paper() : right;
            var right = Enumerable.Range(0, papers).Select(_ => Paper()).ToList();
            var first = right.ConvertAll(Typo);
            var second = right.ConvertAll(Typo);
            var batchId = await paper.BatchAsync(papers, $"Laatikko {seed}");
            foreach (var number in Enumerable.Range(1, papers).OrderBy(_ => random.Next()))
            {
                // Some are typed and then typed again.
                if (random.Next(3) == 0)
                    Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, number, Paper())).Granted);
                Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, number, first[number - 1])).Granted);
            }
            foreach (var number in Enumerable.Range(1, papers).OrderBy(_ => random.Next()))
                Assert.True((await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, number, second[number - 1])).Granted);

            string Said(PaperEntry entry) => entry.Invalid?.ToString() ?? string.Join(',', entry.Choices.Single().Projects.Order());
            var differing = Enumerable.Range(1, papers).Where(number => Said(first[number - 1]) != Said(second[number - 1])).ToList();
            var queue = (await paper.Do(ballots => ballots.DifferencesAsync(paper.Cecilia, batchId, default))).Value;
            Assert.Equal(differing, queue.Select(difference => difference.Number));
            foreach (var number in differing)
            {
                var shown = (await paper.Do(ballots => ballots.DifferenceAsync(paper.Cecilia, batchId, number, default))).Value;
                Assert.Equal((Said(first[number - 1]), Said(second[number - 1])), (Said(shown.First), Said(shown.Second)));
                Assert.True((await paper.Do(ballots => ballots.SettleAsync(paper.Cecilia, batchId, number, right[number - 1], "Katsottu lipusta", default))).Granted);
            }

            Assert.Equal(PaperBatchState.Clean, (await paper.BatchViewAsync(batchId)).State);
            var final = await paper.World.Sql(context => context.PaperBallots.Where(ballot => ballot.BatchId == batchId).OrderBy(ballot => ballot.Number).ToListAsync());
            Assert.Equal(
                Enumerable.Range(0, papers).Select(i => Said(differing.Contains(i + 1) ? right[i] : first[i])),
                final.Select(ballot => ballot.InvalidReason?.ToString() ?? ballot.Choices!.Split(':')[1]));
        }
    }

    [Theory, EachDatabase]
    public async Task Two_clerks_typing_at_once_on_two_servers_end_in_one_clean_batch(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(25);
        await using var other = paper.World.AnotherServer();
        async Task TypeAllAsync(IServiceProvider? server, Actor clerk, Typing typing)
        {
            for (int? number = 1; number is { } now;)
            {
                Outcome<Typed> typed;
                if (server is null)
                {
                    typed = await paper.TypeAsync(clerk, batchId, typing, now, paper.Choose((now % 6) + 1));
                }
                else
                {
                    await using var scope = server.CreateAsyncScope();
                    typed = await scope.ServiceProvider.GetRequiredService<IPaperBallots>().TypeAsync(clerk, batchId, typing, now, paper.Choose((now % 6) + 1), default);
                }
                number = typed.Value.Next;
            }
        }
        await Task.WhenAll(Task.Run(() => TypeAllAsync(null, paper.Anna, Typing.First)), Task.Run(() => TypeAllAsync(other, paper.Bertta, Typing.Second)));
        var batch = await paper.BatchViewAsync(batchId);
        Assert.Equal((PaperBatchState.Clean, 25, 25, 25), (batch.State, batch.FirstTyped, batch.SecondTyped, batch.Valid));
        Assert.Equal(25, await paper.World.Sql(context => context.PaperBallots.CountAsync()));
        Assert.Equal(1, await paper.World.Sql(context => context.AuditEntries.CountAsync(entry => entry.Act == "paper.clean")));
    }

    [Theory, EachDatabase]
    public async Task Many_clerks_at_the_same_paper_leave_one_entry_a_typing(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(2);
        var clerks = new[] { paper.Anna, paper.Bertta, paper.Cecilia };
        var typed = await Task.WhenAll(clerks.SelectMany(clerk => Enum.GetValues<Typing>().Select(typing =>
            Task.Run(() => paper.TypeAsync(clerk, batchId, typing, 1, paper.Choose(1))))));
        Assert.Equal(2, typed.Count(outcome => outcome.Granted));
        Assert.All(typed.Where(outcome => !outcome.Granted), outcome => Assert.True(outcome.RefusedFor("Paper.SameClerk") || outcome.RefusedFor("Paper.TypedByAnother")));
        var entries = await paper.World.Sql(context => context.PaperEntries.ToListAsync());
        Assert.Equal(2, entries.Select(entry => entry.ClerkId).Distinct().Count());
        Assert.Equal([Typing.First, Typing.Second], entries.Select(entry => entry.Typing).Order());
    }

    [Theory, EachDatabase]
    public async Task A_clerk_types_a_paper_in_one_typing_only_and_nobody_replaces_anothers_entry(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(2);
        Assert.Equal(2, (await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1))).Value.Next);
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.Second, 1, paper.Choose(1))).RefusedFor("Paper.SameClerk"));
        Assert.True((await paper.TypeAsync(paper.Bertta, batchId, Typing.First, 1, paper.Choose(2))).RefusedFor("Paper.TypedByAnother"));
        // The other way round with the next paper: each may type either, only not both of one.
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.Second, 2, paper.Choose(2))).Granted);
        Assert.Null((await paper.Do(ballots => ballots.NextAsync(paper.Anna, batchId, Typing.First, default))).Value);
        Assert.Equal(1, (await paper.Do(ballots => ballots.NextAsync(paper.Bertta, batchId, Typing.Second, default))).Value);
        // The database would refuse it too.
        var anna = paper.Anna.AccountId!.Value;
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => paper.World.Sql(context => context.Database.ExecuteSqlAsync(
            $"INSERT INTO paper_entries (batch_id, number, typing, clerk_id, choices) VALUES ({batchId}, 1, 'Second', {anna}, '1:1')")));
    }

    [Theory, EachDatabase]
    public async Task Ones_own_entry_can_be_typed_again_until_the_typings_are_compared(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(2);
        Task<Outcome<PaperEntry?>> Mine(Actor clerk, Typing typing, int number) => paper.Do(ballots => ballots.MineAsync(clerk, batchId, typing, number, default));
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1));
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(5, 2));
        Assert.Equal([2, 5], (await Mine(paper.Anna, Typing.First, 1)).Value!.Choices.Single().Projects);
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, PaperEntry.Of(InvalidReason.Other, "Sateessa kastunut"));
        Assert.Equal((InvalidReason.Other, "Sateessa kastunut"), ((await Mine(paper.Anna, Typing.First, 1)).Value!.Invalid, (await Mine(paper.Anna, Typing.First, 1)).Value!.Remark));
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 2, paper.Choose(2));
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 1, PaperEntry.Of(InvalidReason.Other, "Märkä"));
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 2, paper.Choose(2));
        // Remarks differ in letters and not in what they say of the paper.
        Assert.Equal(PaperBatchState.Clean, (await paper.BatchViewAsync(batchId)).State);
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1))).RefusedFor("Paper.TypingDone"));
    }

    [Theory, EachDatabase]
    public async Task No_method_tells_what_another_clerk_typed_before_both_typings_are_whole(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(2);
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(4));
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 2, PaperEntry.Of(InvalidReason.IdentifiesVoter));
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 1, paper.Choose(5));
        foreach (var actor in new[] { paper.Bertta, paper.Cecilia, paper.Coordinator })
        {
            foreach (var number in new[] { 1, 2 })
            {
                Assert.True((await paper.Do(ballots => ballots.MineAsync(actor, batchId, Typing.First, number, default))) is { Granted: false });
                Assert.True((await paper.Do(ballots => ballots.DifferenceAsync(actor, batchId, number, default))).RefusedFor("Paper.NoDifference"));
                Assert.True((await paper.Do(ballots => ballots.SettleAsync(actor, batchId, number, paper.Choose(1), "Katsottu", default))).RefusedFor("Paper.NoDifference"));
            }
            Assert.Empty((await paper.Do(ballots => ballots.DifferencesAsync(actor, batchId, default))).Value);
            var view = (await paper.Do(ballots => ballots.FindBatchAsync(actor, batchId, default))).Value;
            Assert.Equal((0, 0, 0, 0), (view.Differences, view.Valid, view.Invalid, view.NotIssued));
        }
        // Nor does the log, by then or later.
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 2, paper.Choose(6));
        await paper.Do(ballots => ballots.SettleAsync(paper.Cecilia, batchId, 1, paper.Choose(4), "Neljä se on", default));
        await paper.Do(ballots => ballots.SettleAsync(paper.Cecilia, batchId, 2, paper.Choose(6), "Kuusi", default));
        var log = await paper.World.Sql(context => context.AuditEntries.Where(entry => entry.Act.StartsWith("paper.")).OrderBy(entry => entry.Id).ToListAsync());
        Assert.Equal(
            ["paper.opened", "paper.typed", "paper.typed", "paper.typed", "paper.typed", "paper.compared", "paper.settled", "paper.settled", "paper.clean"],
            log.Select(entry => entry.Act));
        Assert.Equal($"{{\"batchId\":{batchId},\"number\":1,\"typing\":\"First\"}}", log[1].Detail);
        Assert.All(log, entry => Assert.DoesNotMatch("IdentifiesVoter|hoices|Neljä|" + paper.Sheet.HeadingId + ":", entry.Detail));
    }

    [Theory, EachDatabase]
    public async Task A_difference_is_looked_at_by_someone_who_typed_neither_entry(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(2);
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1));
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 2, paper.Choose(1));
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 1, paper.Choose(2));
        var last = await paper.TypeAsync(paper.Cecilia, batchId, Typing.Second, 2, paper.Choose(2));
        Assert.Equal(new Typed(PaperBatchState.Comparing, null), last.Value);

        foreach (var typist in new[] { paper.Anna, paper.Bertta })
        {
            Assert.True((await paper.Do(ballots => ballots.DifferenceAsync(typist, batchId, 1, default))).RefusedFor("Paper.TypedByYou"));
            Assert.True((await paper.Do(ballots => ballots.SettleAsync(typist, batchId, 1, paper.Choose(1), "Minä tiedän", default))).RefusedFor("Paper.TypedByYou"));
        }
        var queue = (await paper.Do(ballots => ballots.DifferencesAsync(paper.Bertta, batchId, default))).Value;
        Assert.Equal([new(1, false, false), new(2, false, true)], queue);
        Assert.True((await paper.Do(ballots => ballots.SettleAsync(paper.Cecilia, batchId, 1, paper.Choose(1), " ", default))).RefusedFor("Paper.Note"));
        Assert.True((await paper.Do(ballots => ballots.SettleAsync(paper.World.Resident, batchId, 1, paper.Choose(1), "Asukas", default))).RefusedFor("Forbidden"));

        Assert.Equal(PaperBatchState.Comparing, (await paper.Do(ballots => ballots.SettleAsync(paper.Cecilia, batchId, 1, paper.Choose(2), "Kakkonen", default))).Value);
        // Until the batch is clean it can be settled otherwise.
        Assert.True((await paper.Do(ballots => ballots.SettleAsync(paper.Coordinator, batchId, 1, paper.Choose(3), "Kolmonen sittenkin", default))).Granted);
        Assert.Equal(PaperBatchState.Clean, (await paper.Do(ballots => ballots.SettleAsync(paper.Bertta, batchId, 2, PaperEntry.Of(InvalidReason.Unreadable), "Ei saa selvää", default))).Value);
        var final = await paper.World.Sql(context => context.PaperBallots.OrderBy(ballot => ballot.Number).ToListAsync());
        Assert.Equal(($"{paper.Sheet.HeadingId}:3", InvalidReason.Unreadable), (final[0].Choices, final[1].InvalidReason));
    }

    [Theory, EachDatabase]
    public async Task Choices_over_a_limit_are_not_stored_as_valid_but_as_invalid_with_their_reason(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind, BallotKind.Knapsack, euros: 60);
        var batchId = await paper.BatchAsync(1);
        var over = Assert.Single((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(4, 5))).Refusals);
        Assert.Equal(("Paper.OverBudget", paper.Sheet.HeadingId.ToString(), InvalidReason.OverBudget), (over.Key, over.Field, InvalidReasons.For(over)));
        Assert.Equal([Money.FromEuros(60), Money.FromEuros(90), Money.FromEuros(30)], over.Arguments.Cast<Money>());
        var unknown = Assert.Single((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(7))).Refusals);
        Assert.Equal(("Paper.UnknownProject", InvalidReason.UnknownProject), (unknown.Key, InvalidReasons.For(unknown)));
        var twice = Assert.Single((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1, 1))).Refusals);
        Assert.Equal(("Paper.ProjectTwice", null), (twice.Key, InvalidReasons.For(twice)));
        var empty = Assert.Single((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose())).Refusals);
        Assert.Equal(("Paper.Empty", InvalidReason.Blank), (empty.Key, InvalidReasons.For(empty)));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, new([new(paper.Sheet.HeadingId + 9, [1])]))).RefusedFor("Paper.UnknownHeading"));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, new([new(paper.Sheet.HeadingId, [1]), new(paper.Sheet.HeadingId, [2])]))).RefusedFor("Paper.HeadingTwice"));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, PaperEntry.Of(InvalidReason.Other))).RefusedFor("Paper.Remark"));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 2, paper.Choose(1))).RefusedFor("Paper.Number"));
        Assert.Empty(await paper.World.Sql(context => context.PaperEntries.ToListAsync()));

        await paper.TypeTwiceAsync(batchId, PaperEntry.Of(InvalidReason.OverBudget));
        await paper.IssueAsync(1);
        await paper.CloseAsync();
        Assert.True((await paper.ReconcileAsync()).Granted);
        var reconciled = (await paper.ViewAsync()).Reconciliation!;
        Assert.Equal((1, 0, 1, 0), (reconciled.Issued, reconciled.Counted, reconciled.Invalid, reconciled.NotReturned));
    }

    [Theory, EachDatabase]
    public async Task Too_many_choices_are_said_with_their_number(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind, maximum: 2);
        var many = Assert.Single((await paper.TypeAsync(paper.Anna, await paper.BatchAsync(1), Typing.First, 1, paper.Choose(1, 2, 3))).Refusals);
        Assert.Equal(("Paper.TooMany", InvalidReason.TooManyChoices), (many.Key, InvalidReasons.For(many)));
        Assert.Equal([2, 3], many.Arguments.Cast<int>());
    }

    [Theory]
    [InlineData("1 5, 7", "1 5 7")]
    [InlineData(" 3;2\t1,,", "3 2 1")]
    [InlineData("", "")]
    [InlineData("1 x", null)]
    [InlineData("1.5", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999", null)]
    public void Numbers_are_read_as_they_are_typed(string typed, string? read)
    {
        var numbers = PaperChoices.Read(typed, "7");
        Assert.Equal(read, numbers.Granted ? string.Join(' ', numbers.Value) : null);
        Assert.All(numbers.Refusals, refusal => Assert.Equal(("Paper.Unreadable", "7"), (refusal.Key, refusal.Field)));
    }

    [Theory, EachDatabase]
    public async Task The_hand_count_is_corrected_with_a_reason_but_not_below_a_paper_that_both_had_in_hand(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(3);
        Task<Outcome<Done>> Correct(int papers, string reason = "Laskettu uudelleen") =>
            paper.Do(ballots => ballots.CorrectCountAsync(paper.Bertta, batchId, papers, reason, default));
        foreach (var number in new[] { 1, 2, 3 })
            await paper.TypeAsync(paper.Anna, batchId, Typing.First, number, paper.Choose(number));
        foreach (var number in new[] { 1, 2 })
            await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, number, paper.Choose(number));
        Assert.True((await Correct(2, "")).RefusedFor("Paper.Reason"));
        Assert.True((await Correct(-1)).RefusedFor("Paper.Papers"));
        var beyond = Assert.Single((await Correct(1)).Refusals);
        Assert.Equal(("Paper.TypedBeyond", 2), (beyond.Key, beyond.Arguments[0]));
        Assert.True((await Correct(4)).Granted);
        Assert.Equal(PaperBatchState.Typing, (await paper.BatchViewAsync(batchId)).State);
        // The third that only one of them typed was not there; without it the batch is whole.
        Assert.True((await Correct(2)).Granted);
        Assert.Equal((PaperBatchState.Clean, 2), ((await paper.BatchViewAsync(batchId)).State, (await paper.BatchViewAsync(batchId)).Valid));
        Assert.True((await Correct(3)).RefusedFor("Paper.TypingDone"));
        var log = await paper.World.Sql(context => context.AuditEntries.Where(entry => entry.Act == "paper.count-corrected").OrderBy(entry => entry.Id).Select(entry => entry.Detail).ToListAsync());
        Assert.Equal(2, log.Count);
        Assert.Contains("\"from\":4,\"to\":2,\"reason\":\"Laskettu uudelleen\",\"entriesRemoved\":[{\"number\":3,\"typing\":\"First\"}]", log[1]);
    }

    [Theory, EachDatabase]
    public async Task A_batch_opened_by_mistake_is_corrected_to_nothing(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.BatchAsync(3);
        Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(paper.Bertta, paper.RoundId, new(" Kirjasto ", 3), default))).RefusedFor("Paper.PlaceTaken"));
        Assert.True((await paper.Do(ballots => ballots.CorrectCountAsync(paper.Anna, batchId, 0, "Avattu vahingossa", default))).Granted);
        Assert.Equal((PaperBatchState.Clean, 0), ((await paper.BatchViewAsync(batchId)).State, (await paper.BatchViewAsync(batchId)).Papers));
        await paper.CloseAsync();
        Assert.True((await paper.ReconcileAsync()).Granted);
    }

    [Theory, EachDatabase]
    public async Task A_clean_batch_is_reopened_by_a_coordinator_typed_again_and_compared_when_asked_for(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var batchId = await paper.CleanBatchAsync("Kirjasto", paper.Choose(1), paper.Choose(2));
        var commitments = await paper.World.Sql(context => context.PaperBallots.Select(ballot => ballot.Commitment).ToListAsync());
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Cecilia, batchId, "Liput vaihtuivat", default))).RefusedFor("Forbidden"));
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "", default))).RefusedFor("Paper.Reason"));
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "Liput vaihtuivat", default))).Granted);
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "Liput vaihtuivat", default))).RefusedFor("Paper.StillTyped"));
        Assert.Empty(await paper.World.Sql(context => context.PaperBallots.ToListAsync()));

        foreach (var (clerk, typing) in new[] { (paper.Anna, Typing.First), (paper.Bertta, Typing.Second) })
        {
            foreach (var number in new[] { 1, 2 })
                Assert.Equal(PaperBatchState.Typing, (await paper.TypeAsync(clerk, batchId, typing, number, paper.Choose(number + 2))).Value.State);
        }
        Assert.Equal(PaperBatchState.Clean, (await paper.Do(ballots => ballots.CompareAsync(paper.Anna, batchId, default))).Value);
        var final = await paper.World.Sql(context => context.PaperBallots.OrderBy(ballot => ballot.Number).ToListAsync());
        Assert.Equal([$"{paper.Sheet.HeadingId}:3", $"{paper.Sheet.HeadingId}:4"], final.Select(ballot => ballot.Choices));
        Assert.All(final, ballot => Assert.DoesNotContain(commitments, commitment => commitment!.AsSpan().SequenceEqual(ballot.Commitment)));

        // A paper that was found later.
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "Yksi löytyi vielä", default))).Granted);
        Assert.True((await paper.Do(ballots => ballots.CorrectCountAsync(paper.Anna, batchId, 3, "Yksi löytyi vielä", default))).Granted);
        Assert.True((await paper.Do(ballots => ballots.CompareAsync(paper.Anna, batchId, default))).RefusedFor("Paper.NotWhole"));
        await paper.TypeAsync(paper.Cecilia, batchId, Typing.First, 3, paper.Choose(1));
        Assert.Equal(PaperBatchState.Clean, (await paper.TypeAsync(paper.Anna, batchId, Typing.Second, 3, paper.Choose(1))).Value.State);
    }

    [Theory, EachDatabase]
    public async Task Paper_is_typed_by_clerks_of_the_region_from_the_start_of_voting(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        var otherRegion = (await paper.World.Do<Core.Regions.IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new("other", Core.Regions.RegionKind.County, new("Muualla"), null), default))).Value;
        var stranger = await paper.ClerkAsync("stranger", regionId: otherRegion);
        var evaluator = await paper.ClerkAsync("evaluator", Role.Evaluator);
        var batchId = await paper.BatchAsync(1);
        foreach (var actor in new[] { stranger, evaluator, paper.World.Resident, Actor.Visitor })
        {
            Assert.True((await paper.Do(ballots => ballots.FindAsync(actor, paper.RoundId, default))).RefusedFor("Forbidden"));
            Assert.True((await paper.Do(ballots => ballots.FindBatchAsync(actor, batchId, default))).RefusedFor("Forbidden"));
            Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(actor, paper.RoundId, new("Muu", 1), default))).RefusedFor("Forbidden"));
            Assert.True((await paper.TypeAsync(actor, batchId, Typing.First, 1, paper.Choose(1))).RefusedFor("Forbidden"));
            Assert.True((await paper.ReconcileAsync(by: actor)).RefusedFor("Forbidden"));
            Assert.Empty(await paper.Do(ballots => ballots.RoundsAsync(actor, default)));
        }
        // Who runs the round does not type.
        Assert.True((await paper.TypeAsync(paper.Coordinator, batchId, Typing.First, 1, paper.Choose(1))).RefusedFor("Forbidden"));
        Assert.True((await paper.ReconcileAsync(by: paper.Anna)).RefusedFor("Forbidden"));
        Assert.Equal([paper.RoundId], await paper.Do(ballots => ballots.RoundsAsync(paper.Anna, default)));
        Assert.True((await paper.Do(ballots => ballots.FindAsync(paper.Anna, 999, default))).RefusedFor("NotFound"));
        Assert.True((await paper.Do(ballots => ballots.FindBatchAsync(paper.Anna, 999, default))).RefusedFor("NotFound"));

        await paper.World.Sql(context => context.Database.ExecuteSqlAsync($"UPDATE rounds SET imported = {true} WHERE id = {paper.RoundId}"));
        Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(paper.Anna, paper.RoundId, new("Muu", 1), default))).RefusedFor("Paper.Imported"));
        paper.World.Clock.Now = World.Weeks(World.Start)[3].StartsAt.AddTicks(-1);
        Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(paper.Anna, paper.RoundId, new("Muu", 1), default))).RefusedFor("Paper.NotOpenYet"));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(1))).RefusedFor("Paper.NotOpenYet"));
    }
}
