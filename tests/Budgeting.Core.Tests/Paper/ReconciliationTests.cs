using Budgeting.Core.Audit;
using Budgeting.Core.Paper;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Paper;

public sealed class ReconciliationTests
{
    [Theory, EachDatabase]
    public async Task Counting_waits_until_paper_is_reconciled_says_so_and_then_goes_on_at_once(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(2);
        var batchId = await paper.BatchAsync(2);
        await paper.CloseAsync();
        Task<IReadOnlyList<PhaseDutyView>> Duties() => paper.World.Do<IRounds, IReadOnlyList<PhaseDutyView>>(rounds => rounds.DutiesAsync(paper.Coordinator, paper.RoundId, default));

        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(0, await paper.World.CarryOutAllAsync(paper.RoundId));
            var duties = await Duties();
            Assert.Equal([true, true, true, false, false], duties.Select(duty => duty.CompletedAt is not null));
            Assert.Equal([false, false, false, true, false], duties.Select(duty => duty.WaitsForPaper));
            Assert.All(duties, duty => Assert.Null(duty.Note));
        }
        Assert.True(Assert.Single(await paper.World.Do<IPhaseDuties, IReadOnlyList<DutyAlarm>>(duties => duties.OutstandingAsync(default))).WaitsForPaper);
        Assert.Empty(await paper.World.Sql(context => context.RoundSecrets.ToListAsync()));
        Assert.Empty(await paper.World.Sql(context => context.Results.ToListAsync()));
        Assert.True((await paper.World.PublishAsync(paper.RoundId)).RefusedFor("Results.NotReady"));

