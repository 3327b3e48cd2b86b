using Budgeting.Core.Audit;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Moderation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Moderation;

public sealed class ModerationTests
{
    private const string Why = "Ehdotuksessa on yksityisen henkilön nimi ja osoite.";

    private sealed record Scene(World World, long RoundId, long HeadingId, long ProposalId, Actor Neighbour, Actor Second) : IAsyncDisposable
    {
        public static async Task<Scene> CreateAsync(DatabaseKind kind, Money? cost = null)
        {
            var world = await World.CreateAsync(kind);
            var roundId = await world.RoundAsync();
            var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
            world.TravelTo(Phase.Proposing);
            var proposalId = await world.ProposalAsync(roundId, headingId, "Keinut puistoon", cost);
            var second = await world.PersonAsync("second", world.CountyId);
            await world.GrantAsync(second, Role.Coordinator, world.CountyId);
            return new(world, roundId, headingId, proposalId, await world.PersonAsync("neighbour", world.TownId), second);
        }

        public Task<Outcome<Done>> ReportAsync(Actor actor, long? proposalId = null, ModerationCategory? category = ModerationCategory.PersonalData, string? words = "Naapurin nimi") =>
            World.Do<IModeration, Outcome<Done>>(moderation => moderation.ReportAsync(actor, proposalId ?? ProposalId, new(category, words), default));