        // After voting has ended, papers are typed as before.
        await paper.TypeTwiceAsync(batchId, paper.Choose(1), paper.Choose(1, 2));
        Assert.Equal(0, await paper.World.CarryOutAllAsync(paper.RoundId));
        Assert.True((await paper.ReconcileAsync()).Granted);
        Assert.All(await Duties(), duty => Assert.True(duty is { CompletedAt: not null, WaitsForPaper: false, Note: null }));
        Assert.Single(await paper.World.Sql(context => context.Results.ToListAsync()));
        Assert.True((await paper.ViewAsync()).Counted);
        Assert.Null(await paper.World.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task Papers_handed_out_hold_the_count_even_when_no_box_came_back(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(1);
        await paper.CloseAsync();
        Assert.Empty(await paper.World.Sql(context => context.Results.ToListAsync()));
        Assert.True((await paper.ReconcileAsync(notReturned: 1)).RefusedFor("Paper.NotReturnedReason"));
        Assert.True((await paper.ReconcileAsync(notReturned: 0)).RefusedFor("Paper.Changed"));
        Assert.True((await paper.ReconcileAsync(1, "Äänestäjä vei lipun kotiin")).Granted);
        Assert.Single(await paper.World.Sql(context => context.Results.ToListAsync()));
        var published = await PublishedAsync(paper);
        Assert.Equal((1, 0, 0, 1, "Äänestäjä vei lipun kotiin"), (published!.Issued, published.Counted, published.Invalid, published.NotReturned, published.Reason));
    }

    [Theory, EachDatabase]
    public async Task A_round_without_paper_is_counted_as_ever_and_has_nothing_to_reconcile(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.World.CastAsync(paper.Sheet, await paper.World.AdmitAsync(paper.World.Resident, paper.RoundId), 1);
        paper.World.TravelTo(Phase.Counting);
        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.VotingOpen"));
        Assert.Equal(4, await paper.World.CarryOutAllAsync(paper.RoundId));
        Assert.False((await paper.ViewAsync()).HasPaper);
        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.Counted"));
        Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(paper.Anna, paper.RoundId, new("Myöhässä", 1), default))).RefusedFor("Paper.Counted"));
        Assert.Null(await PublishedAsync(paper));
    }

    [Theory, EachDatabase]
    public async Task Nothing_is_confirmed_before_voting_is_closed_and_every_batch_clean(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(3);
        await paper.CleanBatchAsync("Kirjasto", paper.Choose(1), paper.Choose(2));
        var open = await paper.BatchAsync(1, "Terveysasema");
        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.VotingOpen"));
        await paper.CloseAsync();
        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.BatchesOpen"));
        await paper.TypeTwiceAsync(open, paper.Choose(3));
        Assert.True((await paper.ReconcileAsync()).Granted);
        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.Counted"));
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, open, "Liian myöhään", default))).RefusedFor("Paper.Counted"));
    }

    [Theory, EachDatabase]
    public async Task A_paper_too_many_is_never_counted_silently(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(2);
        var batchId = await paper.CleanBatchAsync("Kirjasto", paper.Choose(1), paper.Choose(2), paper.Choose(3));
        await paper.CloseAsync();
        foreach (var (notReturned, reason) in new[] { (0, (string?)null), (-1, "Yksi liikaa"), (1, "Yksi liikaa") })
        {
            var refusal = Assert.Single((await paper.ReconcileAsync(notReturned, reason)).Refusals);
            Assert.Equal("Paper.MoreThanIssued", refusal.Key);
            Assert.Equal([2, 3, 1], refusal.Arguments.Cast<int>());
        }
        Assert.Empty(await paper.World.Sql(context => context.Results.ToListAsync()));
        var official = paper.Coordinator.AccountId!.Value;
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => paper.World.Sql(context => context.Database.ExecuteSqlAsync(
            $"INSERT INTO paper_reconciliations (round_id, issued, counted, invalid, not_returned, not_issued, by_id, at) SELECT {paper.RoundId}, 2, 3, 0, -1, 0, {official}, opened_at FROM paper_batches")));

        // The way out is a look at the papers: one of them was never handed out. It is recorded, and stands for no voter.
        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "Lippu 3 on ilman leimaa", default))).Granted);
        await paper.TypeAsync(paper.Anna, batchId, Typing.First, 3, PaperEntry.Of(InvalidReason.NotIssued));
        await paper.TypeAsync(paper.Bertta, batchId, Typing.Second, 3, PaperEntry.Of(InvalidReason.NotIssued));
        Assert.Equal(PaperBatchState.Clean, (await paper.Do(ballots => ballots.CompareAsync(paper.Anna, batchId, default))).Value);
        Assert.True((await paper.ReconcileAsync()).Granted);
        var reconciled = (await PublishedAsync(paper))!;
        Assert.Equal((2, 2, 0, 0, 1), (reconciled.Issued, reconciled.Counted, reconciled.Invalid, reconciled.NotReturned, reconciled.NotIssued));
    }

    [Theory, EachDatabase]
    public async Task What_is_reconciled_changes_only_when_the_reconciliation_is_undone(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(1);
        var batchId = await paper.CleanBatchAsync("Kirjasto", paper.Choose(1));
        // A count that fails leaves the reconciliation standing: here the ballots in the box are not as many as at closing.
        await paper.World.CastAsync(paper.Sheet, await paper.World.AdmitAsync(paper.World.Resident, paper.RoundId), 2);
        await paper.CloseAsync();
        await paper.World.Sql(context => context.Database.ExecuteSqlAsync($"UPDATE rounds SET ballots_at_closing = 2 WHERE id = {paper.RoundId}"));
        Assert.True((await paper.ReconcileAsync()).Granted);
        Assert.NotNull((await paper.ViewAsync()).Reconciliation);
        Assert.False((await paper.ViewAsync()).Counted);

        Assert.True((await paper.ReconcileAsync()).RefusedFor("Paper.Reconciled"));
        Assert.True((await paper.TypeAsync(paper.Anna, batchId, Typing.First, 1, paper.Choose(2))).RefusedFor("Paper.Reconciled"));
        Assert.True((await paper.Do(ballots => ballots.OpenBatchAsync(paper.Anna, paper.RoundId, new("Vielä yksi", 1), default))).RefusedFor("Paper.Reconciled"));
        foreach (var sql in new[] { "DELETE FROM paper_ballots", "UPDATE paper_ballots SET choices = '1:1'" })
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => paper.World.Sql(context => context.Database.ExecuteSqlRawAsync(sql)));

        Assert.True((await paper.Do(ballots => ballots.ReopenAsync(paper.Coordinator, batchId, "Tarkistetaan vielä", default))).Granted);
        Assert.Null((await paper.ViewAsync()).Reconciliation);
        Assert.Equal(PaperBatchState.Clean, (await paper.Do(ballots => ballots.CompareAsync(paper.Anna, batchId, default))).Value);
        await paper.World.Sql(context => context.Database.ExecuteSqlAsync($"UPDATE rounds SET ballots_at_closing = 1 WHERE id = {paper.RoundId}"));
        Assert.True((await paper.ReconcileAsync()).Granted);
        Assert.True((await paper.ViewAsync()).Counted);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => paper.World.Sql(context => context.Database.ExecuteSqlRawAsync("DELETE FROM paper_reconciliations")));
    }

    [Theory, EachDatabase]
    public async Task Paper_and_online_ballots_together_give_the_greedy_result_of_their_union(DatabaseKind kind)
    {
        long[] costs = [40, 35, 35, 25, 20, 60];
        await using var paper = await PaperWorld.CreateAsync(kind, maximum: 3, euros: 100, costs: costs);
        var random = new Random(20271121);
        int[] Choose() => [.. Enumerable.Range(1, costs.Length).OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        List<int[]> all = [];

        var voters = await paper.World.AdmitManyAsync(paper.RoundId, 60);
        foreach (var voter in voters.Take(30))
        {
            all.Add(Choose());
            Assert.True((await paper.World.CastAsync(paper.Sheet, voter, all[^1])).Granted);
        }
        foreach (var voter in voters.Skip(30))
            Assert.True((await paper.World.BallotBox.IssuePaperAsync(paper.RoundId, voter, Guid.NewGuid(), default)).Granted);
        // 28 of 30 came back in two boxes, three of them invalid.
        foreach (var (place, valid, invalid) in new[] { ("Kirjasto", 15, 1), ("Terveysasema", 10, 2) })
        {
            var chosen = Enumerable.Range(0, valid).Select(_ => Choose()).ToList();
            all.AddRange(chosen);
            await paper.CleanBatchAsync(place,
                [.. chosen.Select(projects => paper.Choose(projects)), .. Enumerable.Range(0, invalid).Select(_ => PaperEntry.Of(InvalidReason.TooManyChoices))]);
        }
        await paper.CloseAsync();
        Assert.True((await paper.ReconcileAsync(2, "Kaksi jäi palauttamatta")).Granted);
        await PublishedAsync(paper);

        var result = (await paper.World.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(paper.RoundId, default))).Value;
        Assert.Equal(55, result.Voters);
        var heading = Assert.Single(result.Headings);
        Assert.Equal(55, heading.Ballots);
        // Greedy by hand: most votes first, then the cheaper, then the lot; whatever fits is funded.
        var order = Enumerable.Range(1, costs.Length)
            .OrderByDescending(number => all.Count(chosen => chosen.Contains(number)))
            .ThenBy(number => costs[number - 1])
            .ThenBy(number => paper.Sheet.Lot.ToList().IndexOf(number));
        var left = 100L;
        var expected = order.Select(number =>
        {
            var wins = costs[number - 1] <= left;
            left -= wins ? costs[number - 1] : 0;
            return (number, (long)all.Count(chosen => chosen.Contains(number)), wins);
        });
        Assert.Equal(expected, heading.Projects.Select(project => (project.Number, project.Votes, project.Won)));
    }

    [Theory, EachDatabase]
    public async Task Two_coordinators_confirming_at_once_confirm_once(DatabaseKind kind)
    {
        await using var paper = await PaperWorld.CreateAsync(kind);
        await paper.IssueAsync(1);
        await paper.CleanBatchAsync("Kirjasto", paper.Choose(1));
        await paper.CloseAsync();
        var confirmed = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => paper.ReconcileAsync())));
        Assert.Equal(1, confirmed.Count(outcome => outcome.Granted));
        Assert.Equal(1, await paper.World.Sql(context => context.AuditEntries.CountAsync(entry => entry.Act == "paper.reconciled")));
        Assert.Equal(1, await paper.World.Sql(context => context.AuditEntries.CountAsync(entry => entry.Act == "duty.Count")));
    }

    private static async Task<PaperReconciliation?> PublishedAsync(PaperWorld paper)
    {
        Assert.True((await paper.Do(ballots => ballots.PublishedAsync(paper.RoundId, default))).RefusedFor("Results.NotPublished"));
        Assert.True((await paper.World.PublishAsync(paper.RoundId)).Granted);
        return (await paper.Do(ballots => ballots.PublishedAsync(paper.RoundId, default))).Value;
    }
}