        public Task<Outcome<Done>> ActAsync(Actor actor, ModerationKind kind, params long[] proposals) =>
            World.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
                actor, proposals.Length > 0 ? proposals : [ProposalId], new(kind, ModerationCategory.PersonalData, Why), default));

        public Task<ProposalView?> SeenByAsync(Actor actor) => World.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(actor, ProposalId, default));

        public async Task<IReadOnlyList<ModerationActView>> ToldAsync() => await World.Do<IModeration, IReadOnlyList<ModerationActView>>(moderation => moderation.OwnAsync(World.Resident, null, default));

        public async Task<long> HideAsync()
        {
            Assert.True((await ReportAsync(Neighbour)).Granted);
            Assert.True((await ActAsync(World.Official, ModerationKind.Hide)).Granted);
            return (await ToldAsync())[0].Id;
        }

        public Task<Outcome<Done>> AppealAsync(Actor actor, long actId) =>
            World.Do<IModeration, Outcome<Done>>(moderation => moderation.AppealAsync(actor, actId, "Nimi on minun omani.", default));

        public Task<Outcome<Done>> DecideAsync(Actor actor, long actId, bool stands) =>
            World.Do<IModeration, Outcome<Done>>(moderation => moderation.DecideAppealAsync(actor, actId, new(stands, "Katsoimme asian uudestaan."), default));

        public async Task<IReadOnlyList<long>> ListedAsync() =>
            [.. (await World.Do<IProposals, ProposalList>(proposals => proposals.SearchAsync(new(RoundId, "keinut"), default))).Proposals.Select(proposal => proposal.Id)];

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    [Theory, EachDatabase]
    public async Task A_person_reports_a_proposal_once_and_never_their_own(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        Assert.True((await scene.ReportAsync(Actor.Visitor)).RefusedFor("SignIn.Needed"));
        Assert.True((await scene.ReportAsync(scene.World.Resident)).RefusedFor("Report.Own"));
        Assert.True((await scene.ReportAsync(scene.Neighbour, category: null)).RefusedFor("Report.Category"));
        Assert.True((await scene.ReportAsync(scene.Neighbour, category: ModerationCategory.Other, words: " ")).RefusedFor("Report.WordsNeeded"));
        Assert.True((await scene.ReportAsync(scene.Neighbour, 999)).RefusedFor("NotFound"));
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scene.ReportAsync(scene.Neighbour)));
        Assert.Single(sent, outcome => outcome.Granted);
        Assert.Equal(3, sent.Count(outcome => outcome.RefusedFor("Report.Already")));
    }

    [Theory, EachDatabase]
    public async Task Nobody_reports_without_end(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var ids = new List<long>();
        for (var i = 0; i < 11; i++)
            ids.Add(await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, $"Ehdotus {i}"));
        foreach (var id in ids.Take(10))
            Assert.True((await scene.ReportAsync(scene.Neighbour, id)).Granted);
        var refused = await scene.ReportAsync(scene.Neighbour, ids[10]);
        Assert.True(refused.RefusedFor("Attempts.TooMany"));
        Assert.Equal(60, refused.Refusals[0].Arguments[0]);
        Assert.True((await scene.ReportAsync(scene.Second, ids[10])).Granted);
        scene.World.Clock.Now += TimeSpan.FromMinutes(61);
        Assert.True((await scene.ReportAsync(scene.Neighbour, ids[10])).Granted);
    }

    [Theory, EachDatabase]
    public async Task What_is_hidden_keeps_its_number_and_loses_its_words_for_others(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        await scene.HideAsync();
        foreach (var stranger in new[] { Actor.Visitor, scene.Neighbour })
        {
            var seen = (await scene.SeenByAsync(stranger))!;
            Assert.Equal((scene.ProposalId, "", "", "", (ModerationCategory?)ModerationCategory.PersonalData), (seen.Id, seen.Title, seen.Text, seen.AuthorName, seen.Hidden?.Category));
            Assert.False(seen.Readable);
        }
        foreach (var reader in new[] { scene.World.Resident, scene.World.Official })
            Assert.Equal("Keinut puistoon", (await scene.SeenByAsync(reader))!.Title);
        Assert.Empty(await scene.ListedAsync());
        Assert.Empty(await scene.World.Do<IEvaluations, IReadOnlyList<ProposalView>>(evaluations => evaluations.WaitingAsync(scene.World.Official, scene.RoundId, default)));
        Assert.True((await scene.World.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(scene.World.Official, scene.ProposalId, new(true, Money.FromEuros(5), null), default))).RefusedFor("Evaluation.Hidden"));

        Assert.True((await scene.ActAsync(scene.Second, ModerationKind.Keep)).Granted);
        Assert.Equal([scene.ProposalId], await scene.ListedAsync());
        Assert.Equal("Keinut puistoon", (await scene.SeenByAsync(Actor.Visitor))!.Title);
    }

    [Theory, EachDatabase]
    public async Task The_author_is_told_what_was_done_and_why_and_not_who_reported(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        Assert.Empty(await scene.ToldAsync());
        await scene.HideAsync();
        var told = Assert.Single(await scene.ToldAsync());
        Assert.Equal((ModerationKind.Hide, (ModerationCategory?)ModerationCategory.PersonalData, Why, true), (told.Kind, told.Category, told.Reason, told.CanAppeal));
        // The log is read by officials, one of whom may be the author.
        var log = await scene.World.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(scene.World.Official, 1, 100, default));
        Assert.Contains(log, entry => entry.Act == "proposal.reported");
        Assert.Contains(log, entry => entry.Act == "proposal.moderated");
        Assert.DoesNotContain(log, entry => $"{entry.Actor} {entry.Subject} {entry.Detail}".Contains(scene.Neighbour.Name, StringComparison.Ordinal));
    }

    [Theory, EachDatabase]
    public async Task Officials_of_the_region_act_and_nobody_else_and_never_on_what_they_wrote(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Hide)).RefusedFor("Moderation.NothingReported"));
        await scene.ReportAsync(scene.Neighbour);
        foreach (var other in new[] { Actor.Visitor, scene.Neighbour, scene.World.Resident })
        {
            Assert.True((await scene.ActAsync(other, ModerationKind.Hide)).RefusedFor("Forbidden"));
            Assert.True((await scene.World.Do<IModeration, Outcome<ModerationQueue>>(moderation => moderation.QueueAsync(other, new(), default))).RefusedFor("Forbidden"));
            Assert.Null(await scene.World.Do<IModeration, ModerationCase?>(moderation => moderation.FindCaseAsync(other, scene.ProposalId, default)));
        }
        await scene.World.GrantAsync(scene.World.Resident, Role.Coordinator, scene.World.CountyId);
        Assert.True((await scene.ActAsync(scene.World.Resident, ModerationKind.Keep)).RefusedFor("Moderation.Own"));
        var elsewhere = await scene.World.PersonAsync("elsewhere", scene.World.TownId);
        await scene.World.GrantAsync(elsewhere, Role.Coordinator, scene.World.TownId);
        Assert.True((await scene.ActAsync(elsewhere, ModerationKind.Hide)).RefusedFor("Forbidden"));
    }

    [Theory, EachDatabase]
    public async Task Many_are_acted_on_at_once_or_none(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var other = await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, "Keinut rantaan");
        var unreported = await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, "Keinut pihaan");
        await scene.ReportAsync(scene.Neighbour);
        await scene.ReportAsync(scene.Neighbour, other);
        var refused = await scene.ActAsync(scene.World.Official, ModerationKind.Hide, scene.ProposalId, other, unreported);
        Assert.Equal(("Moderation.NothingReported", unreported), (refused.Refusals[0].Key, refused.Refusals[0].Arguments[0]));
        Assert.Equal(3, (await scene.ListedAsync()).Count);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Hide, scene.ProposalId, other)).Granted);
        Assert.Equal([unreported], await scene.ListedAsync());
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Hide, scene.ProposalId)).RefusedFor("Moderation.AlreadyHidden"));
    }

    [Theory, EachDatabase]
    public async Task The_queue_is_ordered_and_filtered(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var other = await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, "Keinut rantaan");
        await scene.ReportAsync(scene.Neighbour);
        await scene.ReportAsync(scene.Second);
        scene.World.Clock.Now += TimeSpan.FromHours(1);
        await scene.ReportAsync(scene.Neighbour, other, ModerationCategory.Advertising);
        async Task<IReadOnlyList<long>> Queue(ModerationFilter filter) =>
            [.. (await scene.World.Do<IModeration, Outcome<ModerationQueue>>(moderation => moderation.QueueAsync(scene.World.Official, filter, default))).Value.Cases.Select(found => found.ProposalId)];
        Assert.Equal([other, scene.ProposalId], await Queue(new()));
        Assert.Equal([scene.ProposalId, other], await Queue(new(MostReportedFirst: true)));
        Assert.Equal([other], await Queue(new(Category: ModerationCategory.Advertising)));
        Assert.Equal([other, scene.ProposalId], await Queue(new(RegionId: scene.World.CountyId)));
        Assert.Empty(await Queue(new(RegionId: scene.World.TownId)));
        Assert.Equal([scene.ProposalId], await Queue(new(Page: 2, PageSize: 1)));

        await scene.ActAsync(scene.World.Official, ModerationKind.Hide);
        Assert.Equal([other], await Queue(new()));
        Assert.Equal([scene.ProposalId], await Queue(new(ModerationState.Settled)));
        await scene.AppealAsync(scene.World.Resident, (await scene.ToldAsync())[0].Id);
        Assert.Equal([scene.ProposalId], await Queue(new(ModerationState.Appealed)));
        Assert.Empty(await Queue(new(ModerationState.Settled)));
    }

    [Theory, EachDatabase]
    public async Task An_author_appeals_once_and_another_official_decides(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var actId = await scene.HideAsync();
        Assert.True((await scene.DecideAsync(scene.Second, actId, false)).RefusedFor("Appeal.Decided"));
        Assert.True((await scene.AppealAsync(scene.Neighbour, actId)).RefusedFor("NotFound"));
        Assert.True((await scene.AppealAsync(scene.World.Resident, actId)).Granted);
        Assert.True((await scene.AppealAsync(scene.World.Resident, actId)).RefusedFor("Appeal.Already"));
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Keep)).RefusedFor("Moderation.AppealOpen"));

        Assert.True((await scene.DecideAsync(scene.World.Official, actId, true)).RefusedFor("Appeal.OwnAct"));
        Assert.True((await scene.DecideAsync(scene.Neighbour, actId, false)).RefusedFor("Forbidden"));
        Assert.True((await scene.DecideAsync(scene.Second, actId, false)).Granted);
        Assert.Equal([scene.ProposalId], await scene.ListedAsync());
        var told = (await scene.ToldAsync())[0];
        Assert.Equal((false, "Katsoimme asian uudestaan."), (told.Appeal!.ActStands!.Value, told.Appeal.Reason));
        Assert.True((await scene.DecideAsync(scene.Second, actId, true)).RefusedFor("Appeal.Decided"));
    }

    [Theory, EachDatabase]
    public async Task The_database_itself_lets_nobody_decide_on_their_own_act(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var actId = await scene.HideAsync();
        await scene.AppealAsync(scene.World.Resident, actId);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => scene.World.Sql(context => context.Database.ExecuteSqlAsync(
            $"UPDATE moderation_acts SET decided_by_id = by_id, decided_at = appealed_at, act_stands = {true}, decision_reason = 'no'")));
        Assert.Contains("ck_moderation_acts_decided_by_another", fault.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => scene.World.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE proposals SET hidden_for = NULL")));
    }

    [Theory, EachDatabase]
    public async Task Of_what_was_found_feasible_nobody_alone_takes_a_project_from_the_vote(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind, Money.FromEuros(5));
        var accepted = await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, "Keinut rantaan", Money.FromEuros(5));
        await scene.ReportAsync(scene.Neighbour, accepted);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Hide, accepted)).Granted);
        var actId = await scene.HideAsync();
        await scene.AppealAsync(scene.World.Resident, actId);
        scene.World.TravelTo(Phase.Voting);
        var sheet = Assert.Single(await scene.World.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(scene.RoundId, default)));
        // The one that is appealed is voted on; the one whose author let it be is not.
        Assert.Equal(scene.ProposalId, Assert.Single(sheet.Projects).ProposalId);
        Assert.Equal("", (await scene.SeenByAsync(Actor.Visitor))!.Text);
    }

    [Theory, EachDatabase]
    public async Task A_hidden_proposal_holds_up_no_publishing(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind, Money.FromEuros(5));
        var unanswered = await scene.World.ProposalAsync(scene.RoundId, scene.HeadingId, "Keinut rantaan");
        scene.World.TravelTo(Phase.Counting);
        await scene.World.CarryOutAllAsync(scene.RoundId);
        Task<Outcome<Done>> PublishAsync() => scene.World.PublishAsync(scene.RoundId);
        Assert.True((await PublishAsync()).RefusedFor("Results.AnswersMissing"));
        await scene.ReportAsync(scene.Neighbour, unanswered);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.Hide, unanswered)).Granted);
        Assert.True((await PublishAsync()).Granted);
    }

    [Theory, EachDatabase]
    public async Task Asking_to_change_is_for_what_can_still_be_changed(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        await scene.ReportAsync(scene.Neighbour);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.AskToChange)).Granted);
        Assert.Equal([scene.ProposalId], await scene.ListedAsync());
        await scene.ReportAsync(scene.Second);
        scene.World.TravelTo(Phase.Evaluating);
        Assert.True((await scene.ActAsync(scene.World.Official, ModerationKind.AskToChange)).RefusedFor("Moderation.CannotChange"));
    }

    [Theory, EachDatabase]
    public async Task Whoever_sends_messages_hears_of_each_act_and_decision_with_it_or_not_at_all(DatabaseKind kind)
    {
        await using var scene = await Scene.CreateAsync(kind);
        var listener = new Listener();
        await using var server = scene.World.AnotherServer(services => services.AddScoped<IModerationListener>(_ => listener));
        async Task<Outcome<Done>> Do(Func<IModeration, Task<Outcome<Done>>> act)
        {
            await using var scope = server.CreateAsyncScope();
            return await act(scope.ServiceProvider.GetRequiredService<IModeration>());
        }
        await scene.ReportAsync(scene.Neighbour);
        Assert.True((await Do(moderation => moderation.ActAsync(scene.World.Official, [scene.ProposalId], new(ModerationKind.Hide, ModerationCategory.Other, Why), default))).Granted);
        var (author, act) = Assert.Single(listener.Told);
        Assert.Equal((scene.World.Resident.AccountId, ModerationKind.Hide, true), (author, act.Kind, act.CanAppeal));
        await scene.AppealAsync(scene.World.Resident, act.Id);
        listener.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => Do(moderation => moderation.DecideAppealAsync(scene.Second, act.Id, new(false, Why), default)));
        Assert.Empty(await scene.ListedAsync());
        listener.Fails = false;
        Assert.True((await Do(moderation => moderation.DecideAppealAsync(scene.Second, act.Id, new(false, Why), default))).Granted);
        Assert.Equal(false, listener.Told[^1].Act.Appeal!.ActStands);
    }

    private sealed class Listener : IModerationListener
    {
        public List<(long Author, ModerationActView Act)> Told { get; } = [];

        public bool Fails { get; set; }

        public Task ToldAsync(long authorId, ModerationActView act, CancellationToken cancellation)
        {
            Told.Add((authorId, act));
            return Fails ? throw new IOException("The outbox is full.") : Task.CompletedTask;
        }
    }
}
